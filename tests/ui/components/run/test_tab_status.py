"""What the browser's tab tells: of the run that is written, else of the one that waits, else of what ended here."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.runs.state import RunInfo, RunStatus
from tests.support.run_infos import NOW, make_run
from ui.components.run.tab_status import TabWords, tab_words

RUN = make_run(started_at=NOW - timedelta(seconds=42), finished_at=None)


@pytest.mark.parametrize(
    ("statuses", "ended", "words"),
    [
        ((), None, TabWords("Choir")),
        ((RunStatus.COMPLETE,), None, TabWords("Choir")),
        ((RunStatus.QUEUED,), RunStatus.FAILED, TabWords("Waiting · Choir", "queued")),
        ((RunStatus.QUEUED, RunStatus.RUNNING), None, TabWords("0:42 Choir", "running")),
        ((), RunStatus.COMPLETE, TabWords("✓ Choir", "done", "Backend of Choir: finished")),
        ((), RunStatus.FAILED, TabWords("⚠ Choir", "failed", "Backend of Choir: failed")),
    ],
)
def test_the_tab_tells_of_what_matters_most(
    statuses: tuple[RunStatus, ...], ended: RunStatus | None, words: TabWords
) -> None:
    runs: list[RunInfo] = [replace(RUN, status=status) for status in statuses]
    assert tab_words("Choir", runs, replace(RUN, status=ended) if ended else None, NOW) == words
