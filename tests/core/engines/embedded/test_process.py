"""The child process in which llama.cpp runs."""

import asyncio
import os
import signal
import sys
from contextlib import aclosing
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest

from core.engines.embedded.engine import Embedded
from core.engines.embedded.process import ROOT, Llama, usable_cores
from core.engines.embedded.weights import usable
from core.engines.protocol import Finished, Loading, Message, Piece, Request, Sampling, Text
from core.errors import EngineError
from tests.support.engines.engine_answers import hear

TRIES = 2
"""The best of so many counts: other programs share the machine."""
ORPHAN = """
import asyncio, pathlib
from core.engines.embedded.process import Llama
from core.engines.embedded.weights import usable

async def main():
    llama = await Llama.start(usable(pathlib.Path("nowhere"), "smollm2")[0], 1, 1)
    print(llama._process.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def question(text: str = "Count.", max_tokens: int | None = None) -> Request:
    return Request("smollm2", (Message("user", text),), Sampling(temperature=0, max_tokens=max_tokens))


async def answered(llama: Llama, **body: Any) -> list[Piece]:
    whole = {"model": "smollm2", "messages": [{"role": "user", "content": "hi"}], "stream": True} | body
    async with aclosing(llama.answer(whole, question())) as pieces:
        return [piece async for piece in pieces]


async def gone(process_id: int) -> None:
    """Wait until the system knows no such process, or one that only waits to be reaped."""
    async with asyncio.timeout(10):
        while _state(process_id) not in ("", "Z"):  # noqa: ASYNC110 - another process sets no event
            await asyncio.sleep(0.01)


def _state(process_id: int) -> str:
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(") ")[2][:1]
    except OSError:
        return ""


async def test_its_port_lets_nobody_in(peer: Llama) -> None:
    assert "127.0.0.1" in peer.url
    async with httpx.AsyncClient(base_url=peer.url, trust_env=False) as client:
        assert (await client.post("/v1/chat/completions", json={"messages": []})).status_code == 401
        assert (await client.get("/slots")).status_code == 401
        assert (await client.get("/")).status_code == 404


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="reads /proc")
async def test_its_key_is_nowhere_to_be_read(peer: Llama) -> None:
    for file in ("cmdline", "environ"):
        read = await asyncio.to_thread(Path(f"/proc/{peer._process.pid}/{file}").read_bytes)
        assert peer.key.encode() not in read
    assert peer.key not in repr(vars(peer)["_remote"])


@pytest.mark.parametrize("wrong", [{"grammar": "root ::= ("}, {"messages": [{"role": "user", "content": 7}]}])
async def test_what_it_refuses_ends_in_a_sentence(peer: Llama, wrong: dict[str, Any]) -> None:
    with pytest.raises(EngineError) as raised:
        await answered(peer, **wrong)
    assert raised.value.kind == "engine_failed"
    assert isinstance((await answered(peer, max_tokens=2))[-1], Finished)


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
        llama = await Llama.start(usable(tmp_path, "smollm2")[0], slots=1, threads=1)
        ticking.cancel()
        await llama.close()
    assert min(worst) < 0.15


@pytest.mark.parametrize("text", ["Count.", "Remember these words. " * 250])
async def test_a_stopped_run_gives_its_slot_back(peer: Llama, text: str) -> None:
    body = {
        "model": "smollm2",
        "messages": [{"role": "user", "content": text}],
        "stream": True,
        "return_progress": True,
    }
    await answered(peer, max_tokens=1)
    async with aclosing(peer.answer(body, question())) as pieces:
        async for piece in pieces:
            if isinstance(piece, Text) or (isinstance(piece, Loading) and 0 < (piece.fraction or 0) < 0.5):
                break
    began = monotonic()
    await answered(peer, max_tokens=1)
    assert monotonic() - began < 5


async def test_a_crash_ends_the_run_and_the_next_one_loads_again(tmp_path: Path) -> None:
    engine = Embedded(tmp_path, "smollm2", threads=1)
    [*_, first] = [await hear(engine, question(max_tokens=1)), engine._loads[0].task.result()]
    assert isinstance(first, Llama)
    with pytest.raises(EngineError) as raised:  # noqa: PT012 - the crash comes in the middle
        async with aclosing(engine.generate(question())) as pieces:
            async for piece in pieces:
                if isinstance(piece, Text):
                    os.kill(first._process.pid, signal.SIGKILL)
    assert raised.value.kind == "connection_lost"
    assert raised.value.retryable
    heard = await hear(engine, question(max_tokens=3))
    assert heard.text
    assert Loading("loading smollm2") in heard.pieces
    await engine.close()


async def test_a_death_between_two_runs_is_noticed_by_the_second(tmp_path: Path) -> None:
    engine = Embedded(tmp_path, "smollm2", threads=1)
    await hear(engine, question(max_tokens=1))
    os.kill(engine._loads[0].task.result()._process.pid, signal.SIGKILL)
    assert (await hear(engine, question(max_tokens=3))).text
    await engine.close()


async def test_closing_leaves_no_process(tmp_path: Path) -> None:
    llama = await Llama.start(usable(tmp_path, "smollm2")[0], slots=1, threads=1)
    await llama.close()
    assert not llama.alive
    await gone(llama._process.pid)
    await llama.close()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
async def test_it_never_outlives_its_parent(end: signal.Signals) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ORPHAN, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    assert parent.stdout
    child = int(await parent.stdout.readline())
    assert _state(child) not in ("", "Z")
    parent.send_signal(end)
    await parent.wait()
    await gone(child)


async def test_a_signal_to_the_whole_group_is_the_parents_affair(peer: Llama) -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM):
        os.kill(peer._process.pid, ignored)
    assert isinstance((await answered(peer, max_tokens=2))[-1], Finished)
    assert peer.alive


async def test_stopping_the_load_leaves_no_process(tmp_path: Path) -> None:
    before = _children()
    loading = asyncio.create_task(Llama.start(usable(tmp_path, "smollm2")[0], slots=1, threads=1))
    async with asyncio.timeout(10):
        while not (begun := _children() - before):  # noqa: ASYNC110 - another process sets no event
            await asyncio.sleep(0.001)
    loading.cancel()
    await asyncio.wait({loading})
    for process_id in begun:
        await gone(process_id)


def _children() -> set[int]:
    listed = Path(f"/proc/self/task/{os.getpid()}/children")
    return set(map(int, listed.read_text().split()))


def test_there_is_a_core() -> None:
    assert usable_cores() >= 1
