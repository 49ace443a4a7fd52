"""What is wrong with the files of a project, found without running them and said only where it is certain."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from itertools import islice

from core import subprocesses
from core.files.source_file import SourceFile, line_count
from core.review.checking.java.imports import JavaImports
from core.review.checking.omitted_code import OmittedCode
from core.review.checking.problem import Problem, ProblemKind
from core.review.checking.project_files import ProjectFiles
from core.review.checking.protocol import Check
from core.review.checking.python.imports import PythonImports
from core.review.checking.python.packages import StandardLibraryRequirements
from core.review.checking.syntax import is_checkable, syntax_problems
from core.review.checking.web.element_ids import MissingElements
from core.review.checking.web.imports import WebImports
from core.review.checking.web.references import WebReferences

CHECKS: tuple[Check, ...] = (
    OmittedCode(),
    PythonImports(),
    StandardLibraryRequirements(),
    WebImports(),
    WebReferences(),
    MissingElements(),
    JavaImports(),
)
"""All checks of a finished project. Syntax errors are found beside them, several files to a process."""
MAX_PROBLEMS = 100
"""Problems per file, for each check and in total."""


async def check(files: Sequence[SourceFile]) -> dict[str, tuple[Problem, ...]]:
    """Problems by path, in the order of the lines; every file has its key.

    ``files`` are all files of a project, since a file may refer to others. Nothing is raised: what cannot be found
    within ``subprocesses.RUN_TIMEOUT`` seconds stays unknown.
    """
    syntax, others = await asyncio.gather(syntax_problems(files, check_names=True), _check_with_timeout(files))
    return {file.path: _merge_problems(syntax.get(file.path, ()), others.get(file.path, ())) for file in files}


async def check_syntax(files: Sequence[SourceFile]) -> dict[str, tuple[Problem, ...]]:
    """Syntax errors alone, for files whose project is still being written."""
    syntax = await syntax_problems(files)
    return {file.path: _merge_problems(syntax.get(file.path, ()), tuple(_truncation(file))) for file in files}


def _merge_problems(*groups: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted({problem for problems in groups for problem in problems}))[:MAX_PROBLEMS]


async def _check_with_timeout(files: Sequence[SourceFile]) -> dict[str, tuple[Problem, ...]]:
    try:
        async with asyncio.timeout(subprocesses.RUN_TIMEOUT):
            return await asyncio.to_thread(_run_checks, files, time.monotonic() + subprocesses.RUN_TIMEOUT)
    except TimeoutError:
        subprocesses.warn_once("reading", "takes too long")
        return {file.path: tuple(_truncation(file)) for file in files}


def _run_checks(files: Sequence[SourceFile], deadline: float) -> dict[str, tuple[Problem, ...]]:
    """Raises TimeoutError after ``deadline``: a thread cannot be cancelled, and nobody waits for it any more."""
    project = ProjectFiles(files)
    found: dict[str, tuple[Problem, ...]] = {}
    for file in files:
        if time.monotonic() > deadline:
            raise TimeoutError
        found[file.path] = (*_truncation(file), *_problems_of(file, project))
    return found


def _problems_of(file: SourceFile, project: ProjectFiles) -> Iterator[Problem]:
    if is_checkable(file):
        for each in CHECKS:
            yield from islice(each.find_problems(file, project), MAX_PROBLEMS)


def _truncation(file: SourceFile) -> Iterator[Problem]:
    if not file.is_complete:
        last_line = file.text.splitlines()[-1:] or [""]
        message = "The file is cut off here."
        yield Problem(max(line_count(file.text), 1), len(last_line[0]) + 1, message, ProblemKind.TRUNCATED)
