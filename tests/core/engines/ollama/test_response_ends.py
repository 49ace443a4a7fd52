"""An answer of Ollama ends in exactly one way, and what came before the end is kept."""

import gzip
from typing import Any

import pytest

from core.engines.ollama.engine import OllamaEngine
from core.engines.protocol import GenerationRequest, Message, Progress, Sampling, StreamEnd, ThinkingDelta
from tests.support.engines.engine_answers import SAMPLE_REQUEST, collect_answer
from tests.support.engines.ollama_engine import ask_ollama, final_line, ollama_with_server
from tests.support.servers.scripted_server import (
    DONE_LINE,
    Call,
    Script,
    answer_bytes,
    answer_lines,
    answer_status,
    content_line,
    encode_lines,
)


def with_length(length: int, body: bytes, **headers: str) -> Script:
    """A body that says to be ``length`` bytes long."""

    async def script(call: Call) -> None:
        await call.send_head(200, content_length=str(length), **headers)
        await call.send(body)

    return script


async def cut_chunk(call: Call) -> None:
    """A chunked body that ends in the middle of a line."""
    await call.send_head(transfer_encoding="chunked")
    data = encode_lines(content_line("a"))
    await call.send(f"{len(data):x}\r\n".encode() + data + b"\r\n")
    await call.send(b"50\r\n" + encode_lines(content_line("lost"))[:9])


async def reset_at_once(call: Call) -> None:
    call.reset()


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (answer_lines(content_line("a")), "incomplete"),
        (answer_lines(*[content_line("a")] + [content_line("")] * 31), "incomplete"),
        (answer_bytes(encode_lines(content_line("a")) + encode_lines(content_line("lost"))[:20]), "incomplete"),
        (cut_chunk, "connection_lost"),
        (with_length(10_000, encode_lines(content_line("a"))), "connection_lost"),
        (
            with_length(
                len(encode_lines(content_line("a"))), encode_lines(content_line("a"), content_line("lost"), DONE_LINE)
            ),
            "incomplete",
        ),
        (answer_lines(content_line("a"), ending="reset"), "connection_lost"),
        (
            answer_bytes(encode_lines(content_line("a")) + encode_lines(content_line("lost"))[:20], ending="reset"),
            "connection_lost",
        ),
        (answer_bytes(encode_lines(content_line("a")) + b"[]\n"), "protocol"),
        (answer_bytes(encode_lines(content_line("a")) + b"<html>\n"), "protocol"),
        (answer_bytes(encode_lines(content_line("a")) + b'{"message":{"content":"\xff"}}\n'), "protocol"),
        (answer_bytes(encode_lines(content_line("a")) + b'{"a":' + b"[" * 100_000 + b"\n"), "protocol"),
        (answer_lines(content_line("a"), ending="hang"), "idle"),
    ],
)
async def test_text_before_a_failure_is_kept_and_nothing_is_added(script: Script, kind: str) -> None:
    heard = await ask_ollama(script, idle_timeout=0.1)
    assert (heard.text, heard.error_kind) == ("a", kind)
    assert heard.error
    assert heard.error.message.endswith(".")
    assert not any(isinstance(piece, StreamEnd) for piece in heard.pieces)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("", "engine_failed"),
        (None, "engine_failed"),
        ({"message": "CUDA out of memory"}, "out_of_memory"),
        ('{"error":{"code":500,"message":"failed to allocate"}}', "out_of_memory"),
        ("prediction aborted, token repeat limit reached", "incomplete"),
        ("an error was encountered while running the model: x\n" * 160, "engine_crashed"),
        (["unheard", "of"], "engine_failed"),
    ],
)
async def test_an_error_in_the_middle_or_as_the_first_line(error: Any, kind: str) -> None:
    heard = await ask_ollama(answer_lines(content_line("a"), {"error": error}, content_line("lost"), DONE_LINE))
    assert (heard.text, heard.error_kind) == ("a", kind)
    assert (await ask_ollama(answer_lines({"error": error}))).error_kind == kind
    assert heard.error
    assert len(heard.error.message) < 250
    assert "\n" not in heard.error.message


async def test_a_reset_before_the_head() -> None:
    heard = await ask_ollama(reset_at_once)
    assert (heard.text, heard.error_kind) == ("", "connection_lost")


async def test_a_reset_after_the_last_line_is_no_failure() -> None:
    assert (await ask_ollama(answer_lines(content_line("a"), DONE_LINE, ending="reset"))).finish.finish_reason == "stop"
    assert (
        await ask_ollama(with_length(10_000, encode_lines(content_line("a"), DONE_LINE)))
    ).finish.finish_reason == "stop"


@pytest.mark.parametrize(
    "more", [encode_lines(content_line("b"), DONE_LINE), b"\xff\xfe", b"{", encode_lines({"error": "x"})]
)
async def test_what_follows_the_last_line_is_not_read(more: bytes) -> None:
    heard = await ask_ollama(answer_bytes(encode_lines(content_line("a"), DONE_LINE) + more))
    assert heard.text == "a"
    assert [type(piece) for piece in heard.pieces].count(StreamEnd) == 1


async def test_the_last_line_may_carry_text() -> None:
    heard = await ask_ollama(answer_lines(content_line("a"), final_line(message={"content": "ll", "thinking": "hm"})))
    assert heard.text == "all"
    assert [type(piece) for piece in heard.pieces[-2:]] != [ThinkingDelta, StreamEnd]


@pytest.mark.parametrize("reason", [None, "", "abort", 7])
async def test_an_unknown_reason_is_told(reason: Any) -> None:
    finished = (await ask_ollama(answer_lines(content_line("a"), final_line(done_reason=reason)))).finish
    assert finished.finish_reason == "stop"
    assert finished.warning


@pytest.mark.parametrize("count", [None, "x", True, -1, 1e300, 0, 12.0])
async def test_odd_counts_are_no_fault(count: Any) -> None:
    odd = dict.fromkeys(("prompt_eval_count", "eval_count", "eval_duration"), count)
    finished = (await ask_ollama(answer_lines(content_line("a"), final_line(**odd)))).finish
    assert (
        finished.prompt_tokens
        == finished.completion_tokens
        == ({12.0: 12, 0: 0}.get(count) if count is not True else None)
    )


async def test_no_counts_at_all_are_no_fault() -> None:
    finished = (await ask_ollama(answer_lines(content_line("a"), {"done": True, "done_reason": "stop"}))).finish
    assert finished == StreamEnd("stop")


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


@pytest.mark.parametrize("reason", ["load", "unload", "stop", "length"])
async def test_an_answer_of_nothing_is_a_failure(reason: str) -> None:
    assert (await ask_ollama(answer_lines(final_line(done_reason=reason)))).error_kind == "empty"
    single = encode_lines(final_line(done_reason=reason)).rstrip()
    assert (await ask_ollama(answer_status(200, single))).error_kind == "empty"


async def test_nothing_to_add_to_a_prefix_is_no_failure() -> None:
    async with ollama_with_server(answer_lines(DONE_LINE)) as (engine, _):
        request = GenerationRequest("m", (Message("user", "write"), Message("assistant", "done.")))
        assert (await collect_answer(engine, request)).finish.finish_reason == "stop"


async def test_a_body_that_is_compressed_all_the_same() -> None:
    data = gzip.compress(encode_lines(content_line("a" * 1000), DONE_LINE))
    assert len((await ask_ollama(with_length(len(data), data, content_encoding="gzip"))).text) == 1000
    lie = encode_lines(content_line("a"), DONE_LINE)
    assert (await ask_ollama(with_length(len(lie), lie, content_encoding="gzip"))).error_kind == "protocol"


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


async def test_a_refusal_before_the_first_byte_is_tried_again() -> None:
    busy = answer_status(503, b'{"error":"server busy, please try again.  maximum pending requests exceeded"}')
    async with ollama_with_server(busy, busy, answer_lines(content_line("a"), DONE_LINE), retry_delays=(0, 0)) as (
        engine,
        server,
    ):
        assert (await collect_answer(engine)).text == "a"
        assert len(server.chats) == 3


@pytest.mark.parametrize(
    "end",
    [
        answer_lines(content_line("a"), {"error": "server busy"}),
        answer_lines(content_line("a"), ending="reset"),
        answer_lines(content_line("a")),
    ],
)
async def test_nothing_is_tried_again_after_the_first_byte(end: Script) -> None:
    answer = answer_lines(content_line("b"), DONE_LINE)
    async with ollama_with_server(end, answer, retry_delays=(0, 0)) as (engine, server):
        heard = await collect_answer(engine)
        assert heard.error
        assert heard.text == "a"
        assert len(server.chats) == 1
        assert isinstance(heard.pieces[0], Progress)
