"""Which run of each side a studio opens with."""

from collections.abc import Sequence

from core.accounts.identity import User
from core.catalog.stacks import Side
from core.projects.project import Project
from core.runs.log import RunLog
from core.runs.state import RunInfo, RunKind, RunStatus
from core.studio import Studio

OpenedRun = tuple[RunLog[RunInfo], int | None]
"""A log, and the offset at which a continued run's own text begins."""


async def initial_logs(
    studio: Studio, user: User, project: Project, runs: Sequence[RunInfo], wanted_id: str | None = None
) -> dict[Side, OpenedRun]:
    """The logs to show first, at most one of each side; of one side that of the wanted run, if it is of the project."""
    run_ids = {side: run_id for side in Side if (run_id := initial_run_id(project, side, runs))}
    run_ids |= {run.side: run.id for run in runs if run.id == wanted_id}
    return {side: await open_log(studio, user, run_id) for side, run_id in run_ids.items()}


async def open_log(studio: Studio, user: User, run_id: str) -> OpenedRun:
    """A run's log; for one that continues another, also the offset at which its own text begins. Raises NotFound."""
    log = await studio.runs.open_log(user.id, run_id)
    if log.state.kind is RunKind.CONTINUE and log.state.parent_id:
        return log, (await studio.runs.open_log(user.id, log.state.parent_id)).length
    return log, None


def newest_run_id(side: Side, runs: Sequence[RunInfo]) -> str | None:
    """The id of the side's newest run; ``runs`` are newest first."""
    return next((run.id for run in runs if run.side is side), None)


def initial_run_id(project: Project, side: Side, runs: Sequence[RunInfo]) -> str | None:
    """The live run or one that a restart has just cut, else the current version, else the newest one."""
    newest = next((run for run in runs if run.side is side), None)
    if newest and needs_attention(newest):
        return newest.id
    return project.run_id_of(side) or (newest.id if newest else None)


def needs_attention(run: RunInfo) -> bool:
    """Whether a run, if it is the newest of its side, is what its studio opens with."""
    # No more than a live one may an interrupted run vanish by a reload: its reader has to be told, and can continue.
    return run.is_live or run.status is RunStatus.INTERRUPTED
