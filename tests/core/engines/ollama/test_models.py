"""What Ollama is asked for, and what its answers about itself and its models become."""

import asyncio
from typing import Any

import pytest

from core.engines.ollama.engine import OllamaEngine
from core.engines.protocol import GenerationRequest, Message, Sampling
from core.errors import ConfigurationError
from tests.support.engines.engine_answers import collect_answer
from tests.support.engines.ollama_engine import ollama_with_server
from tests.support.servers.scripted_server import Script, answer_json, answer_status, never_answer


async def test_what_is_asked_for() -> None:
    request = GenerationRequest("m", (Message("system", "s"), Message("user", "u")), Sampling(0.2, 7, 100))
    async with ollama_with_server() as (engine, server):
        await collect_answer(engine, request)
        call = server.chats[0]
    assert call.body["messages"] == [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]
    assert call.body["options"] == {"num_ctx": 4096, "num_predict": 100, "temperature": 0.2, "seed": 7}
    assert (call.body["stream"], call.body["truncate"]) == (True, False)
    assert "think" not in call.body
    assert call.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(("capabilities", "body"), [(["completion", "thinking"], {"think": False}), (None, {})])
async def test_only_a_model_that_thinks_is_told_not_to(capabilities: Any, body: dict[str, Any]) -> None:
    async with ollama_with_server(routes={"/api/show": answer_json({"capabilities": capabilities})}) as (
        engine,
        server,
    ):
        await collect_answer(engine)
        assert {key: value for key, value in server.chats[0].body.items() if key == "think"} == body


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


async def test_a_password_in_the_address_is_sent_and_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    async with ollama_with_server() as (_, server):
        engine = OllamaEngine(server.url.replace("://", "://ada:secret@"), "m", retry_delays=())
        with caplog.at_level("DEBUG"):
            assert (await collect_answer(engine)).text == "hello"
            health = await engine.health()
        await engine.close()
        assert server.chats[0].headers["authorization"].startswith("Basic ")
    assert "secret" not in caplog.text + health.engine_message


async def test_half_a_character_in_a_prompt_is_replaced() -> None:
    async with ollama_with_server() as (engine, server):
        await collect_answer(engine, GenerationRequest("m", (Message("user", "\ud83d \ud83d\ude00"),)))
        assert server.chats[0].body["messages"][0]["content"] == "\ufffd 😀"


async def test_something_else_at_the_address() -> None:
    async with ollama_with_server(routes={"/api/version": answer_status(200, b"<html>", "text/html")}) as (engine, _):
        assert "not Ollama" in (await engine.health()).engine_message


@pytest.mark.parametrize("host", ["ho st", "http://a\nb"])
def test_an_address_that_cannot_be(host: str) -> None:
    with pytest.raises(ConfigurationError, match="OLLAMA_HOST"):
        OllamaEngine(host, "m")
