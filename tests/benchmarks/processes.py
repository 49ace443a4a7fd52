"""What every benchmark needs: a model that writes at a set pace, the programs to compare, and a meter for their CPU.

Each program runs in a process of its own, so that what is measured is its own work and nobody else's.
"""

import asyncio
import os
import re
import socket
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.servers.server_process import ROOT, running_server

CPUCLOCK_SCHED = 2
"""With a process's number, the clock of its CPU time in nanoseconds (clock_getcpuclockid in Linux's libc)."""
PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class MeasuredProcess:
    """A process under measurement."""

    url: str
    pid: int

    def cpu_seconds(self) -> float:
        """CPU seconds spent so far, user and system, of all threads."""
        return time.clock_gettime((~self.pid << 3) | CPUCLOCK_SCHED)

    def resident_bytes(self) -> int:
        """Resident bytes."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * PAGE_SIZE


@asynccontextmanager
async def running_module(module: str, *arguments: str) -> AsyncGenerator[MeasuredProcess, None]:
    """A module of this folder as a process; it says its address on its first line."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"tests.benchmarks.{module}", *arguments),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            url = (await process.stdout.readline()).decode().strip()
        yield MeasuredProcess(url, process.pid)
    finally:
        process.kill()
        await process.wait()


@dataclass
class MeasuredLivewright:
    """The product under measurement, with an account in it."""

    process: MeasuredProcess
    client: httpx.AsyncClient

    @property
    def headers(self) -> dict[str, str]:
        """What proves who reads."""
        return {"Authorization": self.client.headers["Authorization"]}

    def stream_url(self, project_id: int) -> str:
        """The address that starts the back end of a project, and streams it."""
        return f"{self.process.url}/api/projects/{project_id}/generate/backend/stream"

    async def create_projects(self, count: int, pieces: int, rate: int) -> list[int]:
        """Projects whose model writes so many pieces at so many a second (0: as fast as it can)."""
        prompt_field = {"prompt": f"pieces={pieces} rate={rate}"}
        responses = [
            await self.client.post("/api/projects", json={"name": f"p{n}", **prompt_field}) for n in range(count)
        ]
        return [project.json()["id"] for project in responses]


@asynccontextmanager
async def running_livewright(home: Path, model: MeasuredProcess) -> AsyncGenerator[MeasuredLivewright, None]:
    """The product over this model, with room for every run at once."""
    settings = {"OLLAMA_HOST": model.url, "LIVEWRIGHT_MODEL": "m", "LIVEWRIGHT_MAX_RUNS": "1000"}
    async with (
        running_server(home, **settings) as product,
        httpx.AsyncClient(base_url=product.url, timeout=60) as client,
    ):
        body = {"username": "bench", "password": "correct horse"}
        token = (await client.post("/api/auth/register", json=body)).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield MeasuredLivewright(MeasuredProcess(product.url, product.process.pid), client)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def describe_machine() -> str:
    """Cores, processor and Python, for the head of a table."""
    names = re.findall(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    return f"{os.cpu_count()} cores, {names[0] if names else 'unknown processor'}, Python {sys.version.split()[0]}"
