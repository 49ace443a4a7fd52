"""Which run of each side a studio opens with."""

from collections.abc import Sequence

from core.accounts.accounts import User
from core.catalog.stacks import Side
from core.projects.project import Project
from core.runs.log import RunLog
from core.runs.state import RunInfo, RunKind
from core.studio import Studio

OpenedRun = tuple[RunLog[RunInfo], int | None]
"""A log, and the offset at which a continued run's own text begins."""


async def initial_logs(studio: Studio, user: User, project: Project, runs: Sequence[RunInfo]) -> dict[Side, OpenedRun]:
    """The logs to show first, at most one of each side."""
    run_ids = {side: run_id for side in Side if (run_id := _initial_run_id(project, side, runs))}
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


def _initial_run_id(project: Project, side: Side, runs: Sequence[RunInfo]) -> str | None:
    """The live run, else the current version, else the newest one."""
    live_runs = [run for run in runs if run.is_live]
    return newest_run_id(side, live_runs) or project.run_id_of(side) or newest_run_id(side, runs)
