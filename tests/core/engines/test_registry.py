"""Which engine and model a run uses."""

import asyncio

import pytest

from core.engines import health_cache
from core.engines.protocol import EngineName
from core.engines.registry import EngineRegistry
from core.errors import InvalidInput
from core.settings import EngineChoice
from tests.support.engines.openai_engine import openai_with_server
from tests.support.engines.scripted_engine import Gate, ScriptedEngine
from tests.support.servers.scripted_server import answer_json


@pytest.fixture
def ollama() -> ScriptedEngine:
    return ScriptedEngine(name=EngineName.OLLAMA, model="qwen:latest")


@pytest.fixture
def embedded() -> ScriptedEngine:
    return ScriptedEngine(name=EngineName.EMBEDDED, model="smollm2")


def engines(*present: ScriptedEngine, choice: EngineChoice = EngineChoice.AUTO) -> EngineRegistry:
    return EngineRegistry({engine.name: engine for engine in present}, choice)


async def test_auto_takes_the_best_that_answers(ollama: ScriptedEngine, embedded: ScriptedEngine) -> None:
    assert await engines(embedded, ollama).default_engine() is ollama
    ollama.ready = False
    assert await engines(embedded, ollama).default_engine() is embedded


async def test_a_chosen_engine_is_taken_though_it_does_not_answer(
    ollama: ScriptedEngine, embedded: ScriptedEngine
) -> None:
    ollama.ready = False
    assert await engines(embedded, ollama, choice=EngineChoice.OLLAMA).choose(None) == (ollama, "qwen:latest")


@pytest.mark.parametrize("asked", ["qwen", "Qwen:latest", " QWEN "])
async def test_a_model_is_found_without_its_case_and_latest(
    ollama: ScriptedEngine, embedded: ScriptedEngine, asked: str
) -> None:
    assert await engines(ollama, embedded).choose(asked) == (ollama, "qwen:latest")


async def test_a_model_of_another_engine_is_found(ollama: ScriptedEngine, embedded: ScriptedEngine) -> None:
    assert await engines(ollama, embedded).choose("smollm2") == (embedded, "smollm2")


async def test_of_two_engines_with_a_model_of_one_name_the_asked_one_is_taken(
    ollama: ScriptedEngine, embedded: ScriptedEngine
) -> None:
    embedded.model_names = ["qwen"]
    present = engines(ollama, embedded)
    assert await present.choose("qwen") == (ollama, "qwen:latest")
    assert await present.choose("qwen", EngineName.EMBEDDED) == (embedded, "qwen")
    with pytest.raises(InvalidInput, match=r"embedded has no model .*: qwen"):
        await present.choose("other", EngineName.EMBEDDED)


async def test_an_unknown_model_is_invalid_and_the_known_ones_are_named(
    ollama: ScriptedEngine, embedded: ScriptedEngine
) -> None:
    with pytest.raises(InvalidInput, match="qwen:latest, smollm2"):
        await engines(embedded, ollama).choose("gpt")


async def test_only_the_engine_in_use_is_prepared(ollama: ScriptedEngine, embedded: ScriptedEngine) -> None:
    await engines(ollama, embedded).prepare()
    assert (ollama.prepare_count, embedded.prepare_count) == (1, 0)


async def test_closing_closes_every_engine(ollama: ScriptedEngine, embedded: ScriptedEngine) -> None:
    await engines(ollama, embedded).close()
    assert ollama.closed
    assert embedded.closed


async def test_choosing_again_wants_the_same_engine_and_model(ollama: ScriptedEngine, embedded: ScriptedEngine) -> None:
    embedded.model_names = ["smollm2", "qwen"]
    present = engines(ollama, embedded)
    assert await present.choose_or_default(EngineName.EMBEDDED, "qwen") == (embedded, "qwen")
    embedded.ready = False
    assert await present.choose_or_default(EngineName.EMBEDDED, "qwen") == (ollama, "qwen:latest")
    assert await present.choose_or_default(EngineName.OPENAI, "qwen") == (ollama, "qwen:latest")


async def test_a_start_does_not_wait_for_an_engine_that_was_ready_and_learns_what_it_says(
    ollama: ScriptedEngine, embedded: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_cache, "HEALTH_TTL", -1)
    monkeypatch.setattr(health_cache, "REFRESH_DELAY", 0)
    present = engines(ollama, embedded)
    assert await present.choose(None) == (ollama, "qwen:latest")
    check_count = ollama.health_check_count
    ollama.ready, ollama.health_gate = False, Gate()
    assert [await present.choose(None) for _ in range(3)] == [(ollama, "qwen:latest")] * 3
    await asyncio.wait_for(ollama.health_gate.reached.wait(), 5)
    ollama.health_gate.open()
    await asyncio.gather(*present._health_cache._checks.values())
    assert ollama.health_check_count == check_count + 1
    assert await present.choose(None) == (embedded, "smollm2")
    ollama.ready = True
    assert await present.choose(None) == (ollama, "qwen:latest")


async def test_an_engine_that_failed_a_run_is_asked_before_the_next_start(
    ollama: ScriptedEngine, embedded: ScriptedEngine
) -> None:
    present = engines(ollama, embedded)
    assert await present.choose(None) == (ollama, "qwen:latest")
    ollama.ready = False
    present.invalidate_health(EngineName.OLLAMA)
    assert await present.choose(None) == (embedded, "smollm2")


async def test_what_an_engine_said_long_ago_counts_for_no_start(
    ollama: ScriptedEngine, embedded: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seconds in ("HEALTH_TTL", "READY_TTL"):
        monkeypatch.setattr(health_cache, seconds, -1)
    present = engines(ollama, embedded)
    assert await present.choose(None) == (ollama, "qwen:latest")
    ollama.ready = False
    assert await present.choose(None) == (embedded, "smollm2")


async def test_a_run_gets_a_model_that_the_server_has() -> None:
    other = answer_json({"data": [{"id": "other"}]})
    async with openai_with_server(routes={"/v1/models": other}) as (engine, _):
        engines = EngineRegistry({engine.name: engine}, EngineChoice.OPENAI)
        assert await engines.choose(None) == (engine, "other")
        assert await engines.choose("OTHER") == (engine, "other")


async def test_a_preferred_model_is_the_default_while_its_engine_answers(
    ollama: ScriptedEngine, embedded: ScriptedEngine
) -> None:
    embedded.model_names = ["smollm2", "qwen"]
    present = engines(ollama, embedded, choice=EngineChoice.OLLAMA)
    present.prefer(EngineName.EMBEDDED, "qwen")
    assert await present.choose(None) == (embedded, "qwen")
    assert (await present.models())[0].name == "qwen"
    embedded.ready = False
    present.invalidate_health(EngineName.EMBEDDED)
    assert await present.choose(None) == (ollama, "qwen:latest")
    embedded.ready = True
    present.prefer(None, None)
    assert await present.choose(None) == (ollama, "qwen:latest")
    assert embedded.default_model == "smollm2"
