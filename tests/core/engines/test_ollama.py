"""However Ollama, or what stands before it, misbehaves: no character is lost, and the end is told truly."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest

from core.engines.ollama import Ollama
from core.engines.protocol import Finished, Loading, Message, Request, Sampling, Thinking
from core.errors import ConfigurationError
from core.text import normalize
from tests.support.engines import QUESTION, Heard, hear
from tests.support.scripted_ollama import (
    DONE,
    Call,
    Script,
    Server,
    answer,
    answer_json,
    line,
    raw,
    scripted,
    silence,
    status,
    wire,
)


@asynccontextmanager
async def against(
    *chat: Script, routes: dict[str, Script] | None = None, **options: Any
) -> AsyncGenerator[tuple[Ollama, Server], None]:
    settings: dict[str, Any] = {"pauses": (), "poll": 0.02} | options
    async with asyncio.timeout(10), scripted(chat, routes) as server:
        engine = Ollama(server.url, "m", **settings)
        try:
            yield engine, server
        finally:
            await engine.close()


async def heard_from(*chat: Script, **options: Any) -> Heard:
    async with against(*chat, **options) as (engine, _):
        return await hear(engine)


def last(**fields: Any) -> dict[str, Any]:
    return DONE | fields


TRICKY = 'é€😀 \x85\u2028\u2029\x1c <&> "q" \\/ \b\f\t data: [DONE]\n\n```{"error":"x"}<think>'


async def test_an_answer() -> None:
    heard = await heard_from(answer(line("a"), line(""), line(" \n"), line("b"), DONE))
    assert heard.text == "a \nb"
    assert isinstance(heard.pieces[0], Loading)
    assert heard.finished == Finished("stop", prompt_tokens=12, tokens=3, seconds=1.5)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7])
async def test_no_cut_of_the_bytes_changes_a_character(size: int) -> None:
    heard = await heard_from(answer(line(TRICKY), line("\0\r\n\ufeff"), DONE, size=size))
    assert heard.text == TRICKY + "\0\r\n\ufeff"


async def test_blank_lines_crlf_and_a_last_line_without_an_end() -> None:
    body = wire(line("a")).replace(b"\n", b"\r\n") + b"\n  \n" + wire(line("b")) + wire(DONE).rstrip()
    assert (await heard_from(raw(body))).text == "ab"


async def test_lines_without_a_message_or_with_null_are_no_fault() -> None:
    odd: list[Any] = [
        {},
        {"message": None},
        {"message": {"content": None}},
        {"logprobs": [1], "message": {"content": ""}},
    ]
    assert (await heard_from(answer(*odd, line("a"), DONE))).text == "a"


async def test_a_surrogate_pair_over_two_lines_is_handed_on_as_it_is() -> None:
    body = b'{"message":{"content":"\\ud83d"}}\n{"message":{"content":"\\ude00"}}\n' + wire(DONE)
    assert normalize((await heard_from(raw(body))).text) == "😀"


async def test_the_last_line_may_carry_text() -> None:
    assert (await heard_from(answer(last(message={"content": "all"})))).text == "all"


async def test_what_follows_the_last_line_is_not_text() -> None:
    heard = await heard_from(answer(line("a"), DONE, line("b"), DONE))
    assert heard.text == "a"
    assert sum(isinstance(piece, Finished) for piece in heard.pieces) == 1


async def test_a_reset_after_the_last_line_is_no_failure() -> None:
    assert (await heard_from(answer(line("a"), DONE, then="reset"))).finished.reason == "stop"


@pytest.mark.parametrize("reason", [None, "", "abort", 7])
async def test_an_unknown_reason_is_told(reason: Any) -> None:
    finished = (await heard_from(answer(line("a"), last(done_reason=reason)))).finished
    assert finished.reason == "stop"
    assert finished.warning


@pytest.mark.parametrize("count", [None, "x", True, -1, 1e300, 12.0])
async def test_odd_counts_are_no_fault(count: Any) -> None:
    finished = (await heard_from(answer(line("a"), last(prompt_eval_count=count)))).finished
    assert finished.prompt_tokens == (12 if count == 12.0 else None)


async def test_thinking_is_no_text() -> None:
    heard = await heard_from(answer(line("", thinking="hm"), line("a", thinking="so"), DONE))
    assert heard.text == "a"
    assert [piece.text for piece in heard.pieces if isinstance(piece, Thinking)] == ["hm", "so"]


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (answer(line("a")), "incomplete"),
        (raw(wire(line("a")) + wire(line("lost"))[:20]), "incomplete"),
        (answer(line("a"), then="reset"), "connection_lost"),
        (raw(wire(line("a")) + b"[]\n"), "protocol"),
        (raw(wire(line("a")) + b'{"message":{"content":"\xff"}}\n'), "protocol"),
        (raw(wire(line("a")) + b'{"a":' + b"[" * 100_000 + b"\n"), "protocol"),
        (answer(line("a"), {"error": ""}), "engine_failed"),
        (answer(line("a"), {"error": None}), "engine_failed"),
        (answer(line("a"), {"error": {"message": "CUDA out of memory"}}), "out_of_memory"),
        (answer(line("a"), {"error": "prediction aborted, token repeat limit reached"}), "incomplete"),
        (answer(line("a"), {"error": "an error was encountered while running the model: x\n" * 99}), "engine_crashed"),
        (answer(line("a"), then="hang"), "idle"),
    ],
)
async def test_text_before_a_failure_is_kept(script: Script, kind: str) -> None:
    heard = await heard_from(script, idle=0.1)
    assert (heard.text, heard.kind) == ("a", kind)


async def test_a_chunked_body_that_is_cut_off() -> None:
    async def script(call: Call) -> None:
        await call.head(transfer_encoding="chunked")
        data = wire(line("a"))
        await call.send(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        await call.send(b"50\r\n" + wire(line("lost"))[:9])

    heard = await heard_from(script)
    assert (heard.text, heard.kind) == ("a", "connection_lost")


@pytest.mark.parametrize("reason", ["load", "unload", "stop", "length"])
async def test_an_answer_of_nothing_is_a_failure(reason: str) -> None:
    assert (await heard_from(answer(last(done_reason=reason)))).kind == "empty"


async def test_nothing_to_add_to_a_prefix_is_no_failure() -> None:
    async with against(answer(DONE)) as (engine, _):
        request = Request("m", (Message("user", "write"), Message("assistant", "done.")))
        assert (await hear(engine, request)).finished.reason == "stop"


NESTED = json.dumps(
    {
        "error": json.dumps(
            {
                "error": {
                    "code": 400,
                    "message": "request (2358 tokens) exceeds the available context size (2048 tokens)",
                    "type": "exceed_context_size_error",
                    "n_prompt_tokens": 2358,
                    "n_ctx": 2048,
                }
            }
        )
    }
)


@pytest.mark.parametrize(
    ("code", "body", "kind", "says"),
    [
        (400, NESTED, "prompt_too_long", "2358 tokens where 2048"),
        (400, '{"error":"the input length exceeds the context length"}', "prompt_too_long", "too long"),
        (400, '{"error":"m does not support chat"}', "no_conversation", "conversation"),
        (400, '{"error":"invalid character"}', "bad_request", "400"),
        (401, '{"error":"unauthorized","signin_url":"https://x"}', "not_signed_in", "ollama signin"),
        (401, "", "sign_in_needed", "OLLAMA_HOST"),
        (403, "", "forbidden_origin", "localhost:11434"),
        (403, '{"error":"ollama cloud is disabled: remote model is unavailable"}', "cloud_disabled", "local"),
        (404, '{"error":"model \'m\' not found"}', "model_not_found", "ollama pull m"),
        (404, '{"error":"model \\"m\\" not found, try pulling it first"}', "model_not_found", "ollama pull m"),
        (404, "404 page not found", "not_ollama", "/v1"),
        (405, "", "not_ollama", "OLLAMA_HOST"),
        (429, "", "engine_busy", "busy"),
        (500, '{"error":"model requires more system memory (5.6 GiB) than is available"}', "out_of_memory", "smaller"),
        (500, '{"error":"llama-server reported out-of-memory during startup: x"}', "out_of_memory", "smaller"),
        (500, '{"error":"llama-server process has terminated: x"}', "engine_crashed", "log"),
        (500, '{"error":"timed out waiting for llama runner to start"}', "load_timeout", "loading"),
        (500, '{"error":"option \\"num_ctx\\" must be of type integer"}', "bad_option", "option"),
        (500, "<html>server busy</html>", "engine_failed", "log"),
        (502, "<html>", "gateway", "502"),
        (503, '{"error":"server busy, please try again.  maximum pending requests exceeded"}', "engine_busy", "busy"),
        (504, "<html>", "gateway", "504"),
        (302, "", "not_ollama", "OLLAMA_HOST"),
    ],
)  # fmt: skip
async def test_a_status_becomes_a_sentence(code: int, body: str, kind: str, says: str) -> None:
    heard = await heard_from(status(code, body.encode(), location="/login"))
    assert heard.kind == kind
    assert heard.error
    assert says in heard.error.message
    assert heard.text == ""


async def test_a_page_instead_of_a_stream() -> None:
    assert (await heard_from(status(200, b"<html>sign in</html>", "text/html"))).kind == "not_ollama"


async def test_a_body_without_end_does_not_hold_an_error_back() -> None:
    async def script(call: Call) -> None:
        await call.head(500)
        while not call.writer.is_closing():
            await call.send(b"x" * 65536)

    assert (await heard_from(script)).kind == "engine_failed"


async def test_a_line_beyond_the_limit() -> None:
    heard = await heard_from(raw(wire(line("a")) + b'"' + b"x" * (17 << 20)))
    assert (heard.text, heard.kind) == ("a", "protocol")


async def test_nothing_listens() -> None:
    async with against() as (engine, server):
        pass
    engine = Ollama(server.url, "m", pauses=())
    heard = await hear(engine)
    assert heard.kind == "engine_unreachable"
    assert heard.error
    assert "ollama serve" in heard.error.message
    assert heard.error.retryable
    health = await engine.health()
    assert (health.engine_ready, health.model_ready) == (False, False)
    assert "host.docker.internal" in health.engine_message
    assert await engine.models() == []
    await engine.close()


async def test_a_refusal_before_the_first_byte_is_tried_again() -> None:
    busy = status(503, b'{"error":"server busy, please try again.  maximum pending requests exceeded"}')
    async with against(busy, busy, answer(line("a"), DONE), pauses=(0, 0)) as (engine, server):
        assert (await hear(engine)).text == "a"
        assert len(server.chats) == 3


async def test_nothing_is_tried_again_after_the_first_byte() -> None:
    async with against(answer(line("a"), {"error": "server busy"}), pauses=(0, 0)) as (engine, server):
        assert (await hear(engine)).kind == "engine_busy"
        assert len(server.chats) == 1


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
    monkeypatch.setattr("core.engines.ollama_http.ASK_TIMEOUT", 0.1)
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
