"""What Ollama is asked for, and what its answers about itself and its models become."""

import asyncio
from contextlib import aclosing
from typing import Any

import pytest

from core.engines.ollama import Ollama
from core.engines.protocol import Loading, Message, Request, Sampling
from core.errors import ConfigurationError
from tests.support.engines import QUESTION, hear
from tests.support.ollama import against, last
from tests.support.scripted_ollama import Script, answer, answer_json, line, silence, status


async def test_silence_while_loading_is_reported_and_not_limited() -> None:
    loaded = answer_json({"models": [{"name": "M:latest"}]})
    async with against(silence, routes={"/api/ps": loaded}, idle=0.001) as (engine, _):
        async with aclosing(engine.generate(QUESTION)) as pieces:
            heard = [await anext(pieces) for _ in range(4)]
        assert heard == [Loading("loading the model"), *[Loading("reading the prompt")] * 3]


async def test_what_is_asked_for() -> None:
    request = Request("m", (Message("system", "s"), Message("user", "u")), Sampling(0.2, 7, 100))
    async with against() as (engine, server):
        await hear(engine, request)
        call = server.chats[0]
    assert call.body["messages"] == [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]
    assert call.body["options"] == {"num_ctx": 4096, "num_predict": 100, "temperature": 0.2, "seed": 7}
    assert (call.body["stream"], call.body["truncate"]) == (True, False)
    assert "think" not in call.body
    assert call.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(("capabilities", "body"), [(["completion", "thinking"], {"think": False}), (None, {})])
async def test_only_a_model_that_thinks_is_told_not_to(capabilities: Any, body: dict[str, Any]) -> None:
    async with against(routes={"/api/show": answer_json({"capabilities": capabilities})}) as (engine, server):
        await hear(engine)
        assert {key: value for key, value in server.chats[0].body.items() if key == "think"} == body


async def test_the_window_grows_with_the_prompt_and_never_shrinks() -> None:
    long = Request("m", (Message("user", "word " * 9000),))
    async with against() as (engine, server):
        for request in (QUESTION, long, QUESTION):
            await hear(engine, request)
        assert [call.body["options"]["num_ctx"] for call in server.chats] == [8192, 32768, 32768]
        assert len([call for call in server.calls if call.path == "/api/show"]) == 1


async def test_the_window_is_never_larger_than_the_model() -> None:
    small = answer_json({"model_info": {"a.context_length": 2048}})
    async with against(routes={"/api/show": small}) as (engine, server):
        await hear(engine)
        options = server.chats[0].body["options"]
    assert options["num_ctx"] == 2048
    assert 1500 < options["num_predict"] < 2048


@pytest.mark.parametrize("show", [status(500), status(200, b"nonsense"), answer_json({"model_info": None}), silence])
async def test_a_run_goes_on_without_an_answer_to_show(show: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.engines.remote.ASK_TIMEOUT", 0.1)
    async with against(routes={"/api/show": show}) as (engine, _):
        assert (await hear(engine)).text == "hello"


async def test_a_prompt_that_was_cut_silently_is_told() -> None:
    long = Request("m", (Message("user", "word " * 20000),))
    async with against(answer(line("a"), last(prompt_eval_count=16386))) as (engine, _):
        assert (await hear(engine, long)).finished.warning


async def test_health_and_models() -> None:
    tags = {
        "models": [{"name": "other:7b"}, {"name": "M:latest", "size": 9}, {"name": "e", "capabilities": ["embedding"]}]
    }
    async with against(routes={"/api/tags": answer_json(tags)}) as (engine, _):
        assert [model.name for model in await engine.models()] == ["m", "other:7b"]
        health = await engine.health()
    assert (health.engine_ready, health.model, health.model_ready) == (True, "m", True)


@pytest.mark.parametrize("models", [None, [], [{"name": "other"}]])
async def test_a_model_that_is_not_pulled(models: Any) -> None:
    async with against(routes={"/api/tags": answer_json({"models": models})}) as (engine, _):
        health = await engine.health()
    assert (health.engine_ready, health.model_ready) == (True, False)
    assert "`ollama pull m`" in health.model_message


async def test_health_answers_in_time_where_ollama_does_not() -> None:
    async with against(routes={"/api/version": silence, "/api/tags": silence}) as (engine, _), asyncio.timeout(2):
        assert not (await engine.health()).engine_ready


async def test_something_else_at_the_address() -> None:
    async with against(routes={"/api/version": status(200, b"<html>", "text/html")}) as (engine, _):
        assert "not Ollama" in (await engine.health()).engine_message


@pytest.mark.parametrize("host", ["ho st", "http://a\nb"])
def test_an_address_that_cannot_be(host: str) -> None:
    with pytest.raises(ConfigurationError, match="OLLAMA_HOST"):
        Ollama(host, "m")
