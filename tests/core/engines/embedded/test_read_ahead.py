"""Prompts that are read before they are asked, by the small real weights."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import pytest
import pytest_asyncio

from core.engines.embedded.engine import EmbeddedEngine
from core.engines.protocol import GenerationRequest, Message, Progress, Sampling, TextDelta
from tests.support.engines.engine_answers import collect_answer

pytestmark = pytest.mark.asyncio(loop_scope="module")

BOOKS, SHIPS = "book shelf paper " * 100, "ship sail water " * 100
MAX_READ_AGAIN = 80
"""Tokens: the last batch is read with the answer's first token."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[EmbeddedEngine, None]:
    engine = EmbeddedEngine(tmp_path_factory.mktemp("home"), "smollm2", threads=1)
    yield engine
    await engine.close()


def ask(words: str) -> GenerationRequest:
    return GenerationRequest("smollm2", (Message("user", words),), Sampling(temperature=0, max_tokens=4))


async def tokens_read(engine: EmbeddedEngine, request: GenerationRequest) -> int:
    """How many tokens of its prompt a run has still to read."""
    least_done = total = 0
    async with asyncio.timeout(60), aclosing(engine.generate(request)) as events:
        async for event in events:
            match event:
                case Progress(done=int(done), total=int(total)):
                    least_done = least_done or done
                case TextDelta():
                    break
    return total - least_done


async def read(engine: EmbeddedEngine, request: GenerationRequest) -> None:
    engine.read_ahead(request)
    async with asyncio.timeout(60):
        await asyncio.gather(engine._reading or asyncio.sleep(0))


async def test_what_was_read_ahead_is_not_read_again_nor_lost_to_another_prompt(engine: EmbeddedEngine) -> None:
    whole = await tokens_read(engine, ask(f"{BOOKS} once"))
    assert whole > 3 * MAX_READ_AGAIN
    await read(engine, ask(SHIPS))
    assert await tokens_read(engine, ask(SHIPS)) < MAX_READ_AGAIN
    assert await tokens_read(engine, ask(f"{BOOKS} twice")) < MAX_READ_AGAIN
    assert await tokens_read(engine, ask(f"{SHIPS} again")) < MAX_READ_AGAIN


async def test_a_run_ends_the_reading_and_answers(engine: EmbeddedEngine) -> None:
    engine.read_ahead(ask("tree leaf root " * 1500))
    await asyncio.sleep(0.2)
    async with asyncio.timeout(60):
        assert (await collect_answer(engine, ask("hi"))).text
    assert engine._reading is None


async def test_while_a_run_writes_nothing_is_read(engine: EmbeddedEngine) -> None:
    async with asyncio.timeout(60), aclosing(engine.generate(ask("Count to ten."))) as events:
        await anext(events)
        await read(engine, ask("hill rock sand " * 50))
    assert await tokens_read(engine, ask("hill rock sand " * 50)) > MAX_READ_AGAIN


async def test_weights_that_are_not_there_are_told_by_the_run_alone(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, "smollm2", threads=1)
    await read(engine, GenerationRequest("nothing", (Message("user", "hi"),)))
    assert (await collect_answer(engine, GenerationRequest("nothing", ()))).error_kind == "model_not_found"
    await engine.close()
