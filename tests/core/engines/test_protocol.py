"""The contract of ``protocol.Engine``, which every engine keeps; each is one parameter of these tests."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

import pytest
import pytest_asyncio

from core.engines.embedded.engine import EmbeddedEngine
from core.engines.embedded.process import LlamaProcess
from core.engines.ollama.engine import OllamaEngine
from core.engines.openai.engine import OpenAiEngine
from core.engines.protocol import (
    Engine,
    EngineEvent,
    GenerationRequest,
    Message,
    Progress,
    ProgressPhase,
    Sampling,
    StreamEnd,
    TextDelta,
    ThinkingDelta,
)
from tests.support.engines.engine_answers import CollectedAnswer, collect_answer
from tests.support.engines.openai_engine import delta
from tests.support.engines.openai_engine import events as encode_events
from tests.support.servers.scripted_server import (
    DONE_LINE,
    Call,
    answer_json,
    content_line,
    encode_lines,
    scripted_server,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

BOUND = 10.0
LONG_PROMPT = "Remember these words. " * 250


@dataclass
class Subject:
    """An engine, and how to wait until its model was told to stop.

    ``reads`` waits until the model reads the prompt, for an engine without a ``Progress`` that says so.
    """

    engine: Engine
    told_to_stop: Callable[[], Awaitable[object]]
    reads: Callable[[], Awaitable[object]] | None = None

    def request(self, prompt: str = "Count from one to one hundred.", max_tokens: int | None = 8) -> GenerationRequest:
        sampling = Sampling(temperature=0, seed=1, max_tokens=max_tokens)
        return GenerationRequest(self.engine.default_model, (Message("user", prompt),), sampling)


async def model(call: Call) -> None:
    """Ollama with a model that writes as many words as it is asked for, and never begins on a long prompt."""
    if len(call.body["messages"][0]["content"]) > 1000:
        return await call.wait_until_closed()
    await call.send_head()
    for _ in range(min(call.body["options"]["num_predict"], 1000)):
        await call.send(encode_lines(content_line("one ")))
    await call.send(encode_lines(DONE_LINE | {"done_reason": "length"}))
    return await call.wait_until_closed()


@asynccontextmanager
async def ollama(*_: object) -> AsyncGenerator[Subject, None]:
    async def loaded(call: Call) -> None:
        await server.wait_for_chat()
        await answer_json({"models": [{"name": "m"}]})(call)

    async def told_to_stop() -> None:
        await server.chats[-1].closed.wait()

    async with scripted_server([model], {"/api/ps": loaded}) as server:
        engine = OllamaEngine(server.url, "m", retry_delays=(), poll_interval=0.02)
        yield Subject(engine, told_to_stop)
        await engine.close()


async def chat_model(call: Call) -> None:
    """The same model behind an OpenAI-compatible server."""
    if len(call.body["messages"][0]["content"]) > 1000:
        return await call.wait_until_closed()
    await call.send_head(content_type="text/event-stream")
    for _ in range(min(call.body.get("max_tokens", 1000), 1000)):
        await call.send(encode_events(delta(content="one ")))
    usage = {"prompt_tokens": 9, "completion_tokens": 5}
    await call.send(
        encode_events(delta("length"), {"choices": [], "usage": usage, "timings": {"predicted_ms": 20}}, "[DONE]")
    )
    return await call.wait_until_closed()


@asynccontextmanager
async def openai(*_: object) -> AsyncGenerator[Subject, None]:
    async with scripted_server([chat_model]) as server:
        engine = OpenAiEngine(server.url + "/v1", "key", "m", retry_delays=())

        async def reading() -> None:
            await server.wait_for_chat()

        async def told_to_stop() -> None:
            await server.chats[-1].closed.wait()

        yield Subject(engine, told_to_stop, reading)
        await engine.close()


@asynccontextmanager
async def openai_of_llama(_: EmbeddedEngine, peer: LlamaProcess) -> AsyncGenerator[Subject, None]:
    engine = OpenAiEngine(peer.url, peer.key, "smollm2", retry_delays=())
    yield Subject(engine, free_slot(engine))
    await engine.close()


@asynccontextmanager
async def embedded(engine: EmbeddedEngine, _: LlamaProcess) -> AsyncGenerator[Subject, None]:
    yield Subject(engine, free_slot(engine))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def loaded(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[EmbeddedEngine, None]:
    """One engine for all tests here: loading takes longer than most of them."""
    engine = EmbeddedEngine(tmp_path_factory.mktemp("home"), "smollm2", threads=1)
    yield engine
    await engine.close()


def free_slot(engine: Engine) -> Callable[[], Awaitable[object]]:
    """The only slot takes up another run as soon as the one before has been stopped."""
    request = GenerationRequest("smollm2", (Message("user", "hi"),), Sampling(max_tokens=1))
    return lambda: collect_answer(engine, request)


@pytest_asyncio.fixture(params=[ollama, openai, openai_of_llama, embedded], loop_scope="module")
async def subject(
    request: pytest.FixtureRequest, loaded: EmbeddedEngine, peer: LlamaProcess
) -> AsyncGenerator[Subject, None]:
    async with request.param(loaded, peer) as subject:
        yield subject


def in_order(events: list[EngineEvent]) -> bool:
    """Progress*, then TextDelta and ThinkingDelta, then one StreamEnd."""
    ranks = {Progress: 0, TextDelta: 1, ThinkingDelta: 1, StreamEnd: 2}
    order = [ranks[type(event)] for event in events]
    return order == sorted(order) and order.count(2) == 1


async def test_the_order_of_events(subject: Subject) -> None:
    heard = await collect_answer(subject.engine, subject.request())
    assert in_order(heard.events), heard
    assert heard.text


async def test_a_limit_is_told(subject: Subject) -> None:
    finished = (await collect_answer(subject.engine, subject.request(max_tokens=5))).finish
    assert finished.finish_reason == "length"
    assert finished.completion_tokens
    assert finished.prompt_tokens
    assert finished.generation_seconds


async def test_the_same_request_gives_the_same_text(subject: Subject) -> None:
    first, second = [await collect_answer(subject.engine, subject.request()) for _ in range(2)]
    assert first.text == second.text


async def test_closing_in_the_middle_stops_the_model(subject: Subject) -> None:
    pieces = subject.engine.generate(subject.request(max_tokens=None))
    async with asyncio.timeout(BOUND), aclosing(pieces):
        async for piece in pieces:
            if isinstance(piece, TextDelta):
                break
    async with asyncio.timeout(BOUND):
        await subject.told_to_stop()
    assert [piece async for piece in pieces] == []
    assert (await collect_answer(subject.engine, subject.request())).finish


async def test_cancelling_before_the_first_text_stops_the_model(subject: Subject) -> None:
    reading = asyncio.Event()
    heard: list[EngineEvent] = []

    async def listen() -> None:
        async with aclosing(subject.engine.generate(subject.request(LONG_PROMPT))) as pieces:
            async for piece in pieces:
                heard.append(piece)
                if isinstance(piece, Progress) and piece.phase is ProgressPhase.READING:
                    reading.set()

    task = asyncio.create_task(listen())
    async with asyncio.timeout(BOUND):
        await (subject.reads or reading.wait)()
        task.cancel()
        await asyncio.wait({task})
        await subject.told_to_stop()
    assert task.cancelled()
    assert all(isinstance(piece, Progress) for piece in heard)
    assert (await collect_answer(subject.engine, subject.request())).finish


async def test_closing_before_the_first_step_does_nothing(subject: Subject) -> None:
    await subject.engine.generate(subject.request()).aclose()
    assert (await collect_answer(subject.engine, subject.request())).finish


async def test_many_at_once(subject: Subject) -> None:
    heard: list[CollectedAnswer] = await asyncio.gather(
        *(collect_answer(subject.engine, subject.request()) for _ in range(3))
    )
    assert len({each.text for each in heard}) == 1
    assert all(in_order(each.events) for each in heard)


async def test_health_and_models_agree(subject: Subject) -> None:
    health, models = await subject.engine.health(), await subject.engine.models()
    assert health.engine_ready
    assert health.model_ready
    assert health.model == subject.engine.default_model == models[0].name
    assert {model.engine for model in models} == {subject.engine.name}


async def test_half_a_character_in_the_prompt_ends_in_a_sentence_or_an_answer(subject: Subject) -> None:
    heard = await collect_answer(subject.engine, subject.request("\ud83d and \0 and \r\n"))
    assert heard.error or heard.finish


async def test_an_empty_prompt_ends_in_a_sentence_or_an_answer(subject: Subject) -> None:
    heard = await collect_answer(subject.engine, subject.request(""))
    assert heard.error or heard.finish
