"""What the run bar says of each status."""

from datetime import timedelta

import pytest

from core.engines.protocol import Progress, ProgressPhase
from core.runs.state import RunKind, RunStatus
from tests.support.run_infos import NOW, make_run
from ui.components.run.run_status import STATUS_SIGNS, StatusWords, describe_status, elapsed_text

LATER = NOW + timedelta(minutes=5)
SUMMARY = "2 files · 4 lines"


def live(status: RunStatus, **changes: object) -> StatusWords:
    return describe_status(make_run(status=status, finished_at=None, **changes), "main.py", SUMMARY, "what next")


def ended(status: RunStatus, **changes: object) -> StatusWords:
    return describe_status(make_run(status=status, **changes), None, SUMMARY)


def test_a_queued_run_has_its_place_and_a_sign_in_place_of_the_spinner() -> None:
    assert live(RunStatus.QUEUED, position=3) == StatusWords("Waiting, place 3", sign="waiting")
    assert live(RunStatus.QUEUED).bold == "Waiting, place …"


def test_a_loading_run_says_what_it_waits_for() -> None:
    reading = Progress(ProgressPhase.READING, 320, 1928)
    assert live(RunStatus.LOADING, progress=reading) == StatusWords("Reading the prompt", after="320 of 1,928 tokens")
    assert live(RunStatus.LOADING) == StatusWords("Waiting for the model")


def test_a_running_one_names_its_file_or_what_it_thinks() -> None:
    thinking = StatusWords("what next", before="Thinking ")
    assert live(RunStatus.RUNNING) == thinking  # in the text
    assert live(RunStatus.RUNNING, progress=Progress(ProgressPhase.THINKING)) == thinking
    running = make_run(status=RunStatus.RUNNING, finished_at=None)
    assert describe_status(running, "main.py", "") == StatusWords("main.py", before="Writing ")
    assert describe_status(running, None, "") == StatusWords("", before="Writing ")


@pytest.mark.parametrize(
    ("status", "changes", "words", "detail"),
    [
        (RunStatus.COMPLETE, {}, "Finished", SUMMARY),
        (RunStatus.COMPLETE, {"adjusted": "1 import added"}, "Finished", f"{SUMMARY} · adjusted: 1 import added"),
        (RunStatus.COMPLETE, {"kind": RunKind.UPLOAD}, "Uploaded", SUMMARY),
        (RunStatus.STOPPED, {}, "Stopped", f"{SUMMARY} · kept"),
        (RunStatus.TRUNCATED, {}, "Cut short", f"{SUMMARY} · kept"),
        (RunStatus.FAILED, {"characters": 0}, "Failed", "before the first word"),
        (RunStatus.INTERRUPTED, {}, "Interrupted", f"{SUMMARY} · kept"),
    ],
)
def test_an_end_says_what_there_is(status: RunStatus, changes: dict[str, object], words: str, detail: str) -> None:
    assert ended(status, **changes) == StatusWords(words, after=detail, sign=STATUS_SIGNS[status])


def test_an_answer_without_files_is_no_success() -> None:
    words = describe_status(make_run(), None, SUMMARY, has_files=False)
    assert words == StatusWords("No files in this answer", sign="warn")


def test_the_time_of_a_run_stops_at_its_end() -> None:
    assert elapsed_text(make_run(finished_at=None), LATER) == "5:00"
    assert elapsed_text(make_run(finished_at=NOW + timedelta(seconds=42)), LATER) == "0:42"


def test_what_has_not_started_and_an_upload_have_no_time() -> None:
    assert elapsed_text(make_run(started_at=None, finished_at=None), LATER) == ""
    assert elapsed_text(make_run(kind=RunKind.UPLOAD), LATER) == ""
