"""The engine in this process, with the small real weights that come as a package."""

import asyncio
import struct
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import pytest
import pytest_asyncio

from core.engines.embedded.download import Fetch
from core.engines.embedded.engine import Embedded
from core.engines.embedded.weights import usable
from core.engines.protocol import Loading, Message, Request, Sampling, Text
from core.errors import EngineError
from tests.support.engines.engine_answers import hear

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Embedded, None]:
    """One for all tests that leave it as it is: loading takes longer than most of them."""
    engine = Embedded(tmp_path_factory.mktemp("home"), "smollm2", threads=1)
    yield engine
    await engine.close()


@pytest_asyncio.fixture(loop_scope="module")
async def fresh(tmp_path: Path) -> AsyncGenerator[Embedded, None]:
    """One that has not loaded anything."""
    engine = Embedded(tmp_path, "smollm2", threads=1)
    yield engine
    await engine.close()


def ask(*messages: Message, max_tokens: int | None = 8) -> Request:
    return Request("smollm2", messages, Sampling(temperature=0, max_tokens=max_tokens))


async def test_a_prompt_that_does_not_fit_is_refused_with_numbers(engine: Embedded) -> None:
    heard = await hear(engine, ask(Message("user", "word " * 9000)))
    assert heard.kind == "prompt_too_long"
    assert heard.error
    assert "where 8192 fit" in heard.error.message
    assert (await hear(engine, ask(Message("user", "hi")))).text


async def test_a_last_assistant_message_is_a_prefix(engine: Embedded) -> None:
    heard = await hear(engine, ask(Message("user", "Count to five."), Message("assistant", "One, two,")))
    assert heard.text.startswith(" three")


async def test_no_message_at_all_is_answered_somehow(engine: Embedded) -> None:
    heard = await hear(engine, ask())
    assert heard.error or heard.finished


async def test_characters_of_several_bytes_come_whole(engine: Embedded) -> None:
    question = Message("user", "Repeat these emojis.")
    heard = await hear(
        engine, ask(question, Message("assistant", "😀😀😀🎉🎉日本語日本語😀😀😀🎉🎉日本語日"), max_tokens=12)
    )
    heard.text.encode()
    assert "\N{REPLACEMENT CHARACTER}" not in heard.text
    assert not heard.text.isascii()


async def test_it_says_how_far_it_has_read(fresh: Embedded) -> None:
    heard = await hear(fresh, ask(Message("user", "word " * 130), max_tokens=1))
    loading = [piece for piece in heard.pieces if isinstance(piece, Loading)]
    assert loading[0].message == "loading smollm2"
    fractions = [piece.fraction for piece in loading if piece.fraction is not None]
    assert len(fractions) >= 3
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1


async def test_the_loop_runs_on_while_the_model_writes(engine: Embedded) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    ticking = asyncio.create_task(tick())
    await hear(engine, ask(Message("user", "word " * 100), max_tokens=20))
    ticking.cancel()
    assert ticks > 10


async def test_closing_the_engine_ends_a_run(tmp_path: Path) -> None:
    engine = Embedded(tmp_path, "smollm2", threads=1)
    async with (
        asyncio.timeout(20),
        aclosing(engine.generate(ask(Message("user", "Count."), max_tokens=None))) as pieces,
    ):
        async for piece in pieces:
            if isinstance(piece, Text):
                break
        await engine.close()
        with pytest.raises(EngineError) as raised:
            async for _ in pieces:
                pass
    assert raised.value.kind == "connection_lost"


async def test_closing_the_engine_ends_a_run_that_waits(fresh: Embedded) -> None:
    request = ask(Message("user", "Count."), max_tokens=None)
    await hear(fresh, ask(Message("user", "hi"), max_tokens=1))
    first = asyncio.create_task(hear(fresh, request))
    second = asyncio.create_task(hear(fresh, request))
    await asyncio.wait({first, second}, timeout=0.1)
    async with asyncio.timeout(20):
        await fresh.close()
        assert [(await task).kind for task in (first, second)] == ["connection_lost", "connection_lost"]
    assert (await hear(fresh, request)).kind == "engine_failed"


async def test_two_slots_answer_at_once(tmp_path: Path) -> None:
    engine = Embedded(tmp_path, "smollm2", 2, threads=1)
    order: list[int] = []

    async def follow(number: int) -> None:
        async with aclosing(engine.generate(ask(Message("user", "Count to one hundred."), max_tokens=20))) as pieces:
            async for piece in pieces:
                order.extend([number] * isinstance(piece, Text))

    async with asyncio.timeout(20):
        await asyncio.gather(follow(1), follow(2))
    assert order != sorted(order)
    assert order != sorted(order, reverse=True)
    await engine.close()


async def test_stopping_while_it_loads_leaves_it_loading(fresh: Embedded) -> None:
    pieces = fresh.generate(ask(Message("user", "hi")))
    assert await anext(pieces) == Loading("loading smollm2")
    waiting = asyncio.ensure_future(anext(pieces))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({waiting})
    await pieces.aclose()
    assert (await hear(fresh, ask(Message("user", "hi")))).text


async def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, 0))
    engine = Embedded(tmp_path, str(path))
    assert engine.default_model == "mine"
    assert (await hear(engine, Request("mine", (Message("user", "hi"),)))).kind == "load_failed"
    await engine.close()


async def test_a_path_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "My Model.gguf"
    path.symlink_to(usable(tmp_path, "smollm2")[0].path)
    engine = Embedded(tmp_path, str(path))
    [model] = await engine.models()
    assert (model.name, model.context, model.size) == ("My Model", 8192, 98362432)
    assert (await engine.health()).model_ready
    await engine.close()


async def test_off(tmp_path: Path) -> None:
    engine = Embedded(tmp_path, "off")
    engine.prepare()
    health = await engine.health()
    assert not health.engine_ready
    assert "LIVEWRIGHT_EMBEDDED_MODEL" in health.engine_message
    assert await engine.models() == []
    assert (await hear(engine, ask(Message("user", "hi")))).kind == "model_not_found"
    await engine.close()


async def test_the_advice_stays_the_same_while_weights_are_fetched(
    fresh: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    advice = set()
    for had in (1, 500):
        monkeypatch.setattr(Fetch, "progress", (had, 1000))
        advice.add((await fresh.health()).advice)
    assert len(advice) == 1
