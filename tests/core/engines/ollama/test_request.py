"""What Ollama is asked for: how large a window, with or without thinking, and how after a refusal."""

import json
from typing import Any

import pytest

from core.engines.protocol import GenerationRequest, Message, Progress, Sampling, StreamEnd
from tests.support.engines.engine_answers import SAMPLE_REQUEST, collect_answer
from tests.support.engines.ollama_engine import final_line, ollama_with_server
from tests.support.servers.scripted_server import (
    DONE_LINE,
    Script,
    ScriptedServer,
    answer_json,
    answer_lines,
    answer_status,
    content_line,
)

WORDS = GenerationRequest("m", (Message("user", "word " * 20000),))
DENSE = GenerationRequest("m", (Message("user", "\u0e01" * 4000),))


def too_long(tokens: int | None, window: int = 8192) -> Script:
    """The refusal of llama.cpp, as Ollama hands it on; without numbers that of Ollama 0.12."""
    if tokens is None:
        return answer_status(400, b'{"error":"the input length exceeds the context length"}')
    error = {"type": "exceed_context_size_error", "n_prompt_tokens": tokens, "n_ctx": window}
    return answer_status(400, json.dumps({"error": json.dumps({"error": error})}).encode())


def windows(server: ScriptedServer) -> list[int]:
    return [call.body["options"]["num_ctx"] for call in server.chats]


async def test_the_window_grows_with_the_prompt_and_never_shrinks() -> None:
    long = GenerationRequest("m", (Message("user", "word " * 9000),))
    async with ollama_with_server() as (engine, server):
        for request in (SAMPLE_REQUEST, long, SAMPLE_REQUEST):
            await collect_answer(engine, request)
        assert windows(server) == [8192, 32768, 32768]
        assert len([call for call in server.calls if call.path == "/api/show"]) == 1


async def test_a_model_that_somebody_else_holds_is_left_as_it_is() -> None:
    held = {"name": "m:latest", "context_length": 32768, "expires_at": "2318-01-01T00:00:00Z"}
    async with ollama_with_server(routes={"/api/ps": answer_json({"models": [held]})}, keep_alive="30m") as (
        engine,
        server,
    ):
        await collect_answer(engine)
        assert (windows(server), server.chats[0].body["keep_alive"]) == ([32768], -1)


@pytest.mark.parametrize(("setting", "sent"), [("30m", "30m"), ("-1", -1), ("0", 0), ("", None)])
async def test_how_long_a_model_stays_is_a_setting(setting: str, sent: object) -> None:
    async with ollama_with_server(keep_alive=setting) as (engine, server):
        await collect_answer(engine)
        assert server.chats[0].body.get("keep_alive") == sent


async def test_the_window_does_not_move_with_a_short_limit() -> None:
    async with ollama_with_server() as (engine, server):
        for limit in (10, 2000, None):
            await collect_answer(engine, GenerationRequest("m", SAMPLE_REQUEST.messages, Sampling(max_tokens=limit)))
        assert windows(server) == [8192, 8192, 8192]


async def test_the_window_is_never_larger_than_the_model() -> None:
    small = answer_json({"model_info": {"a.context_length": 2048}})
    async with ollama_with_server(routes={"/api/show": small}) as (engine, server):
        await collect_answer(engine)
        options = server.chats[0].body["options"]
    assert options["num_ctx"] == 2048
    assert 1500 < options["num_predict"] < 2048


@pytest.mark.parametrize(("tokens", "window"), [(15_000, 32768), (20_000, 32768), (None, 32768)])
async def test_a_prompt_denser_than_estimated_is_asked_once_more(tokens: int | None, window: int) -> None:
    async with ollama_with_server(too_long(tokens), answer_lines(content_line("a"), DONE_LINE)) as (engine, server):
        dense = GenerationRequest("m", DENSE.messages, Sampling(max_tokens=2000))
        assert (await collect_answer(engine, dense)).text == "a"
        assert windows(server) == [16384, window]
        assert server.chats[1].body["options"]["num_predict"] == 2000
        assert (await collect_answer(engine, SAMPLE_REQUEST)).text == "a"
        assert windows(server)[2] == window


async def test_it_is_asked_once_more_only() -> None:
    async with ollama_with_server(
        too_long(12_000), too_long(20_000, 16384), answer_lines(content_line("a"), DONE_LINE)
    ) as (engine, server):
        heard = await collect_answer(engine, GenerationRequest("m", DENSE.messages, Sampling(max_tokens=2000)))
        assert heard.error_kind == "prompt_too_long"
        assert len(server.chats) == 2
    assert heard.error
    assert "20000 tokens where 16384" in heard.error.message


@pytest.mark.parametrize("tokens", [40_000, None])
async def test_a_prompt_that_the_model_cannot_take_is_refused_at_once(tokens: int | None) -> None:
    async with ollama_with_server(too_long(tokens, 32768), answer_lines(content_line("a"), DONE_LINE)) as (
        engine,
        server,
    ):
        heard = await collect_answer(engine, WORDS)
        assert (heard.error_kind, len(server.chats)) == ("prompt_too_long", 1)
        assert heard.error
        assert "Shorten it" in heard.error.message


async def test_a_refusal_after_the_first_byte_is_not_asked_again() -> None:
    error = {"error": "request (9000 tokens) exceeds the available context size (8192 tokens)"}
    async with ollama_with_server(answer_lines(content_line("a"), error)) as (engine, server):
        heard = await collect_answer(engine)
        assert (heard.text, heard.error_kind, len(server.chats)) == ("a", "prompt_too_long", 1)


@pytest.mark.parametrize("counted", [16386, 32768])
async def test_a_prompt_that_was_cut_silently_is_told(counted: int) -> None:
    async with ollama_with_server(answer_lines(content_line("a"), final_line(prompt_eval_count=counted))) as (
        engine,
        _,
    ):
        warning = (await collect_answer(engine, WORDS)).finish.warning
    assert warning
    assert "dropped a part of the prompt" in warning


@pytest.mark.parametrize("counted", [4098, 8192, 12, None])
async def test_a_short_prompt_was_not_cut(counted: Any) -> None:
    async with ollama_with_server(answer_lines(content_line("a"), final_line(prompt_eval_count=counted))) as (
        engine,
        _,
    ):
        assert (await collect_answer(engine)).finish.warning is None


async def test_a_limit_of_the_run_is_told_from_a_full_window() -> None:
    limited = GenerationRequest("m", SAMPLE_REQUEST.messages, Sampling(max_tokens=10))
    async with ollama_with_server(answer_lines(content_line("a"), final_line(done_reason="length", eval_count=10))) as (
        engine,
        _,
    ):
        finished = (await collect_answer(engine, limited)).finish
    assert (finished.finish_reason, finished.warning) == ("length", None)
    async with ollama_with_server(
        answer_lines(content_line("a"), final_line(done_reason="length", eval_count=8180))
    ) as (engine, _):
        finished = (await collect_answer(engine)).finish
    assert finished.finish_reason == "length"
    assert "8192 tokens" in (finished.warning or "")


async def test_what_is_asked_for() -> None:
    request = GenerationRequest("m", (Message("system", "s"), Message("user", "u")), Sampling(0.2, 7, 100))
    async with ollama_with_server() as (engine, server):
        await collect_answer(engine, request)
        call = server.chats[0]
    assert call.body["messages"] == [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]
    assert call.body["options"] == {"num_ctx": 8192, "num_predict": 100, "temperature": 0.2, "seed": 7}
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


async def test_half_a_character_in_a_prompt_is_replaced() -> None:
    async with ollama_with_server() as (engine, server):
        await collect_answer(engine, GenerationRequest("m", (Message("user", "\ud83d \ud83d\ude00"),)))
        assert server.chats[0].body["messages"][0]["content"] == "\ufffd 😀"


THINKS = {"/api/show": answer_json({"capabilities": ["completion", "thinking"]})}


REFUSED = answer_status(400, b'{"error":"\\"m\\" does not support thinking"}')


@pytest.mark.parametrize("script", [REFUSED, answer_lines({"error": '"m" does not support thinking'})])
async def test_a_model_that_may_not_be_told_is_asked_again_without(script: Script) -> None:
    async with ollama_with_server(script, answer_lines(content_line("a"), DONE_LINE), routes=THINKS) as (
        engine,
        server,
    ):
        heard = await collect_answer(engine)
        assert heard.text == "a"
        assert ["think" in call.body for call in server.chats] == [True, False]
        assert isinstance(heard.events[-1], StreamEnd)
        assert isinstance(heard.events[0], Progress)


async def test_a_second_refusal_is_told() -> None:
    async with ollama_with_server(REFUSED, routes=THINKS) as (engine, server):
        assert (await collect_answer(engine)).error_kind == "no_thinking"
        assert len(server.chats) == 2
