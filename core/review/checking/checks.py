"""What is wrong with the files of a project, found without running them and said only where it is certain."""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import islice

from core.files.source_file import SourceFile, line_count
from core.review.checking.java.imports import JavaImports
from core.review.checking.omitted_code import OmittedCode
from core.review.checking.problem import CheckResult, Problem, ProblemKind, ProblemsByPath
from core.review.checking.project_files import ProjectFiles, ReviewContext
from core.review.checking.protocol import Check
from core.review.checking.python.imports import PythonImports
from core.review.checking.python.packages import StandardLibraryRequirements
from core.review.checking.routes.calls import RouteCalls
from core.review.checking.syntax import is_checkable, syntax_problems
from core.review.checking.web.duplicate_ids import DuplicateIds
from core.review.checking.web.element_ids import MissingElements
from core.review.checking.web.imports import WebImports
from core.review.checking.web.references import WebReferences
from core.review.each_file import for_each_file

CHECKS: tuple[Check, ...] = (
    OmittedCode(),
    PythonImports(),
    StandardLibraryRequirements(),
    WebImports(),
    WebReferences(),
    MissingElements(),
    DuplicateIds(),
    JavaImports(),
    RouteCalls(),
)
"""All checks of a finished project. Syntax errors are found beside them, several files to a process."""
NO_CONTEXT = ReviewContext()
MAX_PROBLEMS = 100
"""Problems per file, for each check and in total."""


async def check(
    files: Sequence[SourceFile], skipped: frozenset[str] = frozenset(), context: ReviewContext = NO_CONTEXT
) -> CheckResult:
    """Problems by path, in the order of the lines; every file has its key.

    ``files`` are all files of a project, since a file may refer to others; those at the paths ``skipped`` are not
    checked themselves. Nothing is raised: what cannot be found within the bounds of ``each_file`` stays unknown, and
    its file is among ``too_hard``.
    """
    chosen = [file for file in files if file.path not in skipped]
    project = ProjectFiles(files, context.left_out, context.backend)
    # At the same time: one waits for programs while the other computes in a worker.
    syntax, (others, too_hard) = await asyncio.gather(
        syntax_problems(chosen, check_names=True), for_each_file(_find_problems, chosen, project)
    )
    # That a file is cut off is known without a check, so it is said of the stopped ones too.
    others.update({file.path: tuple(_truncation(file)) for file in chosen if file.path in too_hard})
    return _merge_problems(files, syntax.problems, others, syntax.too_hard | too_hard)


async def check_syntax(files: Sequence[SourceFile]) -> CheckResult:
    """Syntax errors alone, for files whose project is still being written."""
    syntax = await syntax_problems(files)
    truncations = {file.path: tuple(_truncation(file)) for file in files}
    return _merge_problems(files, syntax.problems, truncations, syntax.too_hard)


def _merge_problems(
    files: Sequence[SourceFile], syntax: ProblemsByPath, others: ProblemsByPath, too_hard: frozenset[str]
) -> CheckResult:
    merged = {file.path: sorted({*syntax.get(file.path, ()), *others.get(file.path, ())}) for file in files}
    return CheckResult({path: tuple(problems[:MAX_PROBLEMS]) for path, problems in merged.items()}, too_hard)


def _find_problems(project: ProjectFiles, file: SourceFile) -> tuple[Problem, ...]:
    problems = [*_truncation(file)]
    if is_checkable(file):
        for each in CHECKS:
            # Checks are generators: one that would find thousands stops working here.
            problems += islice(each.find_problems(file, project), MAX_PROBLEMS)
    return tuple(problems)


def _truncation(file: SourceFile) -> Iterator[Problem]:
    if not file.is_complete:
        last_line = file.text.splitlines()[-1:] or [""]
        message = "The file is cut off here."
        yield Problem(max(line_count(file.text), 1), len(last_line[0]) + 1, message, ProblemKind.TRUNCATED)
