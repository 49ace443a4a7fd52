"""What the events of a stream say of a run."""

from datetime import UTC, datetime

from api.schemas.run_events import WatchedRunOut
from api.schemas.runs import RunOut
from core.engines.protocol import Progress, ProgressPhase
from core.runs.follow import StatusChanged
from tests.support.run_infos import make_run


def test_a_status_is_the_run_and_how_many_read_it() -> None:
    run = make_run(progress=Progress(ProgressPhase.LOADING), progress_since=datetime.now(UTC))
    status = WatchedRunOut.from_event(StatusChanged(run, 3)).model_dump(mode="json")
    assert status.pop("watching") == 3
    assert status == RunOut.from_run(run).model_dump(mode="json") | {"progress": status["progress"]}
    assert status["progress"]["phase"] == "loading"
