"""What a queued run waits for, without a name, a project or a word of anybody. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.catalog.stacks import Side
from core.runs.state import RunInfo, RunKind, RunStatus


@dataclass(frozen=True, slots=True)
class RunAhead:
    """A run that comes before another: of what kind it is, and whether it is being written already."""

    kind: RunKind
    side: Side
    is_written: bool


def runs_ahead(run: RunInfo, live_runs: Iterable[RunInfo]) -> tuple[RunAhead, ...]:
    """The runs of the same engine that come before this queued one, those that are being written first."""
    if run.status is not RunStatus.QUEUED:
        return ()
    others = [each for each in live_runs if each.engine is run.engine and each.id != run.id]
    written = [each for each in others if each.status is not RunStatus.QUEUED]
    # A run that has no place yet comes behind those that have one.
    queued = [each for each in others if each.status is RunStatus.QUEUED and each.position]
    before = sorted(
        (each for each in queued if (each.position or 0) < (run.position or len(queued) + 1)),
        key=lambda each: each.position or 0,
    )
    return tuple(RunAhead(each.kind, each.side, each.status is not RunStatus.QUEUED) for each in [*written, *before])
