"""What is wrong with the files of an answer: found without running them, and said only where it is sure."""

import asyncio
from collections.abc import Iterator, Sequence
from functools import cache
from posixpath import dirname

from core import subprocesses
from core.files.source_file import SourceFile, line_count
from core.review.checking.java_imports import java_import_problems
from core.review.checking.omitted_code import omission_problems
from core.review.checking.problem import Problem, ProblemKind
from core.review.checking.project_files import ProjectFiles
from core.review.checking.python import packages
from core.review.checking.python.imports import python_import_problems
from core.review.checking.syntax import is_checkable, syntax_problems
from core.review.checking.web import node_packages
from core.review.checking.web.element_ids import missing_element_problems
from core.review.checking.web.imports import web_import_problems
from core.review.checking.web.references import reference_problems

__all__ = ["Problem", "ProblemKind", "check", "check_syntax"]

MAX_PROBLEMS = 100
"""Problems of a file that are told."""


async def check(files: Sequence[SourceFile]) -> dict[str, tuple[Problem, ...]]:
    """Problems by path, in the order of the lines; each file has its key.

    Takes all files of a project, since it also looks for those that others refer to. Nothing is raised: what cannot
    be found out within ``programs.SECONDS`` is no problem.
    """
    syntax, others = await asyncio.gather(syntax_problems(files, check_names=True), _check_with_timeout(files))
    return {file.path: _merge_problems(syntax.get(file.path, ()), others.get(file.path, ())) for file in files}


async def check_syntax(files: Sequence[SourceFile]) -> dict[str, tuple[Problem, ...]]:
    """What is wrong with finished files while others are still being written: their syntax alone."""
    syntax = await syntax_problems(files)
    return {file.path: _merge_problems(syntax.get(file.path, ()), tuple(_truncation_problems(file))) for file in files}


def _merge_problems(*groups: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted({problem for problems in groups for problem in problems}))[:MAX_PROBLEMS]


async def _check_with_timeout(files: Sequence[SourceFile]) -> dict[str, tuple[Problem, ...]]:
    try:
        async with asyncio.timeout(subprocesses.RUN_TIMEOUT):
            return await asyncio.to_thread(_check_in_thread, files)
    except TimeoutError:
        subprocesses.warn_once("reading", "takes too long")
        return {file.path: tuple(_truncation_problems(file)) for file in files}


def _check_in_thread(files: Sequence[SourceFile]) -> dict[str, tuple[Problem, ...]]:
    project = ProjectFiles(files)

    @cache
    def python_dependencies(folder: str) -> packages.PythonDependencies | None:
        return packages.declared_dependencies(folder, project)

    @cache
    def node_dependencies(folder: str) -> node_packages.NodeDependencies | None:
        return node_packages.declared_dependencies(folder, project)

    def find_problems(file: SourceFile) -> Iterator[Problem]:
        folder = dirname(file.path)
        yield from omission_problems(file)
        yield from python_import_problems(file, project, python_dependencies(folder))
        yield from packages.stdlib_requirement_problems(file)
        yield from web_import_problems(file, project, node_dependencies(folder))
        yield from reference_problems(file, project)
        yield from missing_element_problems(file, project)
        yield from java_import_problems(file, project)

    return {
        file.path: tuple({*_truncation_problems(file), *(find_problems(file) if is_checkable(file) else ())})
        for file in files
    }


def _truncation_problems(file: SourceFile) -> Iterator[Problem]:
    if not file.is_complete:
        lines = file.text.splitlines() or [""]
        yield Problem(
            max(line_count(file.text), 1), len(lines[-1]) + 1, "The file is cut off here.", ProblemKind.TRUNCATED
        )
