"""Many callers share one health check, and an old result is good enough for a start."""

import asyncio

import pytest

from core.engines import health_cache
from core.engines.health_cache import HealthCache
from tests.support.engines.scripted_engine import Gate, ScriptedEngine


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine()


async def test_concurrent_callers_share_one_check(engine: ScriptedEngine) -> None:
    cache, engine.health_gate = HealthCache(), Gate()
    callers = [asyncio.create_task(cache.get(engine)) for _ in range(20)]
    async with asyncio.timeout(5):
        await engine.health_gate.reached.wait()
        callers[0].cancel()  # whoever asked first does not cancel the check of the others
        engine.health_gate.open()
        results = await asyncio.gather(*callers[1:])
    assert [health.engine_ready for health in results] == [True] * 19
    assert engine.health_check_count == 1


async def test_a_fresh_result_is_used_again(engine: ScriptedEngine) -> None:
    cache = HealthCache()
    first = await cache.get(engine)
    engine.ready = False
    assert await cache.get(engine) is first
    cache.invalidate(engine.name)
    assert not (await cache.get(engine)).engine_ready
    assert engine.health_check_count == 2


async def test_a_start_uses_an_old_ready_result_and_has_it_refreshed_once(
    engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_cache, "HEALTH_TTL", -1)
    monkeypatch.setattr(health_cache, "REFRESH_DELAY", 0)
    cache, gate = HealthCache(), Gate()
    await cache.get_for_start(engine)
    engine.ready, engine.health_gate = False, gate
    assert [(await cache.get_for_start(engine)).engine_ready for _ in range(3)] == [True] * 3
    async with asyncio.timeout(5):
        await gate.reached.wait()
        gate.open()
        assert not (await cache.get(engine)).engine_ready
    assert engine.health_check_count == 2


async def test_a_start_waits_for_an_engine_that_was_not_ready(engine: ScriptedEngine) -> None:
    cache = HealthCache()
    engine.ready = False
    await cache.get_for_start(engine)
    cache.invalidate(engine.name)
    engine.ready = True
    assert (await cache.get_for_start(engine)).engine_ready


@pytest.mark.parametrize("waits_for_timer", [True, False])
async def test_after_close_no_check_runs(
    engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch, waits_for_timer: bool
) -> None:
    monkeypatch.setattr(health_cache, "HEALTH_TTL", -1)
    monkeypatch.setattr(health_cache, "REFRESH_DELAY", 0)
    cache = HealthCache()
    await cache.get_for_start(engine)
    engine.health_gate = Gate()
    await cache.get_for_start(engine)
    async with asyncio.timeout(5):
        if not waits_for_timer:
            await engine.health_gate.reached.wait()
        await cache.close()
    await asyncio.sleep(0.01)
    assert engine.health_check_count == (1 if waits_for_timer else 2)
    assert not cache._checks
