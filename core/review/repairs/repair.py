"""All repairs, one after the other: each sees what those before it have put right."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.files.source_file import SourceFile
from core.review.checking.problem import CheckResult, Problem, ProblemKind
from core.review.checking.project_files import ProjectFiles, ReviewContext
from core.review.checking.python.ruff import undefined_names
from core.review.checking.syntax import is_checkable, syntax_problems
from core.review.each_file import MAX_VERSION_CPU_SECONDS
from core.review.repairs.adjustment import Adjustment
from core.review.repairs.brackets import close_brackets
from core.review.repairs.python import modules, names, requirements
from core.review.repairs.web import components, express, links, package_json
from core.review.repairs.web import names as web_names
from core.review.repairs.workspace import Repair, Workspace
from core.subprocesses import ProgramMissing
from core.workers.pools import REVIEW_WORKERS

_logger = logging.getLogger(__name__)

REPAIRS: tuple[Repair, ...] = (
    names.add_missing_imports,
    modules.correct_modules,
    web_names.add_missing_imports,
    web_names.correct_modules,
    express.add_start,
    components.export_main_component,
    links.link_files,
    requirements.declare_packages,
    package_json.declare_packages,
)
"""All that need files without syntax errors; brackets are closed before them."""
MAX_REPAIR_CPU_SECONDS = 4.0
"""For all files of a version; past that it stays as it is."""


@dataclass(frozen=True, slots=True)
class RepairedFile:
    """A file after its repairs."""

    file: SourceFile
    adjustments: tuple[Adjustment, ...]


async def repair_files(
    sources: Sequence[SourceFile], found: CheckResult, context: ReviewContext
) -> Mapping[str, RepairedFile]:
    """The files that were changed, by path. Nothing is raised: what takes too long stays as it is."""
    if not any(file.original is None for file in sources):
        return {}
    project = ProjectFiles(sources, context.left_out, context.backend)
    problems = found.problems
    workspace = Workspace(
        project,
        stack=context.stack,
        broken=frozenset(path for path, each in problems.items() if _has_syntax_error(each)),
        fixed=frozenset(file.path for file in sources if _is_fixed(file)) | found.too_hard,
    )
    if workspace.broken:
        workspace = await _close_brackets(workspace)
    workspace = replace(workspace, undefined=await _undefined_names(workspace))
    [repaired] = await REVIEW_WORKERS.run_each(
        _run_repairs, REPAIRS, [workspace], cpu_seconds_each=MAX_REPAIR_CPU_SECONDS, cpu_seconds=MAX_REPAIR_CPU_SECONDS
    )
    return _changed_files(repaired) if repaired else {}


async def _close_brackets(workspace: Workspace) -> Workspace:
    """The project with its brackets closed; a file that can be read now is no longer broken."""
    [closed] = await REVIEW_WORKERS.run_each(
        _run_repairs,
        (close_brackets,),
        [workspace],
        cpu_seconds_each=MAX_REPAIR_CPU_SECONDS,
        cpu_seconds=MAX_VERSION_CPU_SECONDS,
    )
    changed = [file for file in closed.project.files if file.path in closed.adjustments] if closed else []
    if not closed or not changed:
        return workspace
    found = await syntax_problems(changed)
    mended = {file.path for file in changed if not _has_syntax_error(found.problems.get(file.path, ()))}
    return replace(closed, broken=closed.broken - mended)


def _run_repairs(repairs: Sequence[Repair], workspace: Workspace) -> Workspace:
    for repair in repairs:
        try:
            workspace = workspace.noting(repair(workspace))
        except Exception:  # a boundary: a repair that fails leaves the files as they are, and the review goes on
            _logger.exception("the repair %s failed", repair.__name__)
    return workspace


def _changed_files(after: Workspace) -> dict[str, RepairedFile]:
    changed = (file for file in after.project.files if file.path in after.adjustments)
    return {file.path: RepairedFile(file, after.adjustments[file.path]) for file in changed}


def _is_fixed(file: SourceFile) -> bool:
    # A person's own files stay as they are, byte for byte.
    return file.original is not None or not file.is_complete or not is_checkable(file)


def _has_syntax_error(problems: Sequence[Problem]) -> bool:
    return any(problem.kind is ProblemKind.SYNTAX for problem in problems)


async def _undefined_names(workspace: Workspace) -> Mapping[str, tuple[str, ...]]:
    python = [file for file in workspace.repairable if file.language == "python"]
    try:
        return await undefined_names(python)
    except (ProgramMissing, TimeoutError, ValueError):  # the checks tell of it
        return {}
