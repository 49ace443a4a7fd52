"""Fan-out: what a delivery to one of many readers of a run costs, against nginx with nchan where it is installed."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.benchmarks.processes import Livewright, Program, free_port
from tests.benchmarks.stream_readers import Reader, read

RATE = 50
SECONDS = 6
CROWDS = (1, 100, 1000)
MODULES = Path("/usr/lib/nginx/modules")


@dataclass(frozen=True)
class Delivered:
    """CPU in µs for one piece to one reader, resident KB for each reader, how many pieces each got of those sent."""

    cpu: float
    memory: float
    share: float


async def measure(product: Livewright, readers: int) -> Delivered:
    """One run at 50 pieces a second, watched by so many."""
    project = (await product.projects(1, RATE * 120, RATE))[0]
    url = product.stream(project)
    delivered = await _delivered(product.program, url, product.headers, readers)
    await product.client.delete(f"/api/projects/{project}")
    return delivered


async def late_joiner(product: Livewright) -> float:
    """Milliseconds until a reader has all of an ended run of 100 KB."""
    project = (await product.projects(1, 2000, 0))[0]
    stream = product.stream(project)
    await (await read(stream, product.headers)).done
    run = (await product.client.get(f"/api/projects/{project}/runs")).json()[0]
    begun = time.perf_counter()
    await (await read(f"{product.program.url}/api/runs/{run['id']}/stream", product.headers)).done
    return 1e3 * (time.perf_counter() - begun)


async def measure_nchan(readers: int) -> Delivered | None:
    """The same through nchan; None where it is not installed."""
    if not (shutil.which("nginx") and (MODULES / "ngx_nchan_module.so").exists()):
        return None
    async with _nchan() as (nginx, port), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:

        async def publish() -> None:
            begun = time.monotonic()
            for number in range(RATE * SECONDS):
                await asyncio.sleep(max(0, begun + number / RATE - time.monotonic()))
                text = f"# {time.time():.6f}\nvalue = compute(value, 42)\n"
                await client.post("/pub", content=text, headers={"X-EventSource-Event": "code-chunk"})

        url = f"http://127.0.0.1:{port}/sub"
        return await _delivered(nginx, url, {"Accept": "text/event-stream"}, readers, publish)


async def _delivered(
    of: Program, url: str, headers: dict[str, str], count: int, publish: Callable[[], Awaitable[None]] | None = None
) -> Delivered:
    memory = of.memory()
    crowd = [await read(url, headers, timed=False) for _ in range(count)]
    async with asyncio.timeout(60):
        await asyncio.gather(*(reader.answered.wait() for reader in crowd))
    before, had = of.cpu(), sum(map(_pieces, crowd))
    await (publish() if publish else asyncio.sleep(SECONDS))
    spent, got = of.cpu() - before, sum(map(_pieces, crowd)) - had
    kept = (of.memory() - memory) / count / 1024
    for reader in crowd:
        reader.transport.close()
    await asyncio.gather(*(reader.done for reader in crowd))
    return Delivered(1e6 * spent / max(got, 1), kept, got / count)


def _pieces(reader: Reader) -> int:
    """Pieces, not events: a crowd gets several in one."""
    return reader.pieces


@asynccontextmanager
async def _nchan() -> AsyncGenerator[tuple[Program, int], None]:
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        config = Path(folder) / "nginx.conf"
        config.write_text(NGINX.format(modules=MODULES, folder=folder, port=port))
        process = await asyncio.create_subprocess_exec("nginx", "-c", str(config), "-e", f"{folder}/error.log")
        try:
            await asyncio.sleep(1)
            yield Program(f"http://127.0.0.1:{port}", _child(process.pid)), port
        finally:
            process.terminate()
            await process.wait()


def _child(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


NGINX = """
load_module {modules}/ngx_nchan_module.so;
daemon off; user root; worker_processes 1; pid {folder}/nginx.pid;
events {{ worker_connections 4096; }}
http {{
  access_log off; client_body_temp_path {folder};
  server {{
    listen 127.0.0.1:{port};
    location = /pub {{ nchan_publisher; nchan_channel_id run; nchan_message_buffer_length 5000; }}
    location = /sub {{ nchan_subscriber eventsource; nchan_channel_id run; }}
  }}
}}
"""
