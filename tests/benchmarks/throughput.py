"""Passing on: what one piece costs from the model to a reader, journal and log included, against a plain relay."""

from dataclasses import dataclass
from statistics import quantiles
from urllib.parse import quote

from tests.benchmarks.processes import MeasuredLivewright, MeasuredProcess
from tests.benchmarks.stream_readers import read_all

LOADS = {
    "1 run, flat out": (1, 5000, 0, 7),
    "50 runs, 50/s each": (50, 500, 50, 1),
    "200 runs, 20/s each": (200, 200, 20, 1),
}
"""Runs at once, pieces of each, pieces a second of each (0: as fast as it can), and how often: the median counts."""


@dataclass(frozen=True)
class LoadResult:
    """One program under one load: CPU in ms for 1,000 pieces; delays of pieces in ms, of a steady stream only."""

    cpu_ms: float
    delay_p50: float | None = None
    delay_p99: float | None = None


async def measure(
    load: str, product: MeasuredLivewright, relay: MeasuredProcess
) -> tuple[float, LoadResult, LoadResult]:
    """CPU of reading alone, then the plain relay, then the product, under one of ``LOADS``."""
    runs, pieces, rate, rounds = LOADS[load]
    prompt = quote(f"pieces={pieces} rate={rate}")
    reader_results, relay_results, product_results = [], [], []
    for _ in range(rounds):
        projects = await product.create_projects(runs, pieces, rate)
        reader_results.append(
            await _measure_load(relay, runs * pieces, [f"{relay.url}/read?prompt={prompt}"] * runs, {})
        )
        relay_results.append(
            await _measure_load(relay, runs * pieces, [f"{relay.url}/stream?prompt={prompt}"] * runs, {})
        )
        urls = [product.stream_url(project) for project in projects]
        product_results.append(await _measure_load(product.process, runs * pieces, urls, product.headers))
    return _median_by_cpu(reader_results).cpu_ms, _median_by_cpu(relay_results), _median_by_cpu(product_results)


async def _measure_load(program: MeasuredProcess, pieces: int, urls: list[str], headers: dict[str, str]) -> LoadResult:
    cpu_before = program.cpu_seconds()
    readers = await read_all(urls, headers)
    cpu = 1e6 * (program.cpu_seconds() - cpu_before) / pieces
    delays = [1e3 * delay for reader in readers for delay in reader.delays]
    if not delays:
        return LoadResult(cpu)
    percentiles = quantiles(delays, n=100)
    return LoadResult(cpu, percentiles[49], percentiles[98])


def _median_by_cpu(rounds: list[LoadResult]) -> LoadResult:
    return sorted(rounds, key=lambda passed: passed.cpu_ms)[len(rounds) // 2]
