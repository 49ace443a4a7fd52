"""Whoever stops a run, and whenever: what was written is kept."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from core.catalog.stacks import Side
from core.engines.protocol import Loading, Piece, Request, Text
from core.engines.registry import Engines
from core.errors import NotFound
from core.generation.runs import Order, Runs
from core.runs.state import RunInfo, RunStatus
from core.settings import EngineChoice, Settings
from core.studio import Studio
from tests.support.engines.scripted_engine import STOP, Gate, ScriptedEngine, says
from tests.support.fake_reviews import nobody_looks
from tests.support.users.studio_user import Author, Log, author, ended, grown, row


async def test_stop_before_the_first_step(engine: ScriptedEngine, ada: Author) -> None:
    engine.play((Gate(), STOP))
    project = await ada.project()
    run = await ada.studio.runs.start(ada.id, project.id, Side.BACKEND, Order())
    stopped = await ada.studio.runs.stop(ada.id, run.id)
    assert (stopped.status, stopped.characters) == (RunStatus.STOPPED, 0)
    assert stopped.finished_at


async def test_stop_while_queued_moves_the_others_up(engine: ScriptedEngine, ada: Author) -> None:
    gate = Gate()
    engine.play((gate, STOP))
    first, second, third, fourth = [await ada.start(await ada.project()) for _ in range(4)]
    while fourth.state.position != 2:
        await fourth.news()
    assert (second.state.position, third.state.position) == (None, 1)
    stopped = await ada.studio.runs.stop(ada.id, third.state.id)
    assert (stopped.status, stopped.position) == (RunStatus.STOPPED, None)
    assert fourth.state.position == 1
    gate.open()
    for log in (first, second, fourth):
        await ended(log)
    assert len(engine.requests) == 3


async def test_stop_while_loading(engine: ScriptedEngine, ada: Author) -> None:
    gate = Gate()
    engine.play((Loading("loading"), gate, STOP))
    log = await ada.start(await ada.project())
    await gate.reached.wait()
    stopped = await ada.studio.runs.stop(ada.id, log.state.id)
    assert (stopped.status, engine.ended) == (RunStatus.STOPPED, 1)


async def test_stop_in_the_text_keeps_all_that_was_written(studio: Studio, engine: ScriptedEngine, ada: Author) -> None:
    gate = Gate()
    engine.play((Text("abc"), Text("d\ud83d"), gate, STOP))
    log = await ada.start(await ada.project())
    await gate.reached.wait()
    stopped = await ada.studio.runs.stop(ada.id, log.state.id)
    assert (stopped.status, stopped.finish_reason, stopped.error) == (RunStatus.STOPPED, "stopped", None)
    assert (log.closed, log.text) == (True, "abcd\ufffd")
    assert (await row(studio, stopped)).text == "abcd\ufffd"
    assert engine.ended == 1


async def test_stop_after_the_end_changes_nothing(ada: Author) -> None:
    log = await ada.written(await ada.project())
    after = await ada.studio.runs.stop(ada.id, log.state.id)
    assert (after.status, after.finished_at) == (RunStatus.COMPLETE, log.state.finished_at)


async def test_two_stops_at_once_are_one(engine: ScriptedEngine, ada: Author) -> None:
    gate = Gate()
    engine.play((Text("a"), gate, STOP))
    log = await ada.start(await ada.project())
    await gate.reached.wait()
    stops = await asyncio.gather(*(ada.studio.runs.stop(ada.id, log.state.id) for _ in range(3)))
    assert {run.status for run in stops} == {RunStatus.STOPPED}


async def test_another_user_can_neither_read_nor_stop(engine: ScriptedEngine, ada: Author) -> None:
    gate = Gate()
    engine.play((Text("a"), gate, STOP))
    log = await ada.start(await ada.project())
    eve = await author(ada.studio, "eve")
    for call in (ada.studio.runs.log, ada.studio.runs.stop):
        with pytest.raises(NotFound):
            await call(eve.id, log.state.id)
    assert log.state.live
    gate.open()


async def test_a_side_is_free_again_after_a_stop(engine: ScriptedEngine, ada: Author) -> None:
    engine.play((Gate(), STOP), says("again"))
    project = await ada.project()
    log = await ada.start(project)
    await ada.studio.runs.stop(ada.id, log.state.id)
    assert (await ada.written(project)).text == "again"


async def test_deleting_a_project_stops_both_its_runs(engine: ScriptedEngine, ada: Author) -> None:
    engine.play((Text("a"), Gate(), STOP))
    project = await ada.project()
    logs = [await ada.start(project, side) for side in Side]
    await ada.studio.projects.delete(ada.id, project.id)
    assert all(log.closed for log in logs)
    with pytest.raises(NotFound):
        await ada.again(project)


async def test_deleting_a_project_whose_second_run_ends_meanwhile(
    engine: ScriptedEngine, ada: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    gates = [Gate(), Gate()]
    engine.play(*((Text("a"), gate, STOP) for gate in gates))
    project = await ada.project()
    logs = [await ada.start(project, side) for side in Side]
    for gate in gates:
        await gate.reached.wait()
    stop = Runs.stop

    async def stop_and_let_the_other_end(runs: Runs, user_id: int, run_id: str) -> RunInfo:
        gates[1].open()
        await ended(logs[1])
        await asyncio.sleep(0)
        return await stop(runs, user_id, run_id)

    monkeypatch.setattr(Runs, "stop", stop_and_let_the_other_end)
    await ada.studio.projects.delete(ada.id, project.id)
    assert all(log.closed for log in logs)


async def test_a_run_that_starts_while_its_project_is_deleted_does_not_live_on(
    engine: ScriptedEngine, ada: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.play((Text("a"), Gate(), STOP))
    project = await ada.project()
    stop_project = Runs.stop_project
    started: list[Log] = []

    async def stop_and_start(runs: Runs, project_id: int) -> None:
        await stop_project(runs, project_id)
        if not started:
            started.append(await ada.start(project))

    monkeypatch.setattr(Runs, "stop_project", stop_and_start)
    await ada.studio.projects.delete(ada.id, project.id)
    await ended(started[0])
    assert ada.studio.runs.live_counts().total() == 0


@asynccontextmanager
async def closing(studio: Studio) -> AsyncGenerator[Studio, None]:
    try:
        yield studio
    finally:
        await studio.close()


class Stubborn(ScriptedEngine):
    """An engine that takes its time to stop."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = Gate()

    async def generate(self, _request: Request) -> AsyncGenerator[Piece, None]:
        """Write once and never again."""
        try:
            yield Text("a")
            await Gate().passed()
        finally:
            await self.gate.passed()


async def test_a_stop_does_not_wait_for_ever_for_a_stubborn_engine(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.generation.runs.STOP_SECONDS", 0.01)
    engine = Stubborn()
    async with closing(
        await Studio(settings, Engines({engine.name: engine}, EngineChoice.OLLAMA), nobody_looks).open()
    ) as studio:
        ada = await author(studio)
        log = await ada.start(await ada.project())
        await grown(log, 1)
        assert (await studio.runs.stop(ada.id, log.state.id)).live
        engine.gate.open()
        assert (await ended(log)).state.status is RunStatus.STOPPED
