"""Huge lines and countless tiny ones: memory stays bounded, and time grows with the bytes alone."""

import asyncio
import tracemalloc
from contextlib import aclosing
from time import process_time

import pytest

from core.engines.protocol import Finished, Text
from tests.support.engines.engine_answers import QUESTION
from tests.support.engines.ollama_engine import against, heard_from, last
from tests.support.servers.scripted_server import DONE, Call, Script, answer, line, raw, wire

MIB = 1 << 20


def repeated(data: bytes, times: int, *ends: bytes) -> Script:
    """A body too large to be kept by the test."""

    async def script(call: Call) -> None:
        await call.head()
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
        against(script, bound=25) as (engine, _),
        aclosing(engine.generate(QUESTION)) as pieces,
    ):
        async for piece in pieces:
            count += len(piece.text) if isinstance(piece, Text) else 0
    return count, process_time() - began


async def test_a_token_of_a_megabyte() -> None:
    assert len((await heard_from(answer(line("é" * MIB), DONE, size=65536))).text) == MIB


async def test_a_last_line_with_all_tokens_of_the_context() -> None:
    heard = await heard_from(answer(line("a"), last(context=[123456] * 250_000)))
    assert heard.finished.reason == "stop"


async def test_a_line_beyond_the_limit_ends_in_bounded_memory() -> None:
    tracemalloc.start()
    try:
        heard = await heard_from(raw(wire(line("a")) + b'"' + b"x" * (20 * MIB)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (heard.text, heard.kind) == ("a", "protocol")
    assert peak < 90 * MIB  # the test's own copies are 40 of them


async def test_200_000_tiny_lines() -> None:
    tiny = wire(*[line("x")] * 1000)
    few, few_seconds = await characters_of(repeated(tiny, 20, wire(DONE)))
    many, many_seconds = await characters_of(repeated(tiny, 200, wire(DONE)))
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
        await call.head()
        await call.send(b'{"message":{"content":"')
        for _ in range(kibibytes):
            await call.send(b"x" * 1024)
        await call.send(b'"}}\n' + wire(DONE))

    return script


@pytest.mark.parametrize("depth", [100, 100_000])
async def test_deep_nesting(depth: int) -> None:
    deep = b'{"a":' + b"[" * depth + b"]" * depth + b"}\n"
    heard = await heard_from(raw(wire(line("a")) + deep + wire(DONE)))
    assert heard.text == "a"
    assert isinstance(heard.pieces[-1], Finished) if depth == 100 else heard.kind == "protocol"


async def test_the_loop_runs_on_in_a_flood() -> None:
    worst = 0.0

    async def tick() -> None:
        nonlocal worst
        while True:
            began = asyncio.get_running_loop().time()
            await asyncio.sleep(0)
            worst = max(worst, asyncio.get_running_loop().time() - began)

    ticking = asyncio.create_task(tick())
    await characters_of(repeated(wire(*[line("x")] * 1000), 30, wire(DONE)))
    ticking.cancel()
    assert worst < 0.5
