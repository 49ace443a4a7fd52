"""What is wrong with a file, where, in words for whoever asked for it."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a problem is about; SYNTAX alone keeps a file from being formatted."""

    SYNTAX = "syntax"
    CUT = "cut"
    OMISSION = "omission"
    NAME = "name"
    IMPORT = "import"
    DEPENDENCY = "dependency"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One plain sentence about a place; lines and columns count characters, from 1."""

    line: int
    column: int
    message: str
    kind: Kind = Kind.SYNTAX


def problem_at(text: str, offset: int, message: str, kind: Kind = Kind.SYNTAX) -> Problem:
    """A problem at an offset into the text."""
    line = text.count("\n", 0, offset) + 1
    return Problem(line, offset - text.rfind("\n", 0, offset), message, kind)


def column_of(text: str, line: int, byte: int) -> int:
    """The column of what comes after ``byte`` bytes of UTF-8 of a line."""
    lines = text.split("\n", line)
    whole = lines[line - 1] if 0 < line <= len(lines) else ""
    return len(whole.encode("utf-8", "replace")[:byte].decode("utf-8", "ignore")) + 1


def shown(code: str) -> str:
    """Code inside a sentence: its first line, and no more of it than one sees at a glance."""
    line = code.strip().split("\n", 1)[0].strip()
    return f"`{line[:37] + '…' if len(line) > 40 else line}`"
