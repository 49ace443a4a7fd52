"""What is wrong with a file, and where."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class ProblemKind(StrEnum):
    """What a problem is about. The values are stored; SYNTAX alone keeps a file from being formatted."""

    SYNTAX = "syntax"
    TRUNCATED = "cut"
    OMISSION = "omission"
    NAME = "name"
    IMPORT = "import"
    DEPENDENCY = "dependency"
    ELEMENT = "element"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One plain sentence about a place; ``line`` and ``column`` count characters, from 1."""

    line: int
    column: int
    message: str
    kind: ProblemKind = ProblemKind.SYNTAX


ProblemsByPath = Mapping[str, tuple[Problem, ...]]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What was found in some files, by path, and the paths of those whose check was stopped as too hard."""

    problems: ProblemsByPath
    too_hard: frozenset[str] = frozenset()


def problem_at(text: str, offset: int, message: str, kind: ProblemKind = ProblemKind.SYNTAX) -> Problem:
    """A problem at an offset, in characters, into ``text``."""
    starts = _line_starts(text)
    line = bisect_right(starts, offset)
    return Problem(line, offset - starts[line - 1] + 1, message, kind)


def column_of(text: str, line: int, byte_offset: int) -> int:
    """The column of the character that begins ``byte_offset`` bytes of UTF-8 into a line."""
    lines = lines_of(text)
    # A parser may count a line after the last one, at the end of a text.
    full_line = lines[line - 1] if 0 < line <= len(lines) else ""
    return len(full_line.encode("utf-8", "replace")[:byte_offset].decode("utf-8", "ignore")) + 1


@lru_cache(maxsize=16)
def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a text; cached, since a file may have thousands of problems."""
    return tuple(text.split("\n"))


@lru_cache(maxsize=16)
def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]


def abbreviate(code: str) -> str:
    """The first line of ``code``, at most 40 characters of it, in backticks."""
    line = code.strip().split("\n", 1)[0].strip()
    return f"`{line[:37] + '…' if len(line) > 40 else line}`"
