"""An answer of Ollama ends in exactly one way, and what came before the end is kept."""

from typing import Any

import pytest

from core.engines.protocol import GenerationRequest, Message, StreamEnd, ThinkingDelta
from tests.support.engines.engine_answers import collect_answer
from tests.support.engines.ollama_engine import ask_ollama, final_line, ollama_with_server
from tests.support.servers.scripted_server import (
    DONE_LINE,
    Call,
    Script,
    answer_bytes,
    answer_lines,
    answer_status,
    answer_with_length,
    content_line,
    encode_lines,
)


async def cut_chunk(call: Call) -> None:
    """A chunked body that ends in the middle of a line."""
    await call.send_head(transfer_encoding="chunked")
    data = encode_lines(content_line("a"))
    await call.send(f"{len(data):x}\r\n".encode() + data + b"\r\n")
    await call.send(b"50\r\n" + encode_lines(content_line("lost"))[:9])


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (answer_lines(content_line("a")), "incomplete"),
        (answer_lines(*[content_line("a")] + [content_line("")] * 31), "incomplete"),
        (answer_bytes(encode_lines(content_line("a")) + encode_lines(content_line("lost"))[:20]), "incomplete"),
        (cut_chunk, "connection_lost"),
        (answer_with_length(10_000, encode_lines(content_line("a"))), "connection_lost"),
        (
            answer_with_length(
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
    assert not any(isinstance(piece, StreamEnd) for piece in heard.events)


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


async def test_a_reset_after_the_last_line_is_no_failure() -> None:
    assert (await ask_ollama(answer_lines(content_line("a"), DONE_LINE, ending="reset"))).finish.finish_reason == "stop"
    assert (
        await ask_ollama(answer_with_length(10_000, encode_lines(content_line("a"), DONE_LINE)))
    ).finish.finish_reason == "stop"


@pytest.mark.parametrize(
    "more", [encode_lines(content_line("b"), DONE_LINE), b"\xff\xfe", b"{", encode_lines({"error": "x"})]
)
async def test_what_follows_the_last_line_is_not_read(more: bytes) -> None:
    heard = await ask_ollama(answer_bytes(encode_lines(content_line("a"), DONE_LINE) + more))
    assert heard.text == "a"
    assert [type(piece) for piece in heard.events].count(StreamEnd) == 1


async def test_the_last_line_may_carry_text() -> None:
    heard = await ask_ollama(answer_lines(content_line("a"), final_line(message={"content": "ll", "thinking": "hm"})))
    assert heard.text == "all"
    assert [type(piece) for piece in heard.events[-2:]] != [ThinkingDelta, StreamEnd]


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


@pytest.mark.parametrize("reason", ["load", "unload", "stop", "length"])
async def test_an_answer_of_nothing_is_a_failure(reason: str) -> None:
    assert (await ask_ollama(answer_lines(final_line(done_reason=reason)))).error_kind == "empty"
    single = encode_lines(final_line(done_reason=reason)).rstrip()
    assert (await ask_ollama(answer_status(200, single))).error_kind == "empty"


async def test_nothing_to_add_to_a_prefix_is_no_failure() -> None:
    async with ollama_with_server(answer_lines(DONE_LINE)) as (engine, _):
        request = GenerationRequest("m", (Message("user", "write"), Message("assistant", "done.")))
        assert (await collect_answer(engine, request)).finish.finish_reason == "stop"
