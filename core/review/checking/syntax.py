"""Syntax errors of all languages, each found by the best reader for it."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from core.files.source_file import SourceFile, line_count
from core.review.checking.data_formats import data_problems
from core.review.checking.problem import CheckResult, Problem
from core.review.checking.python.ruff import python_problems
from core.review.checking.shell import shell_problems
from core.review.checking.sql import sql_problems
from core.review.checking.syntax_tree import TREE_CHECKED_LANGUAGES, syntax_errors
from core.review.checking.web.embedded_code import MARKUP_LANGUAGES
from core.review.checking.web.markup import markup_problems
from core.review.checking.web.syntax import OXFMT_LANGUAGES, web_problems
from core.review.each_file import for_each_file
from core.subprocesses import MAX_PROGRAM_INPUT_BYTES, ProgramMissing, encode_lossy, warn_once

NOTHING_FOUND = CheckResult({})
DATA_LANGUAGES = frozenset({"json", "toml", "xml"})
UNCHECKED_NAMES = frozenset({"go.mod"})
"""Names of files that are coloured as a language and are not in it."""
SETTINGS_NAME = re.compile(r"\.[\w-]+rc$")
"""``.prettierrc`` and the like: JSON with or without extras, or YAML. Only the program they are for knows."""


async def syntax_problems(files: Sequence[SourceFile], *, check_names: bool = False) -> CheckResult:
    """The first syntax error of each file that has one; with ``check_names`` also the undefined names of Python.

    Nothing is known of files that are incomplete, too long, or in a language without a reader. Nothing is raised:
    what cannot be found in time stays unknown.
    """
    readable = [file for file in files if file.is_complete and is_checkable(file)]
    python = [file for file in readable if file.language == "python"]
    shell = [file for file in readable if file.language == "shell"]
    web = [file for file in readable if file.language in OXFMT_LANGUAGES | MARKUP_LANGUAGES]
    # Each program gets all of its files at once: starting it takes longer than reading one.
    answers = await asyncio.gather(
        _run_checker("ruff", python, lambda: python_problems(python, check_names=check_names)),
        _run_checker("shfmt", shell, lambda: shell_problems(shell)),
        _run_checker("oxfmt", web, lambda: web_problems(web)),
        _run_checker("reading", readable, lambda: _reading_problems(readable)),
    )
    found: dict[str, tuple[Problem, ...]] = {}
    for answer in answers:
        for path, problems in answer.problems.items():
            # A page has two readers: one for its scripts, one for its tags.
            found[path] = tuple(sorted({*found.get(path, ()), *problems}))
    texts = {file.path: file.text for file in readable}
    return CheckResult(
        {
            path: tuple(_clamp_to_text(texts[path], problem) for problem in problems)
            for path, problems in found.items()
            if problems
        },
        frozenset().union(*(answer.too_hard for answer in answers)),
    )


def is_checkable(file: SourceFile) -> bool:
    """Whether a file may be checked at all."""
    return is_within_size_limit(file) and has_real_language(file)


def is_within_size_limit(file: SourceFile) -> bool:
    """Whether a file is short enough to be given to programs."""
    return len(encode_lossy(file.text)) <= MAX_PROGRAM_INPUT_BYTES


def has_real_language(file: SourceFile) -> bool:
    """Whether a file is in its language, which may be there for the colours alone."""
    name = PurePosixPath(file.path).name.lower()
    return name not in UNCHECKED_NAMES and not name.startswith(".env") and not SETTINGS_NAME.fullmatch(name)


def _clamp_to_text(text: str, problem: Problem) -> Problem:
    """A problem in the line after the last one, moved to the end of the last line."""
    if problem.line <= line_count(text):
        return problem
    lines = text.removesuffix("\n").split("\n")
    return replace(problem, line=len(lines), column=len(lines[-1]) + 1)


async def _run_checker(
    checker: str, files: Sequence[SourceFile], check: Callable[[], Awaitable[CheckResult]]
) -> CheckResult:
    try:
        return await check() if files else NOTHING_FOUND
    except ProgramMissing:
        warn_once(checker, "is not installed")
    except TimeoutError:
        warn_once(checker, "takes too long")
    except ValueError:
        # JSON that was cut at MAX_OUTPUT_BYTES.
        warn_once(checker, "gives answers that cannot be read")
    return NOTHING_FOUND


async def _reading_problems(files: Sequence[SourceFile]) -> CheckResult:
    return CheckResult(*await for_each_file(_find_errors, files, None))


def _find_errors(_: None, file: SourceFile) -> tuple[Problem, ...]:
    return tuple(_find_error(file))


def _find_error(file: SourceFile) -> Iterator[Problem]:
    if file.language in DATA_LANGUAGES:
        yield from data_problems(file)
    elif file.language in MARKUP_LANGUAGES:
        yield from markup_problems(file)
    elif file.language == "sql":
        yield from sql_problems(file.text)
    elif file.language in TREE_CHECKED_LANGUAGES:
        yield from syntax_errors(file.language, file.text)
