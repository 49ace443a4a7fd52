"""However Ollama, or what stands before it, misbehaves: no character is lost, and the end is told truly."""

from typing import Any

import pytest

from core.engines.ollama import Ollama
from core.engines.protocol import Finished, Loading, Message, Request, Thinking
from core.text import normalize
from tests.support.engines import hear
from tests.support.ollama import against, heard_from, last
from tests.support.scripted_ollama import DONE, Call, Script, answer, line, raw, status, wire

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
