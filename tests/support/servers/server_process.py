"""The product as people run it: main.py in a process of its own, on a free port, with a state folder of its own."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
START_TIMEOUT = 60.0


@dataclass
class ServerProcess:
    """A running server: its address, its process, and the file that its stderr goes to."""

    url: str
    process: asyncio.subprocess.Process
    log: Path

    async def stop(self, signal_number: signal.Signals = signal.SIGTERM, limit: float = 15.0) -> int:
        """End it with this signal; the exit code. Raises TimeoutError where it does not end in time."""
        if self.process.returncode is None:
            self.process.send_signal(signal_number)
        async with asyncio.timeout(limit):
            return await self.process.wait()


def server_environment(home: Path, **settings: str) -> dict[str, str]:
    """This process's own, without what a test runner left in it, and with the settings given."""
    inherited = {
        k: v for k, v in os.environ.items() if not k.startswith(("LIVEWRIGHT_", "PYTEST", "NICEGUI", "OLLAMA"))
    }
    defaults = {
        "LIVEWRIGHT_HOME": str(home),
        "LIVEWRIGHT_EMBEDDED_MODEL": "smollm2",
        "LIVEWRIGHT_PASSWORD_ROUNDS": "4",
        "LIVEWRIGHT_RUNTIME": "off",  # one that is there is used all the same
        "OLLAMA_HOST": "127.0.0.1:9",  # the discard port: nothing answers there
    }
    return inherited | defaults | settings


@asynccontextmanager
async def running_server(
    home: Path, log: Path | None = None, /, **settings: str
) -> AsyncGenerator[ServerProcess, None]:
    """Start it, wait until it serves, and end it at last; ``log`` is by default beside its state folder.

    ``LIVEWRIGHT_PORT`` names its port, which is a free one without.
    """
    port = settings.pop("LIVEWRIGHT_PORT", "0")
    log = log or home.with_name(f"{home.name}.log")
    with log.open("ab") as stderr:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "main.py", "--port", port),
            cwd=ROOT,
            env=server_environment(home, **settings),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=stderr,
        )
    server = ServerProcess("", process, log)
    try:
        server.url = await _wait_for_url(server)
        yield server
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _wait_for_url(product: ServerProcess) -> str:
    """What it says of itself on stderr; the newest line, for a log may be of several starts."""
    async with asyncio.timeout(START_TIMEOUT):
        while True:
            urls = re.findall(r"Livewright is at (\S+)", product.log.read_text())
            if urls and await _is_healthy(urls[-1]):
                return str(urls[-1])
            if product.process.returncode is not None:
                raise RuntimeError(product.log.read_text())
            await asyncio.sleep(0.05)


async def _is_healthy(url: str) -> bool:
    host, _, port = url.removeprefix("http://").rpartition(":")
    try:
        reader, writer = await asyncio.open_connection(host.strip("[]"), int(port))
    except OSError:
        return False
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    answer = await reader.read(64)
    writer.close()
    await writer.wait_closed()
    return b" 200 " in answer
