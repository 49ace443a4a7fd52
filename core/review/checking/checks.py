"""What is wrong with the files of an answer: found without running them, and said only where it is sure."""

import asyncio
from collections.abc import Iterator, Sequence
from functools import cache
from posixpath import dirname

from core import subprocesses
from core.files.source_file import SourceFile, line_count
from core.review.checking.java_imports import java_import_problems
from core.review.checking.omitted_code import elisions
from core.review.checking.problem import Kind, Problem
from core.review.checking.project_files import Project
from core.review.checking.python import packages
from core.review.checking.python.imports import python_import_problems
from core.review.checking.syntax import is_readable, syntax_problems
from core.review.checking.web import node_packages
from core.review.checking.web.element_ids import missing_elements
from core.review.checking.web.imports import web_import_problems
from core.review.checking.web.references import reference_problems

__all__ = ["Kind", "Problem", "check", "check_each"]

MOST = 100
"""Problems of a file that are told."""


async def check(files: Sequence[SourceFile]) -> dict[str, tuple[Problem, ...]]:
    """Problems by path, in the order of the lines; each file has its key.

    Takes all files of a project, since it also looks for those that others refer to. Nothing is raised: what cannot
    be found out within ``programs.SECONDS`` is no problem.
    """
    syntax, others = await asyncio.gather(syntax_problems(files, names=True), _within_time(files))
    return {file.path: _first(syntax.get(file.path, ()), others.get(file.path, ())) for file in files}


async def check_each(files: Sequence[SourceFile]) -> dict[str, tuple[Problem, ...]]:
    """What is wrong with finished files while others are still being written: their syntax alone."""
    found = await syntax_problems(files)
    return {file.path: _first(found.get(file.path, ()), tuple(_cut(file))) for file in files}


def _first(*found: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted({problem for problems in found for problem in problems}))[:MOST]


async def _within_time(files: Sequence[SourceFile]) -> dict[str, tuple[Problem, ...]]:
    try:
        async with asyncio.timeout(subprocesses.SECONDS):
            return await asyncio.to_thread(_read_together, files)
    except TimeoutError:
        subprocesses.tell_once("reading", "takes too long")
        return {file.path: tuple(_cut(file)) for file in files}


def _read_together(files: Sequence[SourceFile]) -> dict[str, tuple[Problem, ...]]:
    project = Project(files)

    @cache
    def python(folder: str) -> packages.Declared | None:
        return packages.declared_for(folder, project)

    @cache
    def node(folder: str) -> node_packages.Declared | None:
        return node_packages.declared_for(folder, project)

    def beyond_syntax(file: SourceFile) -> Iterator[Problem]:
        folder = dirname(file.path)
        yield from elisions(file)
        yield from python_import_problems(file, project, python(folder))
        yield from packages.needless_requirements(file)
        yield from web_import_problems(file, project, node(folder))
        yield from reference_problems(file, project)
        yield from missing_elements(file, project)
        yield from java_import_problems(file, project)

    return {file.path: tuple({*_cut(file), *(beyond_syntax(file) if is_readable(file) else ())}) for file in files}


def _cut(file: SourceFile) -> Iterator[Problem]:
    if not file.whole:
        lines = file.text.splitlines() or [""]
        yield Problem(max(line_count(file.text), 1), len(lines[-1]) + 1, "The file is cut off here.", Kind.CUT)
