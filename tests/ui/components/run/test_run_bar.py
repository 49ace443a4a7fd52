"""What the run bar says of each status."""

from datetime import timedelta

import pytest
from ui.components.studio.run_bar import describe_status, elapsed_text

from core.engines.protocol import Progress, ProgressPhase
from core.runs.state import RunError, RunKind, RunStatus
from tests.support.run_infos import NOW, make_run

LATER = NOW + timedelta(minutes=5)
SUMMARY = "2 files · 4 lines"


def live(status: RunStatus, **changes: object) -> tuple[str, str]:
    run = make_run(status=status, finished_at=None, **changes)
    return describe_status(run, "main.py", SUMMARY, "what next", LATER)


def ended(status: RunStatus, **changes: object) -> tuple[str, str]:
    return describe_status(make_run(status=status, **changes), None, SUMMARY, "", LATER)


def test_a_queued_run_has_its_place() -> None:
    assert live(RunStatus.QUEUED, position=3) == ("Waiting for its turn, place ", "3")
    assert live(RunStatus.QUEUED) == ("Waiting for its turn, place ", "…")


def test_a_loading_run_says_what_it_waits_for() -> None:
    assert live(RunStatus.LOADING, progress=Progress(ProgressPhase.READING)) == ("Reading the prompt", "")
    reading = Progress(ProgressPhase.READING, 320, 1928)
    assert live(RunStatus.LOADING, progress=reading) == ("Reading the prompt, 320 of 1,928 tokens", "")
    busy = Progress(ProgressPhase.READING, note="or still busy")
    assert live(RunStatus.LOADING, progress=busy) == ("Reading the prompt, or still busy", "")
    assert live(RunStatus.LOADING) == ("Waiting for the model", "")


def test_a_running_one_names_its_file_or_what_it_thinks() -> None:
    assert live(RunStatus.RUNNING) == ("Thinking ", "what next")  # in the text
    assert live(RunStatus.RUNNING, progress=Progress(ProgressPhase.THINKING)) == ("Thinking ", "what next")
    running = make_run(status=RunStatus.RUNNING, finished_at=None)
    assert describe_status(running, "main.py", "", "", LATER) == ("Writing ", "main.py")
    assert describe_status(running, None, "", "", LATER) == ("Writing", "")


@pytest.mark.parametrize(
    ("status", "changes", "sentence"),
    [
        (RunStatus.COMPLETE, {}, f"Saved 5 min ago · {SUMMARY}"),
        (RunStatus.COMPLETE, {"warning": "1 file was left out"}, f"Saved 5 min ago · {SUMMARY} · 1 file was left out"),
        (RunStatus.STOPPED, {}, f"Stopped 5 min ago, kept · {SUMMARY}"),
        (
            RunStatus.TRUNCATED,
            {},
            f"Cut off: the model reached its limit. Press Continue to go on · {SUMMARY}",
        ),
        (RunStatus.TRUNCATED, {"warning": "it repeats itself"}, f"Cut off: it repeats itself · {SUMMARY}"),
        (RunStatus.FAILED, {"error": RunError("engine_unreachable", "Ollama is gone.")}, "Ollama is gone."),
        (RunStatus.INTERRUPTED, {}, "The run failed: generate again."),
    ],
)
def test_an_end_says_what_became_of_the_text(status: RunStatus, changes: dict[str, object], sentence: str) -> None:
    assert ended(status, **changes) == (sentence, "")


def test_the_time_of_a_run_stops_at_its_end() -> None:
    assert elapsed_text(make_run(finished_at=None), LATER) == "5:00"
    assert elapsed_text(make_run(finished_at=NOW + timedelta(seconds=42)), LATER) == "0:42"


def test_what_has_not_started_and_an_upload_have_no_time() -> None:
    assert elapsed_text(make_run(started_at=None, finished_at=None), LATER) == ""
    assert elapsed_text(make_run(kind=RunKind.UPLOAD), LATER) == ""
