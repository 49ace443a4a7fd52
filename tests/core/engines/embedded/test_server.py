"""The server in the child process: who may use it, and when it ends."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import httpx
import pytest

from core.engines.embedded.process import PROJECT_ROOT, LlamaProcess
from core.engines.protocol import StreamEnd
from tests.support.engines.llama_process import ask_process, is_running, wait_until_gone

ORPHAN = """
import asyncio, pathlib
from core.engines.embedded.process import LlamaProcess
from core.engines.embedded.weights import usable_weights

async def main():
    llama = await LlamaProcess.start(usable_weights(pathlib.Path("nowhere"), "smollm2")[0], 1, 1)
    print(llama._process.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_its_port_lets_nobody_in(peer: LlamaProcess) -> None:
    assert "127.0.0.1" in peer.url
    async with httpx.AsyncClient(base_url=peer.url, trust_env=False) as client:
        assert (await client.post("/v1/chat/completions", json={"messages": []})).status_code == 401
        assert (await client.get("/slots")).status_code == 401
        assert (await client.get("/")).status_code == 404


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="reads /proc")
async def test_its_key_is_nowhere_to_be_read(peer: LlamaProcess) -> None:
    for file in ("cmdline", "environ"):
        read = await asyncio.to_thread(Path(f"/proc/{peer._process.pid}/{file}").read_bytes)
        assert peer.key.encode() not in read
    assert peer.key not in repr(peer._client)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
async def test_it_never_outlives_its_parent(end: signal.Signals) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        ORPHAN,
        cwd=PROJECT_ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert parent.stdout
    child = int(await parent.stdout.readline())
    assert is_running(child)
    parent.send_signal(end)
    await parent.wait()
    await wait_until_gone(child)


async def test_a_signal_to_the_whole_group_is_the_parents_affair(peer: LlamaProcess) -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM):
        os.kill(peer._process.pid, ignored)
    assert isinstance((await ask_process(peer, max_tokens=2))[-1], StreamEnd)
    assert peer.is_alive
