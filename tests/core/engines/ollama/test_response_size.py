"""Huge lines and countless tiny ones: memory is bounded, and time is linear in the bytes."""

import asyncio
import tracemalloc
from contextlib import aclosing
from time import process_time

import pytest

from core.engines.protocol import StreamEnd, TextDelta
from tests.support.engines.engine_answers import SAMPLE_REQUEST
from tests.support.engines.ollama_engine import ask_ollama, final_line, ollama_with_server
from tests.support.servers.scripted_server import (
    DONE_LINE,
    Call,
    Script,
    answer_bytes,
    answer_lines,
    content_line,
    encode_lines,
)

MIB = 1 << 20


def repeated(data: bytes, times: int, *ends: bytes) -> Script:
    """A body too large to be kept by the test."""

    async def script(call: Call) -> None:
        await call.send_head()
        for _ in range(times):
            if call.writer.is_closing():
                return
            await call.send(data)
        for end in ends:
            await call.send(end)

    return script


async def characters_of(script: Script) -> tuple[int, float]:
    """How many characters an answer has, and the seconds of processor time it took; none of it is kept."""
    count, began = 0, process_time()
    async with (
        asyncio.timeout(25),
        ollama_with_server(script, limit=25) as (engine, _),
        aclosing(engine.generate(SAMPLE_REQUEST)) as pieces,
    ):
        async for piece in pieces:
            count += len(piece.text) if isinstance(piece, TextDelta) else 0
    return count, process_time() - began


async def test_a_token_of_a_megabyte() -> None:
    assert len((await ask_ollama(answer_lines(content_line("é" * MIB), DONE_LINE, size=65536))).text) == MIB


async def test_a_last_line_with_all_tokens_of_the_context() -> None:
    heard = await ask_ollama(answer_lines(content_line("a"), final_line(context=[123456] * 250_000)))
    assert heard.finish.finish_reason == "stop"


async def test_a_line_beyond_the_limit_ends_in_bounded_memory() -> None:
    tracemalloc.start()
    try:
        heard = await ask_ollama(answer_bytes(encode_lines(content_line("a")) + b'"' + b"x" * (20 * MIB)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (heard.text, heard.error_kind) == ("a", "protocol")
    assert peak < 90 * MIB  # the test's own copies are 40 of them


async def test_200_000_tiny_lines() -> None:
    tiny = encode_lines(*[content_line("x")] * 1000)
    few, few_seconds = await characters_of(repeated(tiny, 20, encode_lines(DONE_LINE)))
    many, many_seconds = await characters_of(repeated(tiny, 200, encode_lines(DONE_LINE)))
    assert (few, many) == (20_000, 200_000)
    assert many_seconds < 25 * few_seconds + 1


async def test_a_line_that_comes_in_countless_pieces_takes_linear_time() -> None:
    async def seconds(size: int) -> float:
        count, seconds = await characters_of(_long_line(size))
        assert count == size * 1024
        return seconds

    short, long = await seconds(500), await seconds(5000)
    assert long < 25 * short + 1


def _long_line(kibibytes: int) -> Script:
    async def script(call: Call) -> None:
        await call.send_head()
        await call.send(b'{"message":{"content":"')
        for _ in range(kibibytes):
            await call.send(b"x" * 1024)
        await call.send(b'"}}\n' + encode_lines(DONE_LINE))

    return script


@pytest.mark.parametrize("depth", [100, 100_000])
async def test_deep_nesting(depth: int) -> None:
    deep = b'{"a":' + b"[" * depth + b"]" * depth + b"}\n"
    heard = await ask_ollama(answer_bytes(encode_lines(content_line("a")) + deep + encode_lines(DONE_LINE)))
    assert heard.text == "a"
    assert isinstance(heard.events[-1], StreamEnd) if depth == 100 else heard.error_kind == "protocol"


async def test_the_loop_runs_on_in_a_flood() -> None:
    worst = 0.0

    async def tick() -> None:
        nonlocal worst
        while True:
            began = asyncio.get_running_loop().time()
            await asyncio.sleep(0)
            worst = max(worst, asyncio.get_running_loop().time() - began)

    ticking = asyncio.create_task(tick())
    await characters_of(repeated(encode_lines(*[content_line("x")] * 1000), 30, encode_lines(DONE_LINE)))
    ticking.cancel()
    assert worst < 0.5
