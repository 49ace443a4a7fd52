"""Syntax errors of every language that anything here can read, each by its best reader."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from core.files.source_file import SourceFile, line_count
from core.review.checking.data_formats import data_problems
from core.review.checking.embedded_code import HOLDERS
from core.review.checking.problem import Problem
from core.review.checking.python.ruff import python_problems
from core.review.checking.shell import shell_problems
from core.review.checking.sql import sql_problems
from core.review.checking.syntax_tree import CHECKED, syntax_of
from core.review.checking.web.markup import markup_problems
from core.review.checking.web.syntax import WHOLE, web_problems
from core.subprocesses import LONGEST, Missing, encoded, tell_once

Found = dict[str, tuple[Problem, ...]]

DATA = frozenset({"json", "toml", "xml"})
LEFT_ALONE = frozenset({"go.mod"})
"""Names whose language is another's in name only."""


async def syntax_problems(files: Sequence[SourceFile], *, names: bool = False) -> Found:
    """The first syntax error of each file that has one; with ``names``, undefined names of Python, too.

    Files that are cut, too long, or in a language without a reader have none. Nothing is raised: what cannot be
    found out in time is no problem.
    """
    fit = [file for file in files if file.whole and is_readable(file)]
    python = [file for file in fit if file.language == "python"]
    shell = [file for file in fit if file.language == "shell"]
    web = [file for file in fit if file.language in WHOLE | HOLDERS]
    answers = await asyncio.gather(
        _asked("ruff", python, lambda: python_problems(python, names=names)),
        _asked("shfmt", shell, lambda: shell_problems(shell)),
        _asked("oxfmt", web, lambda: web_problems(web)),
        _asked("reading", fit, lambda: asyncio.to_thread(_read_here, fit)),
    )
    found: Found = {}
    for answer in answers:
        for path, problems in answer.items():
            found[path] = tuple(sorted({*found.get(path, ()), *problems}))
    texts = {file.path: file.text for file in fit}
    return {path: tuple(_within(texts[path], problem) for problem in problems) for path, problems in found.items()}


def is_readable(file: SourceFile) -> bool:
    """Whether there is a reader for a file like this."""
    return is_short(file) and is_in_its_language(file)


def is_short(file: SourceFile) -> bool:
    """Whether a file may be given to programs."""
    return len(encoded(file.text)) <= LONGEST


def is_in_its_language(file: SourceFile) -> bool:
    """False where a file has a language for its colours alone."""
    name = PurePosixPath(file.path).name.lower()
    return name not in LEFT_ALONE and not name.startswith(".env")


def _within(text: str, problem: Problem) -> Problem:
    """What is said of the line after the last is meant for the last one's end."""
    if problem.line <= line_count(text):
        return problem
    lines = text.removesuffix("\n").split("\n")
    return replace(problem, line=len(lines), column=len(lines[-1]) + 1)


async def _asked(name: str, files: Sequence[SourceFile], question: Callable[[], Awaitable[Found]]) -> Found:
    try:
        return await question() if files else {}
    except Missing:
        tell_once(name, "is not installed")
    except TimeoutError:
        tell_once(name, "takes too long")
    except ValueError:
        tell_once(name, "gives answers that cannot be read")
    return {}


def _read_here(files: Sequence[SourceFile]) -> Found:
    return {file.path: problems for file in files if (problems := tuple(_first(file)))}


def _first(file: SourceFile) -> Iterator[Problem]:
    if file.language in DATA:
        yield from data_problems(file)
    elif file.language in HOLDERS:
        yield from markup_problems(file)
    elif file.language == "sql":
        yield from sql_problems(file.text)
    elif file.language in CHECKED:
        yield from syntax_of(file.language, file.text)
