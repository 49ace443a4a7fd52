"""What the Ollama engine says about itself, its models and a silent server."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.engines.ollama.engine import OllamaEngine
from core.engines.protocol import Progress, ProgressPhase, Sampling
from core.errors import ConfigurationError
from tests.support.engines.engine_answers import SAMPLE_REQUEST, collect_answer
from tests.support.engines.ollama_engine import MODEL_LOADED, ollama_with_server
from tests.support.servers.scripted_server import (
    DONE_LINE,
    Script,
    answer_bytes,
    answer_json,
    answer_lines,
    answer_status,
    content_line,
    never_answer,
)


@pytest.mark.parametrize(
    "show", [answer_status(500), answer_status(200, b"nonsense"), answer_json({"model_info": None}), never_answer]
)
async def test_a_run_goes_on_without_an_answer_to_show(show: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.engines.http.client.REQUEST_TIMEOUT", 0.1)
    async with ollama_with_server(routes={"/api/show": show}) as (engine, _):
        assert (await collect_answer(engine)).text == "hello"


async def test_health_and_models() -> None:
    tags = {
        "models": [{"name": "other:7b"}, {"name": "M:latest", "size": 9}, {"name": "e", "capabilities": ["embedding"]}]
    }
    async with ollama_with_server(routes={"/api/tags": answer_json(tags)}) as (engine, _):
        assert [model.name for model in await engine.models()] == ["m", "other:7b"]
        health = await engine.health()
    assert (health.engine_ready, health.model, health.model_ready) == (True, "m", True)


@pytest.mark.parametrize("models", [None, [], [{"name": "other"}]])
async def test_a_model_that_is_not_pulled(models: Any) -> None:
    async with ollama_with_server(routes={"/api/tags": answer_json({"models": models})}) as (engine, _):
        health = await engine.health()
    assert (health.engine_ready, health.model_ready) == (True, False)
    assert "`ollama pull m`" in health.model_message


async def test_health_answers_in_time_where_ollama_does_not() -> None:
    async with (
        ollama_with_server(routes={"/api/version": never_answer, "/api/tags": never_answer}) as (engine, _),
        asyncio.timeout(2),
    ):
        assert not (await engine.health()).engine_ready


async def test_any_version_is_a_version() -> None:
    async with ollama_with_server(routes={"/api/version": answer_json({"version": "0.0.0"})}) as (engine, _):
        assert "0.0.0" in (await engine.health()).engine_message


@pytest.mark.parametrize("tags", [answer_status(500, b'{"error":"model list cache unavailable"}'), never_answer])
async def test_a_list_that_does_not_come_is_no_empty_list(tags: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.engines.http.client.REQUEST_TIMEOUT", 0.2)
    async with ollama_with_server(routes={"/api/tags": tags}) as (engine, _):
        health = await engine.health()
        assert await engine.models() == []
    assert (health.engine_ready, health.model_ready) == (True, False)
    assert "pull" not in health.model_message


async def test_something_else_at_the_address() -> None:
    async with ollama_with_server(routes={"/api/version": answer_status(200, b"<html>", "text/html")}) as (engine, _):
        assert "not Ollama" in (await engine.health()).engine_message


@pytest.mark.parametrize("host", ["ho st", "http://a\nb"])
def test_an_address_that_cannot_be(host: str) -> None:
    with pytest.raises(ConfigurationError, match="OLLAMA_HOST"):
        OllamaEngine(host, "m")


async def test_silence_before_the_first_word_has_no_limit_and_is_explained() -> None:
    async with (
        ollama_with_server(never_answer, routes={"/api/ps": MODEL_LOADED}, idle_timeout=0.001) as (engine, _),
        aclosing(engine.generate(SAMPLE_REQUEST)) as pieces,
    ):
        heard = [await anext(pieces) for _ in range(4)]
    assert heard == [Progress(ProgressPhase.LOADING), *[Progress(ProgressPhase.READING)] * 3]


async def test_a_long_wait_comes_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.engines.ollama.engine.BUSY_HINT_DELAY", 0.05)
    async with (
        ollama_with_server(never_answer, routes={"/api/ps": MODEL_LOADED}) as (engine, _),
        aclosing(engine.generate(SAMPLE_REQUEST)) as pieces,
    ):
        async for piece in pieces:
            if isinstance(piece, Progress) and "restart Ollama" in piece.note:
                return


async def test_after_a_stop_before_the_first_word_the_next_run_tells_what_it_waits_for() -> None:
    waits = Progress(ProgressPhase.WAITING, note="the model finishes what was stopped")
    hello = answer_lines(content_line("hello"), DONE_LINE)
    async with ollama_with_server(
        never_answer, never_answer, hello, never_answer, routes={"/api/ps": MODEL_LOADED}
    ) as (engine, _):
        for expected in (Progress(ProgressPhase.READING), waits):
            async with aclosing(engine.generate(SAMPLE_REQUEST)) as pieces:
                assert [await anext(pieces) for _ in range(2)][1] == expected
        assert (await collect_answer(engine)).text == "hello"
        async with aclosing(engine.generate(SAMPLE_REQUEST)) as pieces:
            assert [await anext(pieces) for _ in range(2)][1] == Progress(ProgressPhase.READING)


async def test_what_it_does_may_stay_unknown() -> None:
    async with (
        ollama_with_server(never_answer, routes={"/api/ps": answer_bytes(b"nonsense")}) as (engine, _),
        aclosing(engine.generate(SAMPLE_REQUEST)) as pieces,
    ):
        assert [await anext(pieces) for _ in range(3)] == [Progress(ProgressPhase.LOADING)] * 3


async def test_nothing_listens() -> None:
    async with ollama_with_server() as (engine, server):
        pass
    engine = OllamaEngine(server.url, "m", retry_delays=())
    heard = await collect_answer(engine)
    assert heard.error_kind == "engine_unreachable"
    assert heard.error
    assert "ollama serve" in heard.error.message
    assert heard.error.retryable
    health = await engine.health()
    assert (health.engine_ready, health.model_ready) == (False, False)
    assert health.engine_message == heard.error.message
    assert await engine.models() == []
    await engine.close()


async def test_a_key_is_sent_with_every_call_and_never_shown() -> None:
    async with ollama_with_server(key="sk-a-secret-of-a-test") as (engine, server):
        await collect_answer(engine)
        health = await engine.health()
        assert {call.headers["authorization"] for call in server.calls} == {"Bearer sk-a-secret-of-a-test"}
        assert "sk-a" not in f"{health} {engine.name}"


def test_a_key_that_cannot_be_one_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="OLLAMA_API_KEY"):
        OllamaEngine("127.0.0.1", "m", key="two words")


async def test_a_window_is_asked_for_again_after_a_restart(tmp_path: Path) -> None:
    long_answer = replace(SAMPLE_REQUEST, sampling=Sampling(max_tokens=9_000))
    windows = []
    for request in (long_answer, SAMPLE_REQUEST):
        async with ollama_with_server(home=tmp_path) as (engine, server):
            await collect_answer(engine, request)
            windows.append(server.chats[0].body["options"]["num_ctx"])
    assert windows == [16_384, 16_384]


def test_another_default_model_is_set_and_taken_back() -> None:
    engine = OllamaEngine("127.0.0.1", "m:latest")
    engine.set_default_model("other:latest")
    assert engine.default_model == "other"
    engine.set_default_model(None)
    assert engine.default_model == "m"
