"""Models being fetched, from an engine that a test tells what to do."""

import asyncio

import pytest

from core.engines.protocol import EngineName, PullProgress
from core.errors import EngineError, InvalidInput, NotFound, TooManyRequests
from core.model_library.pulls import MAX_ENDED_PULLS, MAX_PULLS, Pull, PullEnd, Pulls
from core.studio import Studio
from tests.support.engines.scripted_engine import Gate, ScriptedEngine


@pytest.fixture
def pulls(studio: Studio, engine: ScriptedEngine) -> Pulls:
    engine.pull_gate = Gate()
    return studio.models.pulls


async def start(pulls: Pulls, model: str = "m", server: str | None = None) -> Pull:
    return await pulls.start(EngineName.OLLAMA, model, 1, server)


async def read(pull: Pull) -> list[PullProgress | PullEnd]:
    return [step async for step in pull.follow()]


async def test_readers_get_the_newest_progress_and_the_end_once(pulls: Pulls, engine: ScriptedEngine) -> None:
    pull = await start(pulls)
    early = asyncio.create_task(read(pull))
    assert engine.pull_gate
    await engine.pull_gate.reached.wait()
    engine.pull_gate.open()
    for heard in (await early, await read(pull)):
        assert heard[-2:] == [engine.pull_steps[-1], PullEnd()]
    assert pulls.live == []
    assert await pull.wait() == PullEnd()


async def test_the_same_model_is_fetched_once_for_each_server(pulls: Pulls) -> None:
    first = await start(pulls, "m:latest")
    assert await start(pulls, "M") is first
    assert await start(pulls, "m", "http://b") is not first
    await pulls.close()


async def test_too_many_are_refused_until_one_has_ended(pulls: Pulls) -> None:
    started = [await start(pulls, f"m{number}") for number in range(MAX_PULLS)]
    with pytest.raises(TooManyRequests):
        await start(pulls, "more")
    await pulls.stop(started[0].id)
    await start(pulls, "more")
    await pulls.close()
    assert pulls.live == []


async def test_one_that_is_stopped_before_it_began_has_an_end_too(pulls: Pulls) -> None:
    pull = await start(pulls)
    await pulls.stop(pull.id)
    await pulls.stop(pull.id)  # again: nothing happens
    end = await pull.wait()
    assert end.error
    assert (end.error.error_code, end.error.retryable) == ("stopped", True)


@pytest.mark.parametrize(
    ("failure", "code"), [(EngineError("disk_full", "Make room."), "disk_full"), (RuntimeError("x"), "internal")]
)
async def test_a_failure_is_the_end(pulls: Pulls, engine: ScriptedEngine, failure: Exception, code: str) -> None:
    engine.pull_gate, engine.pull_failure = None, failure
    end = await (await start(pulls)).wait()
    assert end.error
    assert end.error.error_code == code


async def test_only_the_latest_ends_are_kept(pulls: Pulls, engine: ScriptedEngine) -> None:
    engine.pull_gate = None
    first = await start(pulls)
    for _ in range(MAX_ENDED_PULLS + 1):
        await (await start(pulls)).wait()
    await start(pulls)
    with pytest.raises(NotFound):
        pulls.get(first.id)
    assert len(pulls.latest) == MAX_ENDED_PULLS + 1
    await pulls.close()


async def test_an_engine_that_keeps_no_models(pulls: Pulls) -> None:
    with pytest.raises(InvalidInput, match="belong to its server"):
        await pulls.start(EngineName.OPENAI, "m", 1)
