"""Passing on: what one piece costs from the model to a reader, journal and log included, against a plain relay."""

from dataclasses import dataclass
from statistics import quantiles
from urllib.parse import quote

from tests.benchmarks.processes import Livewright, Program
from tests.benchmarks.stream_readers import read_all

LOADS = {
    "1 run, flat out": (1, 5000, 0, 7),
    "50 runs, 50/s each": (50, 500, 50, 1),
    "200 runs, 20/s each": (200, 200, 20, 1),
}
"""Runs at once, pieces of each, pieces a second of each (0: as fast as it can), and how often: the median counts."""


@dataclass(frozen=True)
class Passed:
    """One program under one load: CPU in ms for 1,000 pieces; delays of pieces in ms, of a steady stream only."""

    cpu: float
    p50: float | None = None
    p99: float | None = None


async def measure(load: str, product: Livewright, relay: Program) -> tuple[float, Passed, Passed]:
    """CPU of reading alone, then the plain relay, then the product, under one of ``LOADS``."""
    runs, pieces, rate, rounds = LOADS[load]
    wish = quote(f"pieces={pieces} rate={rate}")
    reads, relays, ours = [], [], []
    for _ in range(rounds):
        projects = await product.projects(runs, pieces, rate)
        reads.append(await _passed(relay, runs * pieces, [f"{relay.url}/read?prompt={wish}"] * runs, {}))
        relays.append(await _passed(relay, runs * pieces, [f"{relay.url}/stream?prompt={wish}"] * runs, {}))
        urls = [product.stream(project) for project in projects]
        ours.append(await _passed(product.program, runs * pieces, urls, product.headers))
    return _median(reads).cpu, _median(relays), _median(ours)


async def _passed(of: Program, pieces: int, urls: list[str], headers: dict[str, str]) -> Passed:
    before = of.cpu()
    readers = await read_all(urls, headers)
    cpu = 1e6 * (of.cpu() - before) / pieces
    delays = [1e3 * delay for reader in readers for delay in reader.delays]
    if not delays:
        return Passed(cpu)
    cut = quantiles(delays, n=100)
    return Passed(cpu, cut[49], cut[98])


def _median(rounds: list[Passed]) -> Passed:
    return sorted(rounds, key=lambda passed: passed.cpu)[len(rounds) // 2]
