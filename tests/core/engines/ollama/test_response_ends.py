"""An answer of Ollama ends in exactly one way, and what came before the end is kept."""

import gzip
from typing import Any

import pytest

from core.engines.ollama.engine import Ollama
from core.engines.protocol import Finished, Loading, Message, Request, Sampling, Thinking
from tests.support.engines.engine_answers import QUESTION, hear
from tests.support.engines.ollama_engine import against, heard_from, last
from tests.support.servers.scripted_server import DONE, Call, Script, answer, line, raw, status, wire


def with_length(length: int, body: bytes, **headers: str) -> Script:
    """A body that says to be ``length`` bytes long."""

    async def script(call: Call) -> None:
        await call.head(200, content_length=str(length), **headers)
        await call.send(body)

    return script


async def cut_chunk(call: Call) -> None:
    """A chunked body that ends in the middle of a line."""
    await call.head(transfer_encoding="chunked")
    data = wire(line("a"))
    await call.send(f"{len(data):x}\r\n".encode() + data + b"\r\n")
    await call.send(b"50\r\n" + wire(line("lost"))[:9])


async def reset_at_once(call: Call) -> None:
    call.reset()


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (answer(line("a")), "incomplete"),
        (answer(*[line("a")] + [line("")] * 31), "incomplete"),
        (raw(wire(line("a")) + wire(line("lost"))[:20]), "incomplete"),
        (cut_chunk, "connection_lost"),
        (with_length(10_000, wire(line("a"))), "connection_lost"),
        (with_length(len(wire(line("a"))), wire(line("a"), line("lost"), DONE)), "incomplete"),
        (answer(line("a"), then="reset"), "connection_lost"),
        (raw(wire(line("a")) + wire(line("lost"))[:20], then="reset"), "connection_lost"),
        (raw(wire(line("a")) + b"[]\n"), "protocol"),
        (raw(wire(line("a")) + b"<html>\n"), "protocol"),
        (raw(wire(line("a")) + b'{"message":{"content":"\xff"}}\n'), "protocol"),
        (raw(wire(line("a")) + b'{"a":' + b"[" * 100_000 + b"\n"), "protocol"),
        (answer(line("a"), then="hang"), "idle"),
    ],
)
async def test_text_before_a_failure_is_kept_and_nothing_is_added(script: Script, kind: str) -> None:
    heard = await heard_from(script, idle=0.1)
    assert (heard.text, heard.kind) == ("a", kind)
    assert heard.error
    assert heard.error.message.endswith(".")
    assert not any(isinstance(piece, Finished) for piece in heard.pieces)


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
    heard = await heard_from(answer(line("a"), {"error": error}, line("lost"), DONE))
    assert (heard.text, heard.kind) == ("a", kind)
    assert (await heard_from(answer({"error": error}))).kind == kind
    assert heard.error
    assert len(heard.error.message) < 250
    assert "\n" not in heard.error.message


async def test_a_reset_before_the_head() -> None:
    heard = await heard_from(reset_at_once)
    assert (heard.text, heard.kind) == ("", "connection_lost")


async def test_a_reset_after_the_last_line_is_no_failure() -> None:
    assert (await heard_from(answer(line("a"), DONE, then="reset"))).finished.reason == "stop"
    assert (await heard_from(with_length(10_000, wire(line("a"), DONE)))).finished.reason == "stop"


@pytest.mark.parametrize("more", [wire(line("b"), DONE), b"\xff\xfe", b"{", wire({"error": "x"})])
async def test_what_follows_the_last_line_is_not_read(more: bytes) -> None:
    heard = await heard_from(raw(wire(line("a"), DONE) + more))
    assert heard.text == "a"
    assert [type(piece) for piece in heard.pieces].count(Finished) == 1


async def test_the_last_line_may_carry_text() -> None:
    heard = await heard_from(answer(line("a"), last(message={"content": "ll", "thinking": "hm"})))
    assert heard.text == "all"
    assert [type(piece) for piece in heard.pieces[-2:]] != [Thinking, Finished]


@pytest.mark.parametrize("reason", [None, "", "abort", 7])
async def test_an_unknown_reason_is_told(reason: Any) -> None:
    finished = (await heard_from(answer(line("a"), last(done_reason=reason)))).finished
    assert finished.reason == "stop"
    assert finished.warning


@pytest.mark.parametrize("count", [None, "x", True, -1, 1e300, 0, 12.0])
async def test_odd_counts_are_no_fault(count: Any) -> None:
    odd = dict.fromkeys(("prompt_eval_count", "eval_count", "eval_duration"), count)
    finished = (await heard_from(answer(line("a"), last(**odd)))).finished
    assert finished.prompt_tokens == finished.tokens == ({12.0: 12, 0: 0}.get(count) if count is not True else None)


async def test_no_counts_at_all_are_no_fault() -> None:
    finished = (await heard_from(answer(line("a"), {"done": True, "done_reason": "stop"}))).finished
    assert finished == Finished("stop")


async def test_a_limit_of_the_run_is_told_from_a_full_window() -> None:
    limited = Request("m", QUESTION.messages, Sampling(max_tokens=10))
    async with against(answer(line("a"), last(done_reason="length", eval_count=10))) as (engine, _):
        finished = (await hear(engine, limited)).finished
    assert (finished.reason, finished.warning) == ("length", None)
    async with against(answer(line("a"), last(done_reason="length", eval_count=8180))) as (engine, _):
        finished = (await hear(engine)).finished
    assert finished.reason == "length"
    assert "8192 tokens" in (finished.warning or "")


@pytest.mark.parametrize("reason", ["load", "unload", "stop", "length"])
async def test_an_answer_of_nothing_is_a_failure(reason: str) -> None:
    assert (await heard_from(answer(last(done_reason=reason)))).kind == "empty"
    single = wire(last(done_reason=reason)).rstrip()
    assert (await heard_from(status(200, single))).kind == "empty"


async def test_nothing_to_add_to_a_prefix_is_no_failure() -> None:
    async with against(answer(DONE)) as (engine, _):
        request = Request("m", (Message("user", "write"), Message("assistant", "done.")))
        assert (await hear(engine, request)).finished.reason == "stop"


async def test_a_body_that_is_compressed_all_the_same() -> None:
    data = gzip.compress(wire(line("a" * 1000), DONE))
    assert len((await heard_from(with_length(len(data), data, content_encoding="gzip"))).text) == 1000
    lie = wire(line("a"), DONE)
    assert (await heard_from(with_length(len(lie), lie, content_encoding="gzip"))).kind == "protocol"


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
    assert health.engine_message == heard.error.message
    assert await engine.models() == []
    await engine.close()


async def test_a_refusal_before_the_first_byte_is_tried_again() -> None:
    busy = status(503, b'{"error":"server busy, please try again.  maximum pending requests exceeded"}')
    async with against(busy, busy, answer(line("a"), DONE), pauses=(0, 0)) as (engine, server):
        assert (await hear(engine)).text == "a"
        assert len(server.chats) == 3


@pytest.mark.parametrize(
    "end", [answer(line("a"), {"error": "server busy"}), answer(line("a"), then="reset"), answer(line("a"))]
)
async def test_nothing_is_tried_again_after_the_first_byte(end: Script) -> None:
    async with against(end, answer(line("b"), DONE), pauses=(0, 0)) as (engine, server):
        heard = await hear(engine)
        assert heard.error
        assert heard.text == "a"
        assert len(server.chats) == 1
        assert isinstance(heard.pieces[0], Loading)
