"""Syntax errors of SQL: what none of the common dialects allows."""

import logging
import re
from functools import cache
from importlib import import_module
from typing import Any

from core.review.checking.problem import Problem
from core.subprocesses import warn_once

DIALECTS = ("postgres", "sqlite", "mysql", "tsql", "oracle")
"""Dialects tried in order; if none parses, the first one's error is reported."""
MAX_SQL_LENGTH = 50_000
"""Characters: about a second of work, half of what a file may take."""
CLIENT_COMMAND = re.compile(
    r"^[^\S\n]*(?:\\|DELIMITER\b|GO\s*$|COPY\b.*\bFROM\s+STDIN)|\{\{|\{%", re.MULTILINE | re.IGNORECASE
)
"""A line for a database's own client, or a template: the text is more than SQL."""
CHECKED_STATEMENT = re.compile(
    r"\s*+(?:--[^\n]*+\s++)*+(?:SELECT|WITH|INSERT|UPDATE|DELETE|CREATE\s+(?:TEMP\w*\s+)?TABLE)\b", re.IGNORECASE
)
"""How a statement begins of which sqlglot knows enough for its errors to be right. "++" and "*+" keep it linear."""
PROCEDURE = re.compile(
    r"\$\w*\$|\bBEGIN\b|\bDECLARE\b|\bCREATE\s+(?:OR\s+\w+\s+)?(?:FUNCTION|PROC|PROCEDURE|TRIGGER|PACKAGE)\b"
    r"|^[^\S\n]*/[^\S\n]*$",
    re.MULTILINE | re.IGNORECASE,
)
"""Code of a database's own language, whose statements end elsewhere than at a semicolon."""
SQL_TOKEN = re.compile(
    r"--[^\n]*+|/\*.*?(?:\*/|\Z)|'(?:[^']|'')*+(?:'|\Z)|\"[^\"]*+(?:\"|\Z)|`[^`]*+(?:`|\Z)|(?P<sign>[();])", re.DOTALL
)


def sql_problems(text: str) -> tuple[Problem, ...]:
    """The first syntax error. Takes up to a second of CPU."""
    if len(text) > MAX_SQL_LENGTH or CLIENT_COMMAND.search(text) or (sqlglot := _load_sqlglot()) is None:
        return ()
    problems: list[Problem] = []
    for dialect in DIALECTS:
        try:
            sqlglot.parse(text, read=dialect)
        except sqlglot.errors.SqlglotError as error:
            problems.append(_to_problem(error))
        except RecursionError:
            # Too deep for sqlglot, which says nothing of the SQL.
            return ()
        else:
            # One that takes it is enough: nobody says which database the app uses.
            return ()
    # No reader knows all of any dialect: that brackets do not match is what all of them forbid.
    if PROCEDURE.search(text) or not _has_unmatched_bracket(text):
        return ()
    return tuple(problem for problem in problems[:1] if CHECKED_STATEMENT.match(_statement_before(text, problem)))


def _has_unmatched_bracket(text: str) -> bool:
    """Whether a statement has a bracket without its other half; not where a quote has none, as dialects differ."""
    depth = 0
    for match in SQL_TOKEN.finditer(text):
        sign = match["sign"]
        if sign is None:
            if match[0][0] in "'\"`" and (len(match[0]) == 1 or match[0][-1] != match[0][0]):
                return False
        elif sign == ";" and depth:
            return True
        elif sign != ";":
            depth += 1 if sign == "(" else -1
            if depth < 0:
                return True
    return depth > 0


def _statement_before(text: str, problem: Problem) -> str:
    lines = text.split("\n")[: problem.line]
    before = "\n".join([*lines[:-1], lines[-1][: problem.column - 1]])
    return before.rpartition(";")[2]


@cache
def _load_sqlglot() -> Any:
    try:
        library = import_module("sqlglot")
    except ImportError:
        warn_once("sqlglot", "is not installed")
        return None
    # It logs a warning for each statement that it does not understand.
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    return library


def _to_problem(error: Any) -> Problem:
    first: dict[str, Any] = next(iter(getattr(error, "errors", ())), {})
    highlight = first.get("highlight") or ""
    # sqlglot counts to the end of what it stumbled over.
    column = (first.get("col") or 1) - max(len(highlight) - 1, 0)
    description = str(first.get("description") or "This is no SQL")
    message = (
        f"Unexpected `{highlight}`" if highlight and description.startswith(("Invalid", "Required")) else description
    )
    return Problem(first.get("line") or 1, max(column, 1), message.rstrip(".") + ".")
