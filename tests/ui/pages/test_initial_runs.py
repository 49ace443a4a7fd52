"""The newest run of a side, and the one that a studio opens with."""

import pytest

from core.catalog.stacks import Side
from core.runs.state import RunStatus
from tests.support.projects import make_project
from tests.support.run_infos import make_run
from ui.pages.initial_runs import initial_run_id, newest_run_id

RUNS = [make_run(id="3", side=Side.FRONTEND), make_run(id="2"), make_run(id="1")]


def test_the_first_run_of_the_side_in_a_list_that_is_newest_first() -> None:
    assert newest_run_id(Side.BACKEND, RUNS) == "2"
    assert newest_run_id(Side.FRONTEND, RUNS) == "3"


def test_a_side_without_runs_has_none() -> None:
    assert newest_run_id(Side.FRONTEND, RUNS[1:]) is None


@pytest.mark.parametrize(
    ("newest", "current", "opened"),
    [
        (RunStatus.RUNNING, "1", "2"),
        (RunStatus.QUEUED, "1", "2"),
        (RunStatus.INTERRUPTED, "1", "2"),
        (RunStatus.INTERRUPTED, None, "2"),
        (RunStatus.FAILED, "1", "1"),
        (RunStatus.STOPPED, "1", "1"),
        (RunStatus.COMPLETE, "1", "1"),
        (RunStatus.FAILED, None, "2"),
    ],
)
def test_a_studio_opens_with_what_is_live_or_was_cut_by_a_restart_else_with_the_current_version(
    newest: RunStatus, current: str | None, opened: str
) -> None:
    runs = [make_run(id="3", side=Side.FRONTEND), make_run(id="2", status=newest), make_run(id="1")]
    assert initial_run_id(make_project(backend_run_id=current), Side.BACKEND, runs) == opened


def test_a_run_that_was_cut_before_a_newer_one_is_history() -> None:
    runs = [make_run(id="2"), make_run(id="1", status=RunStatus.INTERRUPTED)]
    assert initial_run_id(make_project(backend_run_id="2"), Side.BACKEND, runs) == "2"


def test_a_side_without_runs_opens_with_none() -> None:
    assert initial_run_id(make_project(), Side.BACKEND, []) is None
