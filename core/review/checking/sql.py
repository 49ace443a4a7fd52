"""SQL, right if one of the dialects has it so."""

import logging
import re
from functools import cache
from importlib import import_module
from typing import Any

from core.review.checking.problem import Problem
from core.subprocesses import tell_once

DIALECTS = ("postgres", "sqlite", "mysql", "tsql", "oracle")
"""The first one's complaint is shown where none of them can read the text."""
LONGEST = 50_000
"""Characters: about a second of work, which cannot be stopped once begun."""
FOR_A_CLIENT = re.compile(
    r"^\s*(?:\\|DELIMITER\b|GO\s*$|COPY\b.*\bFROM\s+STDIN)|\{\{|\{%", re.MULTILINE | re.IGNORECASE
)
"""Lines for a database's own client, or for a template, which are no SQL."""

UNDERSTOOD = re.compile(
    r"\s*(?:--[^\n]*\s+)*(?:SELECT|WITH|INSERT|UPDATE|DELETE|CREATE\s+(?:TEMP\w*\s+)?TABLE)\b", re.IGNORECASE
)
"""How the statements begin of which the library knows enough to complain."""


def sql_problems(text: str) -> tuple[Problem, ...]:
    """The first error."""
    if len(text) > LONGEST or FOR_A_CLIENT.search(text) or (sqlglot := _library()) is None:
        return ()
    complaints: list[Problem] = []
    for dialect in DIALECTS:
        try:
            sqlglot.parse(text, read=dialect)
        except sqlglot.errors.SqlglotError as error:
            complaints.append(_problem(error))
        except RecursionError:
            return ()
        else:
            return ()
    return tuple(complaint for complaint in complaints[:1] if UNDERSTOOD.match(_statement(text, complaint)))


def _statement(text: str, complaint: Problem) -> str:
    lines = text.split("\n")[: complaint.line]
    before = "\n".join([*lines[:-1], lines[-1][: complaint.column - 1]])
    return before.rpartition(";")[2]


@cache
def _library() -> Any:
    try:
        library = import_module("sqlglot")
    except ImportError:
        tell_once("sqlglot", "is not installed")
        return None
    # It warns of each statement that it keeps without understanding it.
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    return library


def _problem(error: Any) -> Problem:
    first: dict[str, Any] = next(iter(getattr(error, "errors", ())), {})
    before = first.get("highlight") or ""
    column = (first.get("col") or 1) - max(len(before) - 1, 0)
    said = str(first.get("description") or "This is no SQL")
    found = f"Unexpected `{before}`" if before and said.startswith(("Invalid", "Required")) else said
    return Problem(first.get("line") or 1, max(column, 1), found.rstrip(".") + ".")
