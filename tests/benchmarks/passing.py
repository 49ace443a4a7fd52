"""Passing on: what one piece costs from the model to a reader, journal and log included, against a plain relay."""

import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote

from tests.benchmarks.readers import Reader, read_all
from tests.benchmarks.stage import Livewright, Program, livewright, program


@dataclass(frozen=True)
class Row:
    """One program under one load: CPU milliseconds per 1,000 pieces, delays in milliseconds."""

    load: str
    program: str
    cpu: float
    first: float
    p50: float
    p99: float


LOADS = [("1 run, flat out", 1, 5000, 0), ("50 runs × 50/s", 50, 500, 50), ("200 runs × 20/s", 200, 200, 20)]


async def measure() -> list[Row]:
    """Every load, through the relay and through the product."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        async with program("model") as model, program("relay", model.url) as relay:
            async with livewright(Path(folder) / "home", model) as product:
                for load, runs, pieces, rate in LOADS:
                    wish = quote(f"pieces={pieces} rate={rate}")
                    through = [f"{relay.url}/stream?prompt={wish}"] * runs
                    rows.append(
                        await _row(load, "plain relay", relay, runs * pieces, lambda u=through: read_all(u, {}))
                    )
                    rows.append(await _livewright(load, product, runs, pieces, rate))
    return rows


async def _livewright(load: str, product: Livewright, runs: int, pieces: int, rate: int) -> Row:
    projects = await product.projects(runs, pieces, rate)
    urls = [f"{product.program.url}/api/projects/{project}/generate/backend/stream" for project in projects]
    headers = {"Authorization": product.client.headers["Authorization"]}
    return await _row(load, "Livewright", product.program, runs * pieces, lambda: read_all(urls, headers))


async def _row(load: str, name: str, of: Program, pieces: int, act: Callable[[], Awaitable[list[Reader]]]) -> Row:
    before, begun = of.cpu(), time.time()
    readers = await act()
    spent = of.cpu() - before
    delays = sorted(delay for reader in readers for delay in reader.delays)
    first = median(reader.first - begun for reader in readers if reader.first)
    cut = quantiles(delays, n=100) if len(delays) > 1 else [0.0] * 99
    return Row(load, name, 1e6 * spent / pieces, 1e3 * first, 1e3 * cut[49], 1e3 * cut[98])
