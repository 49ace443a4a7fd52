"""Which weights are in memory, and for how long; no real process is started."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from core.engines.embedded.model_pool import LoadedModel, ModelPool
from core.engines.embedded.process import LlamaProcess
from core.engines.embedded.weights import Weights
from core.errors import EngineError

SMALL, LARGE = (Weights(name, Path(f"{name}.gguf"), None, 1) for name in ("small", "large"))


class FakeProcess(LlamaProcess):
    """Has loaded its weights at once, unless ``loading`` says otherwise."""

    started: list["FakeProcess"]
    loading: asyncio.Event | None

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.is_lost = False
        self.is_closed = False

    @classmethod
    async def start(cls, weights: Weights, slots: int, threads: int) -> Any:  # noqa: ARG003
        """One that is remembered."""
        if cls.loading:
            await cls.loading.wait()
        cls.started.append(cls(weights))
        return cls.started[-1]

    @property
    def is_alive(self) -> bool:
        """Until the test loses it."""
        return not self.is_lost and not self.is_closed

    async def close(self) -> None:
        """Remember it."""
        self.is_closed = True


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> ModelPool:
    FakeProcess.started, FakeProcess.loading = [], None
    monkeypatch.setattr("core.engines.embedded.model_pool.LlamaProcess.start", FakeProcess.start)
    return ModelPool(slots=1, threads=1)


async def load(pool: ModelPool, weights: Weights) -> LoadedModel:
    with pool.use(weights) as model:
        await model.load
    await asyncio.gather(*pool._unload_tasks)
    return model


def closed_names() -> list[str]:
    return [process.weights.name for process in FakeProcess.started if process.is_closed]


async def test_weights_are_loaded_once(pool: ModelPool) -> None:
    assert await load(pool, SMALL) is await load(pool, SMALL)
    assert len(FakeProcess.started) == 1


async def test_weights_whose_process_was_lost_are_loaded_again(pool: ModelPool) -> None:
    await load(pool, SMALL)
    FakeProcess.started[0].is_lost = True
    await load(pool, SMALL)
    assert len(FakeProcess.started) == 2
    assert closed_names() == ["small"]


async def test_only_the_newest_weights_stay(pool: ModelPool) -> None:
    await load(pool, SMALL)
    await load(pool, LARGE)
    assert closed_names() == ["small"]


async def test_older_weights_stay_as_long_as_a_run_uses_them(pool: ModelPool) -> None:
    with pool.use(SMALL) as model:
        await model.load
        await load(pool, LARGE)
        assert closed_names() == []
    await asyncio.gather(*pool._unload_tasks)
    assert closed_names() == ["small"]


async def test_a_run_that_stops_leaves_the_loading_to_the_next(pool: ModelPool) -> None:
    FakeProcess.loading = asyncio.Event()
    with pool.use(SMALL) as model:
        await asyncio.sleep(0)
    FakeProcess.loading.set()
    assert await load(pool, SMALL) is model


async def test_after_close_nothing_is_loaded_and_nothing_stays(pool: ModelPool) -> None:
    await load(pool, SMALL)
    FakeProcess.loading = asyncio.Event()
    with pool.use(LARGE) as model:
        await asyncio.sleep(0)
        await pool.close()
        assert model.load.cancelled()
    assert closed_names() == ["small"]
    with pytest.raises(EngineError) as raised, pool.use(SMALL):
        pytest.fail("it was loaded")
    assert raised.value.error_code == "engine_failed"
