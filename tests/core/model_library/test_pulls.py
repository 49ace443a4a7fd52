"""Models being fetched, from an engine that a test tells what to do."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

import pytest

from core.engines.protocol import EngineName, PullProgress
from core.engines.registry import EngineRegistry
from core.errors import EngineError, InvalidInput, NotFound, TooManyRequests
from core.model_library.pulls import MAX_ENDED_PULLS, MAX_PULLS, Pull, PullEnd, Pulls
from core.settings import EngineChoice
from core.studio import Studio
from tests.support.engines.scripted_engine import ScriptedEngine

STEPS = [PullProgress("pulling", number, 3) for number in range(4)]


class PullingEngine(ScriptedEngine):
    """Takes ``STEPS``, waits until ``go_on`` is set, and ends with ``failure`` if there is one."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = asyncio.Event()
        self.all_steps_taken = asyncio.Event()
        self.failure: Exception | None = None
        self.stopped = 0

    async def pull_target(self, model: str, server: str | None = None) -> str | None:  # noqa: ARG002
        """None other than the one that is asked for."""
        return server

    async def pull(self, model: str, server: str | None = None) -> AsyncGenerator[PullProgress, None]:  # noqa: ARG002
        """As the test wants it."""
        for step in STEPS:
            yield step
        self.all_steps_taken.set()
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            self.stopped += 1
            raise
        if self.failure:
            raise self.failure

    async def remove(self, model: str, server: str | None = None) -> None:
        """Nothing to remove."""


@pytest.fixture
def fetching() -> PullingEngine:
    return PullingEngine()


@pytest.fixture
def pulls(studio: Studio, fetching: PullingEngine) -> Pulls:
    registry = EngineRegistry({EngineName.OLLAMA: fetching}, EngineChoice.OLLAMA)
    return Pulls(registry, studio.accounts.audit)


async def start(pulls: Pulls, model: str = "m", server: str | None = None) -> Pull:
    return await pulls.start(EngineName.OLLAMA, model, 1, server)


async def read(pull: Pull) -> list[PullProgress | PullEnd]:
    return [step async for step in pull.follow()]


async def test_readers_get_the_newest_progress_and_the_end_once(pulls: Pulls, fetching: PullingEngine) -> None:
    pull = await start(pulls)
    early = asyncio.create_task(read(pull))
    await fetching.all_steps_taken.wait()
    fetching.go_on.set()
    for heard in (await early, await read(pull)):
        assert heard[-2:] == [STEPS[-1], PullEnd()]
    assert pulls.live == []
    assert await pull.wait() == PullEnd()


async def test_the_same_model_is_fetched_once_for_each_server(pulls: Pulls) -> None:
    first = await start(pulls, "m:latest")
    assert await start(pulls, "M") is first
    assert await start(pulls, "m", "http://b") is not first
    await pulls.close()


async def test_too_many_are_refused_until_one_has_ended(pulls: Pulls, fetching: PullingEngine) -> None:
    started = [await start(pulls, f"m{number}") for number in range(MAX_PULLS)]
    with pytest.raises(TooManyRequests):
        await start(pulls, "more")
    await pulls.stop(started[0].id)
    await start(pulls, "more")
    await pulls.close()
    assert pulls.live == []
    assert fetching.stopped <= MAX_PULLS + 1


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
async def test_a_failure_is_the_end(pulls: Pulls, fetching: PullingEngine, failure: Exception, code: str) -> None:
    fetching.failure = failure
    fetching.go_on.set()
    end = await (await start(pulls)).wait()
    assert end.error
    assert end.error.error_code == code


async def test_only_the_latest_ends_are_kept(pulls: Pulls, fetching: PullingEngine) -> None:
    fetching.go_on.set()
    first = await start(pulls)
    for _ in range(MAX_ENDED_PULLS + 1):
        await (await start(pulls)).wait()
    await start(pulls)
    with pytest.raises(NotFound):
        pulls.get(first.id)
    assert len(pulls.latest) == MAX_ENDED_PULLS + 1
    with suppress(TimeoutError):
        await pulls.close()


async def test_an_engine_that_keeps_no_models(studio: Studio) -> None:
    with pytest.raises(InvalidInput, match="belong to its server"):
        await studio.models.pulls.start(EngineName.OLLAMA, "m", 1)
