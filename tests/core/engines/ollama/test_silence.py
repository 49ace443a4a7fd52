"""Ollama says nothing while it loads and reads; a run is told so, waits, and can be stopped at every moment."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from time import perf_counter

import pytest

from core.engines.ollama.engine import OllamaEngine
from core.engines.protocol import EngineEvent, Progress, TextDelta
from tests.support.engines.engine_answers import SAMPLE_REQUEST, collect_answer
from tests.support.engines.ollama_engine import ask_ollama, ollama_with_server
from tests.support.servers.scripted_server import (
    DONE_LINE,
    Call,
    Script,
    ScriptedServer,
    answer_bytes,
    answer_json,
    answer_lines,
    content_line,
    encode_lines,
    never_answer,
)

LOADED = answer_json({"models": [{"name": "m:latest"}]})
PROMPT_MILLISECONDS = 100
TRIES = 3
"""The fastest of so many counts: other programs share the machine."""


async def test_silence_before_the_first_word_has_no_limit_and_is_explained() -> None:
    async with (
        ollama_with_server(never_answer, routes={"/api/ps": LOADED}, idle_timeout=0.001) as (engine, _),
        aclosing(engine.generate(SAMPLE_REQUEST)) as pieces,
    ):
        heard = [await anext(pieces) for _ in range(4)]
    assert heard == [Progress("loading the model"), *[Progress("reading the prompt")] * 3]


async def test_a_head_without_a_word_has_no_limit_either() -> None:
    async def script(call: Call) -> None:
        await call.send_head()
        await asyncio.sleep(0.2)
        await call.send(encode_lines(content_line("a"), DONE_LINE))

    assert (await ask_ollama(script, idle_timeout=0.05)).text == "a"


async def test_a_long_wait_comes_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.engines.ollama.engine.BUSY_HINT_DELAY", 0.05)
    async with (
        ollama_with_server(never_answer, routes={"/api/ps": LOADED}) as (engine, _),
        aclosing(engine.generate(SAMPLE_REQUEST)) as pieces,
    ):
        async for piece in pieces:
            if isinstance(piece, Progress) and "restart Ollama" in piece.message:
                return


async def test_what_it_does_may_stay_unknown() -> None:
    async with (
        ollama_with_server(never_answer, routes={"/api/ps": answer_bytes(b"nonsense")}) as (engine, _),
        aclosing(engine.generate(SAMPLE_REQUEST)) as pieces,
    ):
        assert [await anext(pieces) for _ in range(3)] == [Progress("loading the model")] * 3


async def test_silence_in_the_middle_has_a_limit() -> None:
    heard = await ask_ollama(answer_lines(content_line("a"), ending="hang"), idle_timeout=0.1)
    assert (heard.text, heard.error_kind) == ("a", "idle")


async def test_a_slow_drip_is_no_silence() -> None:
    async def script(call: Call) -> None:
        await call.send_head()
        for byte in encode_lines(content_line("abc")):
            await call.send(bytes([byte]))
            await asyncio.sleep(0.005)
        await call.send(encode_lines(DONE_LINE))

    assert (await ask_ollama(script, idle_timeout=0.3)).text == "abc"


async def test_a_slow_reader_is_no_silence() -> None:
    script = answer_lines(content_line("a"), content_line("b"), DONE_LINE, size=30)
    async with (
        ollama_with_server(script, idle_timeout=0.05) as (engine, _),
        aclosing(engine.generate(SAMPLE_REQUEST)) as pieces,
    ):
        heard = []
        async for piece in pieces:
            heard.append(piece)
            await asyncio.sleep(0.06)
    assert [piece.text for piece in heard if isinstance(piece, TextDelta)] == ["a", "b"]


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

    async with ollama_with_server(deaf, never_answer, routes={"/api/ps": LOADED}) as (engine, _):
        heard: list[EngineEvent] = []
        async with listening(engine, heard) as task:
            await writing(_, heard)
            began = perf_counter()
            task.cancel()
            await asyncio.wait({task})
            assert perf_counter() - began < 1
        async with aclosing(engine.generate(SAMPLE_REQUEST)) as pieces:
            assert [await anext(pieces) for _ in range(2)][1] == Progress("reading the prompt")
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
