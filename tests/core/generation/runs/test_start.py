"""Who may start a run, when, and what becomes of starts at the same time."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any

import pytest

from core.catalog.stacks import Side
from core.engines.protocol import TextDelta
from core.errors import Conflict, InvalidInput, NotFound, QueueFull
from core.generation import runs
from core.generation.insert_run import insert_run
from core.generation.queue import MAX_QUEUED_RUNS_PER_USER
from core.generation.run_request import RunRequest
from core.prompts.builder import PromptBuilder
from core.prompts.messages import RunPrompt
from core.runs.follow import follow
from core.runs.log_registry import Log
from core.runs.state import RunInfo, RunStatus
from core.studio import Studio
from tests.support.engines.scripted_engine import FINISHED_STOP, Gate, ScriptedEngine, text_script
from tests.support.users.studio_user import StudioUser, register_user, wait_for_end

Another = Callable[..., Awaitable[Studio]]


async def test_unknown_stack_model_and_project_are_refused(ada: StudioUser) -> None:
    project = await ada.create_project()
    with pytest.raises(InvalidInput):
        await ada.start_run(project, order=RunRequest(stack="cobol"))
    with pytest.raises(InvalidInput):
        await ada.start_run(project, order=RunRequest(model="gpt"))
    with pytest.raises(NotFound):
        await ada.studio.runs.start(ada.id, project.id + 1, Side.BACKEND, RunRequest())


async def test_a_start_whose_asker_goes_in_the_middle_is_a_run_all_the_same(
    engine: ScriptedEngine, ada: StudioUser, insert_gate: Gate
) -> None:
    engine.play((Gate(), FINISHED_STOP), text_script("second"))
    project = await ada.create_project()
    starting = asyncio.create_task(ada.start_run(project))
    await insert_gate.reached.wait()
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    insert_gate.open()
    with pytest.raises(Conflict) as refused:
        await ada.start_run(project)
    stopped = await ada.studio.runs.stop(ada.id, refused.value.run_id or "")
    assert stopped.status is RunStatus.STOPPED
    assert (await ada.finished_run(project)).text == "second"


async def test_two_enter_at_a_time(engine: ScriptedEngine, ada: StudioUser, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.play(text_script("x"))
    inside, most = 0, 0

    async def enter_and_count(*of: Any, **how: Any) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await insert_run(*of, **how)
        inside -= 1

    monkeypatch.setattr(runs, "insert_run", enter_and_count)
    projects = [await ada.create_project() for _ in range(6)]
    logs = await asyncio.gather(*map(ada.start_run, projects))
    assert most == runs.MAX_CONCURRENT_STARTS
    for log in logs:
        await wait_for_end(log)


async def test_starts_that_take_long_to_prepare_hold_up_no_other(
    engine: ScriptedEngine, ada: StudioUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.play(text_script("x"))
    project, *others = [await ada.create_project() for _ in range(1 + runs.MAX_CONCURRENT_STARTS)]
    gate, brief = Gate(), PromptBuilder.build

    async def dawdle(briefs: PromptBuilder, log: Log, window: int | None) -> RunPrompt:
        if log.state.project_id != project.id:
            await gate.wait()
        return await brief(briefs, log, window)

    monkeypatch.setattr(PromptBuilder, "build", dawdle)
    waiting = [asyncio.create_task(ada.start_run(other)) for other in others]
    await gate.reached.wait()
    async with asyncio.timeout(10):
        await wait_for_end(await ada.start_run(project))
    gate.open()
    for log in await asyncio.gather(*waiting):
        await wait_for_end(log)


async def test_both_sides_may_be_live(engine: ScriptedEngine, ada: StudioUser) -> None:
    gate = Gate()
    engine.play((gate, *text_script("x")))
    project = await ada.create_project()
    logs = [await ada.start_run(project, side) for side in Side]
    assert all(ada.studio.runs.live_run(project.id, side) for side in Side)
    gate.open()
    for log in logs:
        await wait_for_end(log)
    assert not any(ada.studio.runs.live_run(project.id, side) for side in Side)


async def test_joining_starts_one_run_and_then_finds_it(engine: ScriptedEngine, ada: StudioUser) -> None:
    gate = Gate()
    engine.play((TextDelta("a"), gate, FINISHED_STOP))
    project = await ada.create_project()
    joins = [ada.studio.runs.join_or_start(ada.id, project.id, Side.BACKEND, RunRequest()) for _ in range(5)]
    logs = await asyncio.gather(*joins)
    logs.append(await ada.studio.runs.join_or_start(ada.id, project.id, Side.BACKEND, RunRequest()))
    assert len({id(log) for log in logs}) == 1
    gate.open()
    await wait_for_end(logs[0])
    assert len(engine.requests) == 1


async def test_a_run_goes_on_without_readers(engine: ScriptedEngine, ada: StudioUser) -> None:
    gate = Gate()
    engine.play((TextDelta("a"), gate, TextDelta("b"), FINISHED_STOP))
    log = await ada.start_run(await ada.create_project())
    async with aclosing(follow(log)) as happenings:
        await anext(happenings)
    await gate.reached.wait()
    gate.open()
    assert (await wait_for_end(log)).text == "ab"


# The queue


async def test_a_full_queue_is_refused(engine: ScriptedEngine, ada: StudioUser) -> None:
    gate = Gate()
    engine.play((gate, FINISHED_STOP))
    projects = [await ada.create_project() for _ in range(2 + MAX_QUEUED_RUNS_PER_USER + 1)]
    for project in projects[:-1]:
        await ada.start_run(project)
    with pytest.raises(QueueFull):
        await ada.start_run(projects[-1])
    gate.open()


async def test_starts_at_the_same_time_fill_the_queue_and_no_more(engine: ScriptedEngine, ada: StudioUser) -> None:
    engine.play((Gate(), FINISHED_STOP))
    projects = [await ada.create_project() for _ in range(2 + MAX_QUEUED_RUNS_PER_USER + 3)]
    starts = [ada.studio.runs.start(ada.id, project.id, Side.BACKEND, RunRequest()) for project in projects]
    results = await asyncio.gather(*starts, return_exceptions=True)
    assert [type(result) for result in results].count(QueueFull) == 3
    started = next(result for result in results if isinstance(result, RunInfo))
    for _ in range(MAX_QUEUED_RUNS_PER_USER + 3):  # a start that is refused gives its place back
        with pytest.raises((Conflict, QueueFull)):
            await ada.studio.runs.start(ada.id, started.project_id, Side.BACKEND, RunRequest())
    await ada.studio.runs.stop(ada.id, started.id)
    await ada.start_run(await ada.create_project())


async def test_as_many_runs_at_once_as_the_settings_say(engine: ScriptedEngine, another: Another) -> None:
    engine.play((Gate(), FINISHED_STOP))
    ada = await register_user(await another(max_runs=3))
    logs = [await ada.start_run(await ada.create_project()) for _ in range(4)]
    while logs[3].state.position is None:
        await logs[3].wait_for_change()
    assert [log.state.position for log in logs] == [None, None, None, 1]
