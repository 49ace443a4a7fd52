"""The engine for OpenAI-compatible servers: address, key, models and health."""

import asyncio
from contextlib import aclosing
from typing import Any

import pytest

from core.engines.embedded.process import LlamaProcess
from core.engines.openai.engine import OpenAiEngine
from core.engines.protocol import EngineName, GenerationRequest, Message, ModelInfo, Progress, Sampling, TextDelta
from core.errors import ConfigurationError
from tests.support.engines.engine_answers import SAMPLE_REQUEST, collect_answer
from tests.support.engines.openai_engine import API_KEY, SHORT_ANSWER, answer_chunks, delta, openai_with_server
from tests.support.servers.scripted_server import Script, answer_json, answer_status, never_answer


def listing(*entries: Any) -> Script:
    return answer_json({"object": "list", "data": list(entries)})


@pytest.mark.parametrize("end", ["", "/", "/v1", "/v1/"])
async def test_the_address_may_end_in_v1(end: str) -> None:
    async with openai_with_server() as (_, server):
        engine = OpenAiEngine(f" '{server.url}{end}' ", API_KEY, "m")
        assert (await collect_answer(engine)).text == "hello"
        assert [call.path for call in server.calls] == ["/v1/chat/completions"]
        await engine.close()


@pytest.mark.parametrize(
    ("end", "path"),
    [
        ("/v3", "/v3/chat/completions"),
        ("/v1beta/openai/", "/v1beta/openai/chat/completions"),
        ("/api/v2", "/api/v2/chat/completions"),
        ("/v3/chat/completions", "/v3/chat/completions"),
        ("/v1/chat/completions/", "/v1/chat/completions"),
        ("/proxy", "/proxy/v1/chat/completions"),
    ],
)
async def test_a_version_in_the_address_is_kept(end: str, path: str) -> None:
    models_path = path.replace("/chat/completions", "/models")
    routes = {path: SHORT_ANSWER, models_path: listing({"id": "m"})}
    async with openai_with_server(routes=routes) as (_, server):
        engine = OpenAiEngine(f"{server.url}{end}", API_KEY, "m")
        assert (await collect_answer(engine)).text in {"a", "hello"}  # the latter where the server has this path anyway
        assert len(await engine.models()) == 1
        assert [call.path for call in server.calls] == [path, models_path]
        await engine.close()


@pytest.mark.parametrize("url", ["", "ftp://h", "http://", "http://a\nb", "http://h:x"])
def test_an_address_that_cannot_be(url: str) -> None:
    with pytest.raises(ConfigurationError, match="LIVEWRIGHT_OPENAI_URL"):
        OpenAiEngine(url, None, "m")


@pytest.mark.parametrize("key", ["a\nb", "two words", "schlüssel"])
def test_a_key_that_cannot_be_is_not_repeated(key: str) -> None:
    with pytest.raises(ConfigurationError, match="LIVEWRIGHT_OPENAI_KEY") as raised:
        OpenAiEngine("http://h", key, "m")
    assert key not in raised.value.message


async def test_without_a_key_there_is_no_authorization() -> None:
    async with openai_with_server() as (_, server):
        engine = OpenAiEngine(server.url, " ", "m")
        await collect_answer(engine)
        assert "authorization" not in server.chats[0].headers
        await engine.close()


async def test_the_key_is_in_no_log_and_no_error(caplog: pytest.LogCaptureFixture) -> None:
    refusal = answer_status(401, f'{{"error":{{"message":"Incorrect API key provided: {API_KEY}"}}}}'.encode())
    with caplog.at_level("DEBUG"):
        async with openai_with_server(refusal, routes={"/v1/models": refusal}) as (engine, _):
            heard, health = await collect_answer(engine), await engine.health()
    assert heard.error
    assert API_KEY not in caplog.text + heard.error.message + health.engine_message + repr(engine)


async def test_a_refusal_before_the_first_byte_is_tried_again_and_none_after_it() -> None:
    refusals = (answer_status(503), answer_status(429))
    async with openai_with_server(*refusals, SHORT_ANSWER, retry_delays=(0, 0)) as (engine, server):
        assert (await collect_answer(engine)).text in {"a", "hello"}  # the latter where the server has this path anyway
        assert len(server.chats) == 3
    broken = answer_chunks(delta(content="a"), {"error": "overloaded"})
    async with openai_with_server(broken, SHORT_ANSWER, retry_delays=(0,)) as (
        engine,
        server,
    ):
        assert (await collect_answer(engine)).error_kind == "engine_busy"
        assert len(server.chats) == 1


async def test_nothing_listens() -> None:
    async with openai_with_server() as (_, server):
        pass
    engine = OpenAiEngine(server.url, API_KEY, "m", retry_delays=())
    heard, health = await collect_answer(engine), await engine.health()
    assert heard.error_kind == "engine_unreachable"
    assert "LIVEWRIGHT_OPENAI_URL" in health.engine_message
    assert await engine.models() == []
    await engine.close()


async def test_health_answers_in_time_where_the_server_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.engines.http.client.REQUEST_TIMEOUT", 0.2)
    async with openai_with_server(routes={"/v1/models": never_answer}) as (engine, _), asyncio.timeout(1):
        assert not (await engine.health()).engine_ready


@pytest.mark.parametrize(
    "other", [answer_status(200, b"<html>", "text/html"), answer_json([]), answer_json({"models": []})]
)
async def test_something_else_at_the_address(other: Script) -> None:
    async with openai_with_server(other, routes={"/v1/models": other}) as (engine, _):
        assert "not an OpenAI-compatible server" in (await engine.health()).engine_message


async def test_the_configured_model_comes_first() -> None:
    vllm, llama = {"id": "a", "max_model_len": 9}, {"id": "m", "meta": {"n_ctx_train": 8192, "size": 7}}
    async with openai_with_server(routes={"/v1/models": listing(vllm, llama, {"id": None}, 7)}) as (engine, server):
        assert await engine.models() == [
            ModelInfo("m", EngineName.OPENAI, 8192, 7, server.url),
            ModelInfo("a", EngineName.OPENAI, 9, server=server.url),
        ]
        assert engine.default_model == "m"


async def test_the_first_one_listed_stands_in_for_a_missing_default() -> None:
    async with openai_with_server(routes={"/v1/models": listing({"id": "x"}, {"id": "y"})}) as (engine, _):
        assert engine.default_model == "m"
        health = await engine.health()
        assert (health.model, health.model_ready, engine.default_model) == ("x", True, "x")
        assert "m" in health.model_message


async def test_a_server_without_a_model() -> None:
    async with openai_with_server(routes={"/v1/models": listing()}) as (engine, _):
        health = await engine.health()
    assert (health.engine_ready, health.model, health.model_ready) == (True, None, False)


@pytest.mark.parametrize("script", [never_answer, answer_chunks(delta(content="a"), b"data: {", then="hang")])
async def test_stopping_is_seen_by_the_server(script: Script) -> None:
    async with openai_with_server(script) as (engine, server):
        async with aclosing(engine.generate(SAMPLE_REQUEST)) as pieces:
            task = asyncio.ensure_future(anext(pieces))
            while not isinstance(await task, TextDelta) and script is not never_answer:
                task = asyncio.ensure_future(anext(pieces))
            task = asyncio.ensure_future(anext(pieces))
            await server.wait_for_chat()
            task.cancel()
            await asyncio.wait({task})
        await server.chats[0].closed.wait()


async def test_llama_itself_goes_on_from_a_prefix(peer: LlamaProcess) -> None:
    engine = OpenAiEngine(peer.url, peer.key, "smollm2", retry_delays=())
    messages = (Message("user", "Count to five."), Message("assistant", "One, two,"))
    heard = await collect_answer(engine, GenerationRequest("smollm2", messages, Sampling(temperature=0, max_tokens=8)))
    assert heard.text.startswith(" three")
    assert any(isinstance(piece, Progress) and piece.fraction for piece in heard.events)
    await engine.close()


async def test_llama_itself_refuses_a_long_prompt_and_a_wrong_key(peer: LlamaProcess) -> None:
    engine = OpenAiEngine(peer.url, peer.key, "smollm2", retry_delays=())
    heard = await collect_answer(engine, GenerationRequest("smollm2", (Message("user", "word " * 9000),)))
    assert heard.error_kind == "prompt_too_long"
    assert heard.error
    assert "where 8192 fit" in heard.error.message
    await engine.close()
    engine = OpenAiEngine(peer.url, "wrong", "smollm2", retry_delays=())
    assert (await collect_answer(engine)).error_kind == "bad_key"
    await engine.close()


async def test_another_default_model_is_set_and_taken_back() -> None:
    listed = answer_json({"data": [{"id": "m"}, {"id": "other"}]})
    async with openai_with_server(routes={"/v1/models": listed}) as (engine, _):
        for model, expected in (("other", "other"), (None, "m")):
            engine.set_default_model(model)
            assert engine.default_model == expected  # also before the server was asked
            assert [await engine.models() and engine.default_model, (await engine.health()).model] == [expected] * 2
