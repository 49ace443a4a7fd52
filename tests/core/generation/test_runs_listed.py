"""Which version is current, and how runs are listed."""

import asyncio

import pytest
from sqlalchemy import Connection

from core.engines.protocol import StreamEnd, TextDelta
from core.runs.state import RunStatus
from data import queries
from data.rows import RunRow
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, ScriptedEngine, text_script
from tests.support.users.studio_user import StudioUser, wait_for_end, wait_for_length


async def test_a_whole_text_becomes_current_and_a_cut_one_does_not_replace_it(
    engine: ScriptedEngine, ada: StudioUser
) -> None:
    cut = text_script("cut", finish=StreamEnd("length"))
    engine.play(cut, cut, text_script("whole"), cut, text_script("whole again"), (FINISHED_STOP,))
    project = await ada.create_project()
    codes = []
    for _ in range(6):
        await ada.finished_run(project)
        codes.append((await ada.reloaded(project)).backend_code)
    assert codes == ["cut", "cut", "whole", "whole", "whole again", "whole again"]
    assert (await ada.reloaded(project)).frontend_code is None


async def test_the_newer_of_two_cut_texts_is_current(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play(text_script("first", finish=StreamEnd("length")), text_script("second", finish=StreamEnd("length")))
    project = await ada.create_project()
    for _ in range(2):
        log = await ada.finished_run(project)
    assert (await ada.reloaded(project)).backend_run_id == log.state.id


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
