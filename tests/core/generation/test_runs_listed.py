"""Which version is current, and how runs are listed."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy.orm import Session

from core.engines.protocol import Finished, Text
from core.runs.state import RunStatus
from data import queries
from data.models import Run
from tests.support.engines.scripted_engine import STOP, Gate, ScriptedEngine, says
from tests.support.users.studio_user import Author, ended, grown


async def test_a_whole_text_becomes_current_and_a_cut_one_does_not_replace_it(
    engine: ScriptedEngine, ada: Author
) -> None:
    cut = says("cut", end=Finished("length"))
    engine.play(cut, cut, says("whole"), cut, says("whole again"), (STOP,))
    project = await ada.project()
    codes = []
    for _ in range(6):
        await ada.written(project)
        codes.append((await ada.again(project)).backend_code)
    assert codes == ["cut", "cut", "whole", "whole", "whole again", "whole again"]
    assert (await ada.again(project)).frontend_code is None


async def test_the_newer_of_two_cut_texts_is_current(engine: ScriptedEngine, ada: Author) -> None:
    engine.play(says("first", end=Finished("length")), says("second", end=Finished("length")))
    project = await ada.project()
    for _ in range(2):
        log = await ada.written(project)
    assert (await ada.again(project)).backend_run_id == log.state.id


async def test_runs_are_listed_newest_first_with_their_live_state(engine: ScriptedEngine, ada: Author) -> None:
    gate = Gate()
    engine.play(says("first"), (Text("second"), gate, STOP))
    project = await ada.project()
    first = await ada.written(project)
    second = await ada.start(project)
    await grown(second, 6)
    listed = await ada.studio.runs.of_project(ada.id, project.id)
    assert [run.id for run in listed] == [second.state.id, first.state.id]
    assert (listed[0].status, listed[0].characters) == (RunStatus.RUNNING, 6)
    gate.open()


async def test_a_run_that_ends_while_the_list_is_read_is_not_listed_as_live(
    engine: ScriptedEngine, ada: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()
    engine.play((Text("a"), gate, STOP))
    project = await ada.project()
    log = await ada.start(project)
    await gate.reached.wait()
    loop, runs_of = asyncio.get_running_loop(), queries.runs_of

    async def end_it() -> None:
        gate.open()
        await ended(log)
        await asyncio.sleep(0)  # its task goes, too
        await asyncio.sleep(0)

    def slow(session: Session, user_id: int, project_id: int) -> Sequence[Run]:
        rows = runs_of(session, user_id, project_id)
        asyncio.run_coroutine_threadsafe(end_it(), loop).result(5)
        return rows

    monkeypatch.setattr(queries, "runs_of", slow)
    [listed] = await ada.studio.runs.of_project(ada.id, project.id)
    assert listed.status is RunStatus.COMPLETE
