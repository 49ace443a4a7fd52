"""The child process in which llama.cpp runs."""

import asyncio
import os
import signal
from contextlib import aclosing
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from core.engines.embedded.engine import EmbeddedEngine
from core.engines.embedded.process import LlamaProcess
from core.engines.embedded.weights import usable_weights
from core.engines.protocol import Progress, ProgressPhase, StreamEnd, TextDelta
from core.errors import EngineError
from tests.support.engines.engine_answers import collect_answer
from tests.support.engines.llama_process import ask_process, question, wait_until_gone

TRIES = 2
"""The best of so many counts: other programs share the machine."""


@pytest.mark.parametrize("wrong", [{"grammar": "root ::= ("}, {"messages": [{"role": "user", "content": 7}]}])
async def test_what_it_refuses_ends_in_a_sentence(peer: LlamaProcess, wrong: dict[str, Any]) -> None:
    with pytest.raises(EngineError) as raised:
        await ask_process(peer, **wrong)
    assert raised.value.error_code == "engine_failed"
    assert isinstance((await ask_process(peer, max_tokens=2))[-1], StreamEnd)


async def test_the_loop_never_waits_while_weights_are_loaded(tmp_path: Path) -> None:
    worst: list[float] = []

    async def tick() -> None:
        while True:
            before = monotonic()
            await asyncio.sleep(0.005)
            worst[-1] = max(worst[-1], monotonic() - before)

    for _ in range(TRIES):
        worst.append(0.0)
        ticking = asyncio.create_task(tick())
        llama = await LlamaProcess.start(usable_weights(tmp_path, "smollm2")[0], slots=1, threads=1)
        ticking.cancel()
        await llama.close()
    assert min(worst) < 0.15


@pytest.mark.parametrize("text", ["Count.", "Remember these words. " * 250])
async def test_a_stopped_run_gives_its_slot_back(peer: LlamaProcess, text: str) -> None:
    body = {
        "model": "smollm2",
        "messages": [{"role": "user", "content": text}],
        "stream": True,
        "return_progress": True,
    }
    await ask_process(peer, max_tokens=1)
    async with aclosing(peer.stream_answer(body, question())) as pieces:
        async for piece in pieces:
            if isinstance(piece, TextDelta) or (isinstance(piece, Progress) and 0 < (piece.fraction or 0) < 0.5):
                break
    began = monotonic()
    await ask_process(peer, max_tokens=1)
    assert monotonic() - began < 5


async def test_a_crash_ends_the_run_and_the_next_one_loads_again(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, "smollm2", threads=1)
    [*_, first] = [await collect_answer(engine, question(max_tokens=1)), engine._pool._models[0].load.result()]
    assert isinstance(first, LlamaProcess)
    with pytest.raises(EngineError) as raised:  # noqa: PT012 - the crash comes in the middle
        async with aclosing(engine.generate(question())) as pieces:
            async for piece in pieces:
                if isinstance(piece, TextDelta):
                    os.kill(first._process.pid, signal.SIGKILL)
    assert raised.value.error_code == "connection_lost"
    assert raised.value.retryable
    heard = await collect_answer(engine, question(max_tokens=3))
    assert heard.text
    assert Progress(ProgressPhase.LOADING) in heard.events
    await engine.close()


async def test_a_death_between_two_runs_is_noticed_by_the_second(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path, "smollm2", threads=1)
    await collect_answer(engine, question(max_tokens=1))
    os.kill(engine._pool._models[0].load.result()._process.pid, signal.SIGKILL)
    assert (await collect_answer(engine, question(max_tokens=3))).text
    await engine.close()


async def test_closing_leaves_no_process(tmp_path: Path) -> None:
    llama = await LlamaProcess.start(usable_weights(tmp_path, "smollm2")[0], slots=1, threads=1)
    await llama.close()
    assert not llama.is_alive
    await wait_until_gone(llama._process.pid)
    await llama.close()


async def test_stopping_the_load_leaves_no_process(tmp_path: Path) -> None:
    before = _children()
    loading = asyncio.create_task(LlamaProcess.start(usable_weights(tmp_path, "smollm2")[0], slots=1, threads=1))
    async with asyncio.timeout(10):
        while not (begun := _children() - before):  # noqa: ASYNC110 - another process sets no event
            await asyncio.sleep(0.001)
    loading.cancel()
    await asyncio.wait({loading})
    for process_id in begun:
        await wait_until_gone(process_id)


def _children() -> set[int]:
    listed = Path(f"/proc/self/task/{os.getpid()}/children")
    return set(map(int, listed.read_text().split()))
