"""Passing on: what one piece costs from the model to a reader, journal and log included, against a plain relay."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median, quantiles
from urllib.parse import quote

from tests.benchmarks.readers import Reader, read_all
from tests.benchmarks.stage import Livewright, Program

LOADS = {"1 run, flat out": (1, 5000, 0), "50 runs, 50/s each": (50, 500, 50), "200 runs, 20/s each": (200, 200, 20)}
"""Runs at once, pieces of each, pieces a second of each (0: as fast as it can)."""


@dataclass(frozen=True)
class Passed:
    """One program under one load: CPU in ms for 1,000 pieces; first piece and delays of pieces in ms."""

    cpu: float
    first: float
    p50: float
    p99: float


async def measure(load: str, product: Livewright, relay: Program) -> tuple[float, Passed, Passed]:
    """CPU of reading alone, then the plain relay, then the product, under one of ``LOADS``."""
    runs, pieces, rate = LOADS[load]
    wish = quote(f"pieces={pieces} rate={rate}")
    before = relay.cpu()
    await read_all([f"{relay.url}/read?prompt={wish}"] * runs, {})
    direct = 1e6 * (relay.cpu() - before) / (runs * pieces)
    plain = await _passed(relay, runs * pieces, lambda: read_all([f"{relay.url}/stream?prompt={wish}"] * runs, {}))
    projects = await product.projects(runs, pieces, rate)
    urls = [f"{product.program.url}/api/projects/{project}/generate/backend/stream" for project in projects]
    return direct, plain, await _passed(product.program, runs * pieces, lambda: read_all(urls, product.headers))


async def _passed(of: Program, pieces: int, act: Callable[[], Awaitable[list[Reader]]]) -> Passed:
    before, begun = of.cpu(), time.time()
    readers = await act()
    spent = of.cpu() - before
    delays = [1e3 * delay for reader in readers for delay in reader.delays]
    cut = quantiles(delays, n=100)
    first = median(1e3 * (reader.first - begun) for reader in readers if reader.first)
    return Passed(1e6 * spent / pieces, first, cut[49], cut[98])
