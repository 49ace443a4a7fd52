"""What a card says of a project."""

from datetime import timedelta

import pytest

from core.catalog.stacks import Side
from core.projects.projects import ListedProject
from core.runs.state import RunKind, RunStatus
from data.rows import RunRow
from tests.support.projects import make_project
from tests.support.run_infos import NOW, make_run
from ui.components.home.project_state import ProjectState, project_state

LATER = NOW + timedelta(minutes=5)
ROW = RunRow(
    id="r", project_id=1, user_id=1, side="backend", stack="fastapi", engine="ollama", model="m", kind="generate",
    name=None, prompt="p", parent_id=None, context_id=None, instructions=None, options={}, status="complete",
    finish_reason=None, error_code=None, error_message=None, retryable=False, warning=None, adjusted=None,
    problems=None, findings=None, verdict=None, characters=9, tokens=3, tokens_per_second=None, start_seconds=None,
    created_at=NOW, started_at=NOW, finished_at=NOW,
)  # fmt: skip


def state(**changes: object) -> ProjectState:
    row = RunRow(**{name: getattr(ROW, name) for name in RunRow.__slots__} | changes)
    return project_state(ListedProject(make_project(), 2, None, row), [], LATER)


@pytest.mark.parametrize(
    ("changes", "sign", "words"),
    [
        ({}, "finished", "Finished"),
        ({"kind": "upload"}, "finished", "Uploaded"),
        ({"problems": 2}, "warn", "2 problems"),
        ({"problems": 2, "findings": 1}, "warn", "3 errors"),
        ({"status": "stopped"}, "stopped", "Stopped, can be continued"),
        ({"status": "stopped", "characters": 0}, "stopped", "Stopped"),
        ({"status": "stopped", "kind": RunKind.FIX.value}, "stopped", "Stopped"),
        ({"status": "failed", "characters": 0}, "warn", "Failed"),
        (
            {"status": "failed", "characters": 0, "error_code": "model_not_found"},
            "warn",
            "Failed: the model was missing",
        ),
        ({"status": "interrupted"}, "warn", "Interrupted, can be continued"),
        ({"status": "running", "characters": 0}, "none", "Beginning"),
    ],
)
def test_an_idle_project_says_how_its_newest_run_ended(changes: dict[str, object], sign: str, words: str) -> None:
    assert state(**changes) == ProjectState(sign, words, "5 min ago · 2 versions")


def test_what_happens_now_comes_before_what_has_been() -> None:
    listed = ListedProject(make_project(), 1, None, ROW)
    waiting = make_run(status=RunStatus.QUEUED, position=2)
    writing = make_run(status=RunStatus.RUNNING, side=Side.FRONTEND)
    assert project_state(listed, [waiting], LATER) == ProjectState("waiting", "Waiting, place 2", "")
    assert project_state(listed, [waiting, writing], LATER) == ProjectState("", "Writing the Frontend", "now", True)


def test_a_project_without_runs_has_its_age() -> None:
    assert project_state(ListedProject(make_project(), 0, None), [], LATER) == ProjectState(
        "none", "Nothing written yet", "5 min ago"
    )
