"""What is before a queued run: of the same engine alone, in the order of the turns."""

from core.catalog.stacks import Side
from core.engines.protocol import EngineName
from core.generation.waiting import RunAhead, runs_ahead
from core.runs.state import RunInfo, RunKind, RunStatus
from tests.support.run_infos import make_run


def queued(id_: str, position: int | None, kind: RunKind = RunKind.GENERATE) -> RunInfo:
    return make_run(id=id_, status=RunStatus.QUEUED, position=position, kind=kind)


WRITTEN = make_run(id="w", status=RunStatus.RUNNING, side=Side.FRONTEND)
LIVE = [
    queued("third", 3),
    queued("second", 2, RunKind.FIX),
    queued("first", 1, RunKind.REFINE),
    WRITTEN,
    make_run(id="x", status=RunStatus.RUNNING, engine=EngineName.EMBEDDED),
]


def test_those_that_are_written_come_first_then_the_queue() -> None:
    assert runs_ahead(LIVE[0], LIVE) == (
        RunAhead(RunKind.GENERATE, Side.FRONTEND, True),
        RunAhead(RunKind.REFINE, Side.BACKEND, False),
        RunAhead(RunKind.FIX, Side.BACKEND, False),
    )
    assert runs_ahead(LIVE[2], LIVE) == (RunAhead(RunKind.GENERATE, Side.FRONTEND, True),)


def test_a_run_without_a_place_yet_is_the_last() -> None:
    assert len(runs_ahead(queued("new", None), LIVE)) == 4


def test_a_run_that_is_written_waits_for_nobody() -> None:
    assert runs_ahead(WRITTEN, LIVE) == ()
