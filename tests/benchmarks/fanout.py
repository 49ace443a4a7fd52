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

from tests.benchmarks.processes import MeasuredLivewright, MeasuredProcess, free_port
from tests.benchmarks.stream_readers import Reader, open_stream

PIECES_PER_SECOND = 50
MEASURE_SECONDS = 6
READER_COUNTS = (1, 100, 1000)
NGINX_MODULES = Path("/usr/lib/nginx/modules")


@dataclass(frozen=True)
class DeliveryCost:
    """CPU in µs for one piece to one reader, resident KB for each reader, how many pieces each got of those sent."""

    cpu_us: float
    memory_kb: float
    delivered_share: float


async def measure(product: MeasuredLivewright, readers: int) -> DeliveryCost:
    """One run at 50 pieces a second, watched by so many."""
    project = (await product.create_projects(1, PIECES_PER_SECOND * 120, PIECES_PER_SECOND))[0]
    url = product.stream_url(project)
    delivered = await _measure_delivery(product.process, url, product.headers, readers)
    await product.client.delete(f"/api/projects/{project}")
    return delivered


async def measure_late_joiner(product: MeasuredLivewright) -> float:
    """Milliseconds until a reader has all of an ended run of 100 KB."""
    project = (await product.create_projects(1, 2000, 0))[0]
    stream = product.stream_url(project)
    await (await open_stream(stream, product.headers)).done
    run = (await product.client.get(f"/api/projects/{project}/runs")).json()[0]
    started_at = time.perf_counter()
    await (await open_stream(f"{product.process.url}/api/runs/{run['id']}/stream", product.headers)).done
    return 1e3 * (time.perf_counter() - started_at)


async def measure_nchan(readers: int) -> DeliveryCost | None:
    """The same through nchan; None where it is not installed."""
    if not (shutil.which("nginx") and (NGINX_MODULES / "ngx_nchan_module.so").exists()):
        return None
    async with _running_nchan() as (nginx, port), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:

        async def publish() -> None:
            started_at = time.monotonic()
            for number in range(PIECES_PER_SECOND * MEASURE_SECONDS):
                await asyncio.sleep(max(0, started_at + number / PIECES_PER_SECOND - time.monotonic()))
                text = f"# {time.time():.6f}\nvalue = compute(value, 42)\n"
                await client.post("/pub", content=text, headers={"X-EventSource-Event": "code-chunk"})

        url = f"http://127.0.0.1:{port}/sub"
        return await _measure_delivery(nginx, url, {"Accept": "text/event-stream"}, readers, publish)


async def _measure_delivery(
    program: MeasuredProcess,
    url: str,
    headers: dict[str, str],
    count: int,
    publish: Callable[[], Awaitable[None]] | None = None,
) -> DeliveryCost:
    memory_before = program.resident_bytes()
    readers = [await open_stream(url, headers, record_delays=False) for _ in range(count)]
    async with asyncio.timeout(60):
        await asyncio.gather(*(reader.answered.wait() for reader in readers))
    cpu_before, pieces_before = program.cpu_seconds(), sum(map(_piece_count, readers))
    await (publish() if publish else asyncio.sleep(MEASURE_SECONDS))
    cpu_spent, pieces = program.cpu_seconds() - cpu_before, sum(map(_piece_count, readers)) - pieces_before
    memory_per_reader = (program.resident_bytes() - memory_before) / count / 1024
    for reader in readers:
        reader.transport.close()
    await asyncio.gather(*(reader.done for reader in readers))
    return DeliveryCost(1e6 * cpu_spent / max(pieces, 1), memory_per_reader, pieces / count)


def _piece_count(reader: Reader) -> int:
    """Pieces, not events: a crowd gets several in one."""
    return reader.pieces


@asynccontextmanager
async def _running_nchan() -> AsyncGenerator[tuple[MeasuredProcess, int], None]:
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        config = Path(folder) / "nginx.conf"
        config.write_text(NGINX_CONFIG.format(modules=NGINX_MODULES, folder=folder, port=port))
        process = await asyncio.create_subprocess_exec("nginx", "-c", str(config), "-e", f"{folder}/error.log")
        try:
            await asyncio.sleep(1)
            yield MeasuredProcess(f"http://127.0.0.1:{port}", _child_pid(process.pid)), port
        finally:
            process.terminate()
            await process.wait()


def _child_pid(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


NGINX_CONFIG = """
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
