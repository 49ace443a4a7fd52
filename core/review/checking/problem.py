"""What is wrong with a file, where, in words for whoever asked for it."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class ProblemKind(StrEnum):
    """What a problem is about; SYNTAX alone keeps a file from being formatted."""

    SYNTAX = "syntax"
    TRUNCATED = "cut"
    OMISSION = "omission"
    NAME = "name"
    IMPORT = "import"
    DEPENDENCY = "dependency"
    ELEMENT = "element"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One plain sentence about a place; lines and columns count characters, from 1."""

    line: int
    column: int
    message: str
    kind: ProblemKind = ProblemKind.SYNTAX


def problem_at(text: str, offset: int, message: str, kind: ProblemKind = ProblemKind.SYNTAX) -> Problem:
    """A problem at an offset into the text."""
    starts = _line_starts(text)
    line = bisect_right(starts, offset)
    return Problem(line, offset - starts[line - 1] + 1, message, kind)


def column_of(text: str, line: int, byte_offset: int) -> int:
    """The column of what comes after ``byte_offset`` bytes of UTF-8 of a line."""
    lines = lines_of(text)
    full_line = lines[line - 1] if 0 < line <= len(lines) else ""
    return len(full_line.encode("utf-8", "replace")[:byte_offset].decode("utf-8", "ignore")) + 1


@lru_cache(maxsize=16)
def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a text, split once for all who ask about its places: there may be thousands of them."""
    return tuple(text.split("\n"))


@lru_cache(maxsize=16)
def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]


def abbreviate(code: str) -> str:
    """Code inside a sentence: its first line, and no more of it than one sees at a glance."""
    line = code.strip().split("\n", 1)[0].strip()
    return f"`{line[:37] + '…' if len(line) > 40 else line}`"
