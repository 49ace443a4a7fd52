"""Whoever stops a run, and whenever: what was written is kept."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from core.catalog.stacks import Side
from core.engines.protocol import EngineEvent, GenerationRequest, Progress, ProgressPhase, TextDelta
from core.engines.registry import EngineRegistry
from core.errors import NotFound
from core.generation.run_request import RunRequest
from core.generation.runs import Runs
from core.runs.state import RunInfo, RunStatus
from core.settings import EngineChoice, Settings
from core.studio import Studio
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, ScriptedEngine, text_script
from tests.support.fake_reviews import skip_review
from tests.support.users.studio_user import Log, StudioUser, read_run_row, register_user, wait_for_end, wait_for_length


async def test_stop_before_the_first_step(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play((Gate(), FINISHED_STOP))
    project = await ada.create_project()
    run = await ada.studio.runs.start(ada.id, project.id, Side.BACKEND, RunRequest())
    stopped = await ada.studio.runs.stop(ada.id, run.id)
    assert (stopped.status, stopped.characters) == (RunStatus.STOPPED, 0)
    assert stopped.finished_at


async def test_stop_while_queued_moves_the_others_up(engine: ScriptedEngine, ada: StudioUser) -> None:
    gate = Gate()
    engine.play((gate, FINISHED_STOP))
    first, second, third, fourth = [await ada.start_run(await ada.create_project()) for _ in range(4)]
    while fourth.state.position != 2:
        await fourth.wait_for_change()
    assert (second.state.position, third.state.position) == (None, 1)
    stopped = await ada.studio.runs.stop(ada.id, third.state.id)
    assert (stopped.status, stopped.position) == (RunStatus.STOPPED, None)
    assert fourth.state.position == 1
    gate.open()
    for log in (first, second, fourth):
        await wait_for_end(log)
    assert len(engine.requests) == 3


async def test_stop_while_loading(engine: ScriptedEngine, ada: StudioUser) -> None:
    gate = Gate()
    engine.play((Progress(ProgressPhase.LOADING), gate, FINISHED_STOP))
    log = await ada.start_run(await ada.create_project())
    await gate.reached.wait()
    stopped = await ada.studio.runs.stop(ada.id, log.state.id)
    assert (stopped.status, engine.ended_count) == (RunStatus.STOPPED, 1)


async def test_stop_in_the_text_keeps_all_that_was_written(
    studio: Studio, engine: ScriptedEngine, ada: StudioUser
) -> None:
    gate = Gate()
    engine.play((TextDelta("abc"), TextDelta("d\ud83d"), gate, FINISHED_STOP))
    log = await ada.start_run(await ada.create_project())
    await gate.reached.wait()
    stopped = await ada.studio.runs.stop(ada.id, log.state.id)
    assert (stopped.status, stopped.finish_reason, stopped.error) == (RunStatus.STOPPED, "stopped", None)
    assert (log.closed, log.text) == (True, "abcd\ufffd")
    assert (await read_run_row(studio, stopped)).text == "abcd\ufffd"
    assert engine.ended_count == 1


async def test_stop_after_the_end_changes_nothing(ada: StudioUser) -> None:
    log = await ada.finished_run(await ada.create_project())
    after = await ada.studio.runs.stop(ada.id, log.state.id)
    assert (after.status, after.finished_at) == (RunStatus.COMPLETE, log.state.finished_at)


async def test_two_stops_at_once_are_one(engine: ScriptedEngine, ada: StudioUser) -> None:
    gate = Gate()
    engine.play((TextDelta("a"), gate, FINISHED_STOP))
    log = await ada.start_run(await ada.create_project())
    await gate.reached.wait()
    stops = await asyncio.gather(*(ada.studio.runs.stop(ada.id, log.state.id) for _ in range(3)))
    assert {run.status for run in stops} == {RunStatus.STOPPED}


async def test_another_user_can_neither_read_nor_stop(engine: ScriptedEngine, ada: StudioUser) -> None:
    gate = Gate()
    engine.play((TextDelta("a"), gate, FINISHED_STOP))
    log = await ada.start_run(await ada.create_project())
    eve = await register_user(ada.studio, "eve")
    for call in (ada.studio.runs.open_log, ada.studio.runs.stop):
        with pytest.raises(NotFound):
            await call(eve.id, log.state.id)
    assert log.state.is_live
    gate.open()


async def test_a_side_is_free_again_after_a_stop(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play((Gate(), FINISHED_STOP), text_script("again"))
    project = await ada.create_project()
    log = await ada.start_run(project)
    await ada.studio.runs.stop(ada.id, log.state.id)
    assert (await ada.finished_run(project)).text == "again"


async def test_deleting_a_project_stops_both_its_runs(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play((TextDelta("a"), Gate(), FINISHED_STOP))
    project = await ada.create_project()
    logs = [await ada.start_run(project, side) for side in Side]
    await ada.studio.projects.delete(ada.id, project.id)
    assert all(log.closed for log in logs)
    with pytest.raises(NotFound):
        await ada.reloaded(project)


async def test_deleting_a_project_whose_second_run_ends_meanwhile(
    engine: ScriptedEngine, ada: StudioUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    gates = [Gate(), Gate()]
    engine.play(*((TextDelta("a"), gate, FINISHED_STOP) for gate in gates))
    project = await ada.create_project()
    logs = [await ada.start_run(project, side) for side in Side]
    for gate in gates:
        await gate.reached.wait()
    stop = Runs.stop

    async def stop_and_let_the_other_end(runs: Runs, user_id: int, run_id: str) -> RunInfo:
        gates[1].open()
        await wait_for_end(logs[1])
        await asyncio.sleep(0)
        return await stop(runs, user_id, run_id)

    monkeypatch.setattr(Runs, "stop", stop_and_let_the_other_end)
    await ada.studio.projects.delete(ada.id, project.id)
    assert all(log.closed for log in logs)


async def test_a_run_that_starts_while_its_project_is_deleted_does_not_live_on(
    engine: ScriptedEngine, ada: StudioUser
) -> None:
    engine.play((TextDelta("a"), Gate(), FINISHED_STOP))
    project = await ada.create_project()
    started: list[Log] = []

    async def start_once(_project_id: int) -> None:
        if not started:
            started.append(await ada.start_run(project))

    ada.studio.projects.before_delete.append(start_once)  # after what stops the live runs
    await ada.studio.projects.delete(ada.id, project.id)
    await wait_for_end(started[0])
    assert ada.studio.runs.count_by_status().total() == 0


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

    async def generate(self, _request: GenerationRequest) -> AsyncGenerator[EngineEvent, None]:
        """Write once and never again."""
        try:
            yield TextDelta("a")
            await Gate().wait()
        finally:
            await self.gate.wait()


async def test_a_stop_does_not_wait_for_ever_for_a_stubborn_engine(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.generation.runs.STOP_TIMEOUT", 0.01)
    engine = Stubborn()
    async with closing(
        await Studio(settings, EngineRegistry({engine.name: engine}, EngineChoice.OLLAMA), skip_review).open()
    ) as studio:
        ada = await register_user(studio)
        log = await ada.start_run(await ada.create_project())
        await wait_for_length(log, 1)
        assert (await studio.runs.stop(ada.id, log.state.id)).is_live
        engine.gate.open()
        assert (await wait_for_end(log)).state.status is RunStatus.STOPPED
