"""Which runs a studio opens with."""

from core.accounts.accounts import User
from core.catalog.stacks import Side
from core.projects.projects import Project
from core.runs.log import RunLog
from core.runs.state import RunInfo, RunKind
from core.studio import Studio

Opened = tuple[RunLog[RunInfo], int | None]


async def logs(studio: Studio, user: User, project: Project, runs: list[RunInfo]) -> dict[Side, Opened]:
    """The logs to show first, one of each side at most."""
    first = {side: run_id for side in Side if (run_id := _first(project, side, runs))}
    return {side: await opened(studio, user, run_id) for side, run_id in first.items()}


async def opened(studio: Studio, user: User, run_id: str) -> Opened:
    """A run's log, and where it goes on from an earlier one, if it does."""
    log = await studio.runs.log(user.id, run_id)
    if log.state.kind is RunKind.CONTINUE and log.state.parent_id:
        return log, (await studio.runs.log(user.id, log.state.parent_id)).length
    return log, None


def newest(side: Side, runs: list[RunInfo]) -> str | None:
    """The id of the side's newest run; ``runs`` are newest first."""
    return next((run.id for run in runs if run.side is side), None)


def _first(project: Project, side: Side, runs: list[RunInfo]) -> str | None:
    """What to show first: the live run, else the current version, else the newest."""
    live = [run for run in runs if run.live]
    return newest(side, live) or project.run_of(side) or newest(side, runs)
