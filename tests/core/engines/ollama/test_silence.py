"""Ollama says nothing while it loads and reads; a run is told so, waits, and can be stopped at every moment."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from time import perf_counter

import pytest

from core.engines.ollama.engine import Ollama
from core.engines.protocol import Loading, Piece, Text
from tests.support.engines.engine_answers import QUESTION, hear
from tests.support.engines.ollama_engine import against, heard_from
from tests.support.servers.scripted_server import (
    DONE,
    Call,
    Script,
    Server,
    answer,
    answer_json,
    line,
    raw,
    silence,
    wire,
)

LOADED = answer_json({"models": [{"name": "m:latest"}]})
PROMPT_MILLISECONDS = 100
TRIES = 3
"""The fastest of so many counts: other programs share the machine."""


async def test_silence_before_the_first_word_has_no_limit_and_is_explained() -> None:
    async with (
        against(silence, routes={"/api/ps": LOADED}, idle=0.001) as (engine, _),
        aclosing(engine.generate(QUESTION)) as pieces,
    ):
        heard = [await anext(pieces) for _ in range(4)]
    assert heard == [Loading("loading the model"), *[Loading("reading the prompt")] * 3]


async def test_a_head_without_a_word_has_no_limit_either() -> None:
    async def script(call: Call) -> None:
        await call.head()
        await asyncio.sleep(0.2)
        await call.send(wire(line("a"), DONE))

    assert (await heard_from(script, idle=0.05)).text == "a"


async def test_a_long_wait_comes_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.engines.ollama.engine.LONG_WAIT", 0.05)
    async with (
        against(silence, routes={"/api/ps": LOADED}) as (engine, _),
        aclosing(engine.generate(QUESTION)) as pieces,
    ):
        async for piece in pieces:
            if isinstance(piece, Loading) and "restart Ollama" in piece.message:
                return


async def test_what_it_does_may_stay_unknown() -> None:
    async with (
        against(silence, routes={"/api/ps": raw(b"nonsense")}) as (engine, _),
        aclosing(engine.generate(QUESTION)) as pieces,
    ):
        assert [await anext(pieces) for _ in range(3)] == [Loading("loading the model")] * 3


async def test_silence_in_the_middle_has_a_limit() -> None:
    heard = await heard_from(answer(line("a"), then="hang"), idle=0.1)
    assert (heard.text, heard.kind) == ("a", "idle")


async def test_a_slow_drip_is_no_silence() -> None:
    async def script(call: Call) -> None:
        await call.head()
        for byte in wire(line("abc")):
            await call.send(bytes([byte]))
            await asyncio.sleep(0.005)
        await call.send(wire(DONE))

    assert (await heard_from(script, idle=0.3)).text == "abc"


async def test_a_slow_reader_is_no_silence() -> None:
    async with (
        against(answer(line("a"), line("b"), DONE, size=30), idle=0.05) as (engine, _),
        aclosing(engine.generate(QUESTION)) as pieces,
    ):
        heard = []
        async for piece in pieces:
            heard.append(piece)
            await asyncio.sleep(0.06)
    assert [piece.text for piece in heard if isinstance(piece, Text)] == ["a", "b"]


async def half_a_line(call: Call) -> None:
    await call.head()
    await call.send(wire(line("a")) + wire(line("lost"))[:20])
    await call.until_closed()


async def flood(call: Call) -> None:
    await call.head()
    data = wire(*[line("x")] * 1000)
    reading = asyncio.create_task(call.until_closed())
    while not call.closed.is_set() and not call.writer.is_closing():
        await call.send(data)
    await reading


async def head_alone(call: Call) -> None:
    await call.head()
    await call.until_closed()


@asynccontextmanager
async def listening(engine: Ollama, heard: list[Piece]) -> AsyncGenerator[asyncio.Task[None], None]:
    async def listen() -> None:
        async with aclosing(engine.generate(QUESTION)) as pieces:
            async for piece in pieces:
                heard.append(piece)
                await asyncio.sleep(0)

    task = asyncio.create_task(listen())
    yield task
    task.cancel()
    await asyncio.wait({task})


async def arrived(server: Server, _: list[Piece]) -> None:
    await server.chat(len(server.chats))


async def writing(_: Server, heard: list[Piece]) -> None:
    while not any(isinstance(piece, Text) for piece in heard):  # noqa: ASYNC110 - the list is a plain one
        await asyncio.sleep(0.001)


Moment = Callable[[Server, list[Piece]], Awaitable[None]]


@pytest.mark.parametrize(
    ("script", "moment"),
    [(silence, arrived), (head_alone, arrived), (half_a_line, writing), (flood, writing)],
    ids=["before the head", "in the prompt", "in the middle of a line", "in a flood"],
)
async def test_stopping_is_seen_by_ollama_at_once(script: Script, moment: Moment) -> None:
    delays = []
    for _ in range(TRIES):
        async with against(script) as (engine, server):
            heard: list[Piece] = []
            async with listening(engine, heard) as task:
                await moment(server, heard)
                began = perf_counter()
                task.cancel()
                await asyncio.wait({task})
                await server.chats[0].closed.wait()
                delays.append((perf_counter() - began) * 1000)
            assert task.cancelled()
    assert min(delays) < PROMPT_MILLISECONDS, delays


@pytest.mark.parametrize("route", ["/api/show", "/api/ps"])
async def test_stopping_while_something_else_is_asked(route: str) -> None:
    async with against(silence, routes={route: silence}) as (engine, server):
        async with listening(engine, []) as task:
            async with asyncio.timeout(5):
                while not any(call.path == route for call in server.calls):  # noqa: ASYNC110 - a plain list
                    await asyncio.sleep(0.001)
                task.cancel()
                await asyncio.wait({task})
                for call in server.calls:
                    if call.path in (route, "/api/chat"):
                        await call.closed.wait()
        assert task.cancelled()


async def test_stopping_while_it_pauses_between_two_tries() -> None:
    async with against(pauses=(60.0,)) as (engine, server):
        pass
    engine = Ollama(server.url, "m", pauses=(60.0,))
    async with listening(engine, []) as task:
        await asyncio.sleep(0.1)
        began = perf_counter()
        task.cancel()
        await asyncio.wait({task})
        assert perf_counter() - began < 1
    await engine.close()


async def test_a_server_that_does_not_notice_keeps_nobody_waiting() -> None:
    never = asyncio.Event()

    async def deaf(call: Call) -> None:
        await call.head()
        await call.send(wire(line("a")))
        await never.wait()

    async with against(deaf, silence, routes={"/api/ps": LOADED}) as (engine, _):
        heard: list[Piece] = []
        async with listening(engine, heard) as task:
            await writing(_, heard)
            began = perf_counter()
            task.cancel()
            await asyncio.wait({task})
            assert perf_counter() - began < 1
        async with aclosing(engine.generate(QUESTION)) as pieces:
            assert [await anext(pieces) for _ in range(2)][1] == Loading("reading the prompt")
        never.set()


async def test_stopping_one_run_leaves_the_others() -> None:
    go_on = asyncio.Event()

    async def script(call: Call) -> None:
        await call.head()
        await call.send(wire(line("a")))
        await go_on.wait()
        await call.send(wire(line("b"), DONE))

    async with against(script) as (engine, server):
        first, other = [asyncio.create_task(hear(engine)) for _ in range(2)]
        await server.chat(1)
        first.cancel()
        await asyncio.wait({first})
        go_on.set()
        assert (await other).text == "ab"
