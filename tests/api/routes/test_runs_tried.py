"""Trials over HTTP, and errors that are told for a fix."""

import asyncio
from collections.abc import Sequence

import pytest

from core.files.source_file import SourceFile
from core.runtime.app_runtime import READY, AppRuntime
from core.trial.finding import Finding, FindingKind
from core.trial.report import RouteAnswer, TrialReport
from tests.support.engines.scripted_engine import Gate, text_script
from tests.support.installation import ApiUser, Installation

ANSWER = "### FILE: main.py\n```python\napp = 1\n```\n"
REPORT = TrialReport(
    starts=True,
    routes=(
        RouteAnswer("GET", "/", 200, 3),
        RouteAnswer("GET", "/items", 500, 4, Finding(FindingKind.REQUEST, "KeyError: 'x'", "main.py", 1)),
    ),
    seconds=2.5,
)


@pytest.fixture
def tried(installation: Installation) -> None:
    """Back ends are tried with that outcome."""

    async def try_files(_runtime: AppRuntime, _files: Sequence[SourceFile]) -> TrialReport:
        return REPORT

    installation.studio.runtime._tell(READY)
    installation.studio.trials._try_files = try_files


async def finished_run(ada: ApiUser, side: str = "backend") -> str:
    ada.engine.play(text_script(ANSWER))
    run_id = await ada.start_run(await ada.create_project(), side)
    await ada.read_events(f"/api/runs/{run_id}/stream")
    return run_id


@pytest.mark.usefixtures("tried")
async def test_a_trial_tells_what_it_showed(ada: ApiUser) -> None:
    run_id = await finished_run(ada)
    answer = await ada.post(f"/api/runs/{run_id}/try")
    assert answer.status_code == 200
    assert answer.json() == {
        "starts": True,
        "routes": [
            {"method": "GET", "path": "/", "status": 200, "milliseconds": 3},
            {"method": "GET", "path": "/items", "status": 500, "milliseconds": 4},
        ],
        "errors": [{"message": "GET /items answers 500: KeyError: 'x'", "path": "main.py", "line": 1}],
        "seconds": 2.5,
    }
    run = (await ada.get(f"/api/runs/{run_id}")).json()
    assert (run["verdict"], run["findings"]) == ("Starts · 1 of 2 routes answer", 1)


@pytest.mark.usefixtures("tried")
async def test_what_cannot_be_tried_says_why(ada: ApiUser) -> None:
    answer = await ada.post(f"/api/runs/{await finished_run(ada, 'frontend')}/try")
    assert (answer.status_code, answer.json()["code"]) == (422, "not_runnable")
    assert "in a browser" in answer.json()["detail"]


async def test_without_a_runtime_a_trial_waits_for_it(ada: ApiUser) -> None:
    answer = await ada.post(f"/api/runs/{await finished_run(ada)}/try")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert "main.py runtime" in answer.json()["detail"]


@pytest.mark.usefixtures("tried")
async def test_another_user_s_run_is_not_there(ada: ApiUser, installation: Installation) -> None:
    run_id = await finished_run(ada)
    bob = await installation.register_user("bob")
    assert (await bob.post(f"/api/runs/{run_id}/try")).status_code == 404


async def test_a_trial_delays_no_end_of_a_run(ada: ApiUser, installation: Installation) -> None:
    reached = asyncio.Event()

    async def try_for_ever(_runtime: AppRuntime, _files: Sequence[SourceFile]) -> TrialReport:
        reached.set()
        await asyncio.Event().wait()
        raise AssertionError

    installation.studio.runtime._tell(READY)
    installation.studio.trials._try_files = try_for_ever
    run_id = await finished_run(ada)
    await reached.wait()
    assert (await ada.get(f"/api/runs/{run_id}")).json()["status"] == "complete"
    other_id = await finished_run(ada)
    assert (await ada.get(f"/api/runs/{other_id}")).json()["status"] == "complete"


async def test_errors_are_told_for_a_fix(ada: ApiUser) -> None:
    run_id = await finished_run(ada)
    assert (await ada.post(f"/api/runs/{run_id}/fix")).status_code == 409
    ada.engine.play(text_script(ANSWER))
    answer = await ada.post(f"/api/runs/{run_id}/fix", {"errors": ["GET /items answers 500"]})
    assert (answer.status_code, answer.json()["kind"]) == (202, "fix")
    assert "GET /items answers 500" in ada.engine.requests[-1].messages[-1].content
    await ada.read_events(f"/api/runs/{answer.json()['id']}/stream")


@pytest.mark.parametrize("errors", [None, [], [" ", ""]])
async def test_nothing_told_is_nothing_to_fix(ada: ApiUser, errors: object) -> None:
    answer = await ada.post(f"/api/runs/{await finished_run(ada)}/fix", {"errors": errors})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


async def test_what_a_refused_fix_was_told_is_not_kept(ada: ApiUser) -> None:
    run_id = await finished_run(ada)
    run = (await ada.get(f"/api/runs/{run_id}")).json()
    gate = Gate()
    ada.engine.play((gate, *text_script("x")))
    live = (await ada.post(f"/api/projects/{run['project_id']}/generate/backend")).json()
    answer = await ada.post(f"/api/runs/{run_id}/fix", {"errors": ["GET /items answers 500"]})
    assert (answer.status_code, answer.json()["run_id"]) == (409, live["id"])
    assert (await ada.get(f"/api/runs/{run_id}")).json()["findings"] == run["findings"]
    gate.open()


@pytest.mark.parametrize("errors", [["x"] * 21, "x", [1], ["\x00"]])
async def test_errors_that_are_none_are_refused(ada: ApiUser, errors: object) -> None:
    answer = await ada.post(f"/api/runs/{await finished_run(ada)}/fix", {"errors": errors})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
