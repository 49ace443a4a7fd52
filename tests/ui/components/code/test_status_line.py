"""What the status line says of a run and of its review."""

from datetime import timedelta

from core.runs.state import RunError, RunStatus
from tests.support.run_infos import NOW, make_run
from ui.components.code.status_line import review_text, saved_text, verdict_text

LATER = NOW + timedelta(minutes=5)


def test_a_run_that_has_ended_was_saved_then() -> None:
    assert saved_text(make_run(), LATER) == "Saved 5 min ago"


def test_a_live_run_is_saved_as_it_comes_unless_something_is_in_the_way() -> None:
    run = make_run(status=RunStatus.RUNNING, finished_at=None)
    assert saved_text(run, LATER) == "Saved as it comes"
    blocked = make_run(status=RunStatus.RUNNING, finished_at=None, error=RunError("unavailable", "The disk is full."))
    assert saved_text(blocked, LATER) == "Not saved yet: see above"


def test_where_there_is_nothing_nothing_was_saved() -> None:
    assert saved_text(None, LATER) == ""
    assert saved_text(make_run(characters=0), LATER) == ""


def test_a_review_that_runs_is_told() -> None:
    assert review_text(None, is_checking=True) == "Checking…"
    assert review_text(None, is_checking=False) == ""


def test_only_what_was_tried_is_said_to_be_well() -> None:
    tried = make_run(verdict="Starts · 5 of 6 routes answer")
    assert verdict_text(tried, is_clean=True) == "Checked · Starts · 5 of 6 routes answer"
    assert verdict_text(tried, is_clean=False) == "Starts · 5 of 6 routes answer"
    assert verdict_text(make_run(), is_clean=True) == "Checked"
    assert verdict_text(None, is_clean=False) == ""
