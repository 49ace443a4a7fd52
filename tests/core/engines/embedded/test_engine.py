"""The embedded engine, with the small real weights that come as a package."""

import asyncio
import struct
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import pytest
import pytest_asyncio

from core.engines.embedded.engine import EmbeddedEngine
from core.engines.embedded.weights import SMOLLM2, qwen_path, usable_weights
from core.engines.protocol import GenerationRequest, Message, Progress, ProgressPhase, Sampling, TextDelta
from core.errors import EngineError
from tests.support.engines.engine_answers import collect_answer
from tests.support.engines.weights_download import waiting_download
from tests.support.servers.weight_servers import DATA

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[EmbeddedEngine, None]:
    """One for all tests that leave it as it is: loading takes longer than most of them."""
    engine = EmbeddedEngine(tmp_path_factory.mktemp("home"), "smollm2", threads=1)
    yield engine
    await engine.close()


@pytest_asyncio.fixture(loop_scope="module")
async def fresh(tmp_path: Path) -> AsyncGenerator[EmbeddedEngine, None]:
    """One that has not loaded anything."""
    engine = EmbeddedEngine(tmp_path, "smollm2", threads=1)
    yield engine
    await engine.close()


def ask(*messages: Message, max_tokens: int | None = 8) -> GenerationRequest:
    return GenerationRequest("smollm2", messages, Sampling(temperature=0, max_tokens=max_tokens))


async def test_a_prompt_that_does_not_fit_is_refused_with_numbers(engine: EmbeddedEngine) -> None:
    heard = await collect_answer(engine, ask(Message("user", "word " * 9000)))
    assert heard.error_kind == "prompt_too_long"
    assert heard.error
    assert "where 8192 fit" in heard.error.message
    assert (await collect_answer(engine, ask(Message("user", "hi")))).text


async def test_a_last_assistant_message_is_a_prefix(engine: EmbeddedEngine) -> None:
    heard = await collect_answer(engine, ask(Message("user", "Count to five."), Message("assistant", "One, two,")))
    assert heard.text.startswith(" three")


async def test_no_message_at_all_is_answered_somehow(engine: EmbeddedEngine) -> None:
    heard = await collect_answer(engine, ask())
    assert heard.error or heard.finish


async def test_characters_of_several_bytes_come_whole(engine: EmbeddedEngine) -> None:
    question = Message("user", "Repeat these emojis.")
    heard = await collect_answer(
        engine, ask(question, Message("assistant", "😀😀😀🎉🎉日本語日本語😀😀😀🎉🎉日本語日"), max_tokens=12)
    )
    heard.text.encode()
    assert "\N{REPLACEMENT CHARACTER}" not in heard.text
    assert not heard.text.isascii()


async def test_it_says_how_far_it_has_read(fresh: EmbeddedEngine) -> None:
    heard = await collect_answer(fresh, ask(Message("user", "word " * 130), max_tokens=1))
    loading = [piece for piece in heard.events if isinstance(piece, Progress)]
    assert loading[0] == Progress(ProgressPhase.LOADING)
    fractions = [piece.fraction for piece in loading if piece.fraction is not None]
    assert len(fractions) >= 3
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


async def test_the_loop_runs_on_while_the_model_writes(engine: EmbeddedEngine) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    ticking = asyncio.create_task(tick())
    await collect_answer(engine, ask(Message("user", "word " * 100), max_tokens=20))
    ticking.cancel()
    assert ticks > 10


async def test_closing_the_engine_ends_a_run(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, "smollm2", threads=1)
    async with (
        asyncio.timeout(20),
        aclosing(engine.generate(ask(Message("user", "Count."), max_tokens=None))) as pieces,
    ):
        async for piece in pieces:
            if isinstance(piece, TextDelta):
                break
        await engine.close()
        with pytest.raises(EngineError) as raised:
            async for _ in pieces:
                pass
    assert raised.value.error_code == "connection_lost"


async def test_closing_the_engine_ends_a_run_that_waits(fresh: EmbeddedEngine) -> None:
    request = ask(Message("user", "Count."), max_tokens=None)
    await collect_answer(fresh, ask(Message("user", "hi"), max_tokens=1))
    first = asyncio.create_task(collect_answer(fresh, request))
    second = asyncio.create_task(collect_answer(fresh, request))
    await asyncio.wait({first, second}, timeout=0.1)
    async with asyncio.timeout(20):
        await fresh.close()
        assert {(await task).error_kind for task in (first, second)} <= {"connection_lost", "engine_unreachable"}
    assert (await collect_answer(fresh, request)).error_kind == "engine_failed"


async def test_two_slots_answer_at_once(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, "smollm2", 2, threads=1)
    order: list[int] = []

    async def follow(number: int) -> None:
        async with aclosing(engine.generate(ask(Message("user", "Count to one hundred."), max_tokens=20))) as pieces:
            async for piece in pieces:
                if isinstance(piece, TextDelta):
                    order.append(number)  # noqa: PERF401 - in the order of arrival

    async with asyncio.timeout(20):
        await asyncio.gather(follow(1), follow(2))
    assert order != sorted(order)
    assert order != sorted(order, reverse=True)
    await engine.close()


async def test_stopping_while_it_loads_leaves_it_loading(fresh: EmbeddedEngine) -> None:
    pieces = fresh.generate(ask(Message("user", "hi")))
    assert await anext(pieces) == Progress(ProgressPhase.LOADING)
    waiting = asyncio.ensure_future(anext(pieces))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})
    await pieces.aclose()
    assert (await collect_answer(fresh, ask(Message("user", "hi")))).text


async def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, 0))
    engine = EmbeddedEngine(tmp_path, str(path))
    assert engine.default_model == "mine"
    assert (
        await collect_answer(engine, GenerationRequest("mine", (Message("user", "hi"),)))
    ).error_kind == "load_failed"
    await engine.close()


async def test_a_path_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "My Model.gguf"
    path.symlink_to(usable_weights(tmp_path, "smollm2")[0].path)
    engine = EmbeddedEngine(tmp_path, str(path))
    [model] = await engine.models()
    assert (model.name, model.context, model.size) == ("My Model", 8192, 98362432)
    assert (await engine.health()).model_ready
    await engine.close()


async def test_off(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, "off")
    engine.prepare()
    assert not (await engine.health()).engine_ready
    assert await engine.models() == []
    assert (await collect_answer(engine, ask(Message("user", "hi")))).error_kind == "model_not_found"
    await engine.close()


async def test_a_download_is_told(tmp_path: Path) -> None:
    async with waiting_download(qwen_path(tmp_path)) as (download, _):
        engine = EmbeddedEngine(tmp_path, "auto", download=download)
        engine.prepare()
        health = await engine.health()
        assert (health.model, health.model_ready, health.download_progress) == (SMOLLM2, True, (100, len(DATA)))
        await engine.close()
