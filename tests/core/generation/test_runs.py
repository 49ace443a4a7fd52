"""A run from its start to each of its ends, whatever fails, and how runs are listed."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import pytest
from sqlalchemy import Connection

from core.engines.protocol import Progress, ProgressPhase, StreamEnd, TextDelta
from core.errors import EngineError
from core.runs.follow import RunEnded, StatusChanged, follow
from core.runs.state import RunStatus
from core.studio import Studio
from data import queries
from data.rows import RunRow
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, ScriptedEngine, text_script
from tests.support.users.studio_user import StudioUser, read_run_row, register_user, wait_for_end, wait_for_length

Another = Callable[..., Awaitable[Studio]]


async def test_a_run_ends_with_its_text_stored(studio: Studio, engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script("a", "b\r", "\nc", finish=StreamEnd("stop", 10, 3, 0.5)))
    log = await ada.finished_run(await ada.create_project())
    run = log.state
    assert (log.text, run.status, run.finish_reason) == ("ab\nc", RunStatus.COMPLETE, "stop")
    assert (run.characters, run.tokens, run.tokens_per_second) == (4, 3, 6.0)
    stored = await read_run_row(studio, run)
    assert (stored.text, stored.status, stored.characters) == ("ab\nc", "complete", 4)


async def test_a_run_goes_through_its_statuses_in_order(engine: ScriptedEngine, another: Another) -> None:
    gate, place = Gate(), Gate()
    engine.play((place, *text_script("before")), (Progress(ProgressPhase.LOADING), gate, *text_script("a")))
    ada = await register_user(await another(max_runs=1))
    await ada.start_run(await ada.create_project())
    log = await ada.start_run(await ada.create_project())
    seen: list[RunStatus] = []
    async with aclosing(follow(log)) as happenings:
        async for happening in happenings:
            if isinstance(happening, StatusChanged | RunEnded) and (not seen or seen[-1] is not happening.run.status):
                seen.append(happening.run.status)
            place.open()
            if log.state.status is RunStatus.LOADING:
                gate.open()
    assert seen == [RunStatus.QUEUED, RunStatus.LOADING, RunStatus.RUNNING, RunStatus.COMPLETE]


async def test_an_engine_error_keeps_the_partial_text(studio: Studio, engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play((TextDelta("partial"), EngineError("gone", "The model went away.", retryable=True)))
    log = await ada.finished_run(await ada.create_project())
    assert (log.text, log.state.status) == ("partial", RunStatus.FAILED)
    assert log.state.error
    assert (log.state.error.code, log.state.error.retryable) == ("gone", True)
    assert log.state.tokens == 1
    stored = await read_run_row(studio, log.state)
    assert (stored.text, stored.error_code) == ("partial", "gone")


async def test_an_unexpected_exception_is_the_runs_end_and_says_nothing_of_the_inside(
    engine: ScriptedEngine, ada: StudioUser, caplog: pytest.LogCaptureFixture
) -> None:
    engine.play((TextDelta("partial"), ZeroDivisionError("secret detail")))
    log = await ada.finished_run(await ada.create_project())
    assert (log.text, log.state.status) == ("partial", RunStatus.FAILED)
    assert log.state.error
    assert log.state.error.code == "internal"
    assert "secret" not in log.state.error.message
    assert "secret detail" in caplog.text


async def test_runs_are_listed_newest_first_with_their_live_state(engine: ScriptedEngine, ada: StudioUser) -> None:
    gate = Gate()
    engine.play(text_script("first"), (TextDelta("second"), gate, FINISHED_STOP))
    project = await ada.create_project()
    first = await ada.finished_run(project)
    second = await ada.start_run(project)
    await wait_for_length(second, 6)
    listed = await ada.studio.runs.list_runs(ada.id, project.id)
    assert [run.id for run in listed] == [second.state.id, first.state.id]
    assert (listed[0].status, listed[0].characters) == (RunStatus.RUNNING, 6)
    gate.open()


async def test_a_run_that_ends_while_the_list_is_read_is_not_listed_as_live(
    engine: ScriptedEngine, ada: StudioUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()
    engine.play((TextDelta("a"), gate, FINISHED_STOP))
    project = await ada.create_project()
    log = await ada.start_run(project)
    await gate.reached.wait()
    loop, runs_of = asyncio.get_running_loop(), queries.list_runs

    async def end_it() -> None:
        gate.open()
        await wait_for_end(log)
        await asyncio.sleep(0)  # its task goes, too
        await asyncio.sleep(0)

    def slow(connection: Connection, user_id: int, project_id: int) -> list[RunRow]:
        rows = runs_of(connection, user_id, project_id)
        asyncio.run_coroutine_threadsafe(end_it(), loop).result(5)
        return rows

    monkeypatch.setattr(queries, "list_runs", slow)
    [listed] = await ada.studio.runs.list_runs(ada.id, project.id)
    assert listed.status is RunStatus.COMPLETE


async def test_it_is_known_what_is_being_written_and_for_whom(
    studio: Studio, engine: ScriptedEngine, ada: StudioUser
) -> None:
    gate = Gate()
    engine.play((gate, *text_script("a")))
    eve = await register_user(studio, "eve")
    projects = [await user.create_project() for user in (ada, ada, eve)]
    logs = [await user.start_run(project) for user, project in zip((ada, ada, eve), projects, strict=True)]
    assert {(run.user_id, run.project_id) for run in studio.runs.live_runs()} == {
        (project.user_id, project.id) for project in projects
    }
    assert studio.runs.count_by_status().total() == 3
    gate.open()
    for log in logs:
        await wait_for_end(log)
    assert studio.runs.live_runs() == []
    assert studio.runs.count_by_status().total() == 0
