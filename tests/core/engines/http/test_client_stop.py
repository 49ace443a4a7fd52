"""A run can be stopped at every moment, and the server learns of it at once."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from time import perf_counter

import pytest

from core.engines.ollama.engine import OllamaEngine
from core.engines.protocol import EngineEvent, Progress, ProgressPhase, TextDelta
from tests.support.engines.engine_answers import SAMPLE_REQUEST, collect_answer
from tests.support.engines.ollama_engine import MODEL_LOADED, ollama_with_server
from tests.support.servers.scripted_server import (
    DONE_LINE,
    Call,
    Script,
    ScriptedServer,
    content_line,
    encode_lines,
    never_answer,
)

PROMPT_MILLISECONDS = 100
TRIES = 3
"""The fastest of so many counts: other programs share the machine."""


async def half_a_line(call: Call) -> None:
    await call.send_head()
    await call.send(encode_lines(content_line("a")) + encode_lines(content_line("lost"))[:20])
    await call.wait_until_closed()


async def flood(call: Call) -> None:
    await call.send_head()
    data = encode_lines(*[content_line("x")] * 1000)
    reading = asyncio.create_task(call.wait_until_closed())
    while not call.closed.is_set() and not call.writer.is_closing():
        await call.send(data)
    await reading


async def head_alone(call: Call) -> None:
    await call.send_head()
    await call.wait_until_closed()


@asynccontextmanager
async def listening(engine: OllamaEngine, heard: list[EngineEvent]) -> AsyncGenerator[asyncio.Task[None], None]:
    async def listen() -> None:
        async with aclosing(engine.generate(SAMPLE_REQUEST)) as pieces:
            async for piece in pieces:
                heard.append(piece)
                await asyncio.sleep(0)

    task = asyncio.create_task(listen())
    yield task
    task.cancel()
    await asyncio.wait({task})


async def arrived(server: ScriptedServer, _: list[EngineEvent]) -> None:
    await server.wait_for_chat(len(server.chats))


async def writing(_: ScriptedServer, heard: list[EngineEvent]) -> None:
    while not any(isinstance(piece, TextDelta) for piece in heard):  # noqa: ASYNC110 - the list is a plain one
        await asyncio.sleep(0.001)


Moment = Callable[[ScriptedServer, list[EngineEvent]], Awaitable[None]]


@pytest.mark.parametrize(
    ("script", "moment"),
    [(never_answer, arrived), (head_alone, arrived), (half_a_line, writing), (flood, writing)],
    ids=["before the head", "in the prompt", "in the middle of a line", "in a flood"],
)
async def test_stopping_is_seen_by_ollama_at_once(script: Script, moment: Moment) -> None:
    delays = []
    for _ in range(TRIES):
        async with ollama_with_server(script) as (engine, server):
            heard: list[EngineEvent] = []
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
    async with ollama_with_server(never_answer, routes={route: never_answer}) as (engine, server):
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
    async with ollama_with_server(retry_delays=(60.0,)) as (engine, server):
        pass
    engine = OllamaEngine(server.url, "m", retry_delays=(60.0,))
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
        await call.send_head()
        await call.send(encode_lines(content_line("a")))
        await never.wait()

    async with ollama_with_server(deaf, never_answer, routes={"/api/ps": MODEL_LOADED}) as (engine, _):
        heard: list[EngineEvent] = []
        async with listening(engine, heard) as task:
            await writing(_, heard)
            began = perf_counter()
            task.cancel()
            await asyncio.wait({task})
            assert perf_counter() - began < 1
        async with aclosing(engine.generate(SAMPLE_REQUEST)) as pieces:
            assert [await anext(pieces) for _ in range(2)][1] == Progress(ProgressPhase.READING)
        never.set()


async def test_stopping_one_run_leaves_the_others() -> None:
    go_on = asyncio.Event()

    async def script(call: Call) -> None:
        await call.send_head()
        await call.send(encode_lines(content_line("a")))
        await go_on.wait()
        await call.send(encode_lines(content_line("b"), DONE_LINE))

    async with ollama_with_server(script) as (engine, server):
        first, other = [asyncio.create_task(collect_answer(engine)) for _ in range(2)]
        await server.wait_for_chat(1)
        first.cancel()
        await asyncio.wait({first})
        go_on.set()
        assert (await other).text == "ab"
