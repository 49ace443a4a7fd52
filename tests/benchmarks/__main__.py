"""Every benchmark in one run, as a table of ratios: `uv run main.py bench`. Takes about five minutes."""

import asyncio
import tempfile
from pathlib import Path

from tests.benchmarks import fanout, run_length, start_delay, throughput
from tests.benchmarks.processes import Livewright, Program, livewright, machine, program


async def main() -> None:
    """Print the tables."""
    print(f"Machine: {machine()}\n")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        async with (
            program("scripted_model") as model,
            program("relay", model.url) as relay,
            livewright(home, model) as product,
        ):
            await _starts(model, product, relay)
            await _passing(product, relay)
            await _fanout(product)
            await _length(product)


async def _starts(model: Program, product: Livewright, relay: Program) -> None:
    print("| first piece of a run, at the median | after | added to reading the model directly |")
    print("|---|---|---|")
    for at_once in start_delay.TIMES:
        times = await start_delay.measure(at_once, model, relay, product)
        how = "one start by itself" if at_once == 1 else f"{at_once} starts in one moment"
        _row(f"{how}, read directly", _ms(times.direct), "")
        _row(f"{how}, plain relay", _ms(times.relay), _ms(times.relay - times.direct))
        _row(f"{how}, Livewright", _ms(times.product), _ms(times.product - times.direct))


async def _passing(product: Livewright, relay: Program) -> None:
    print("\n| passing on | CPU per 1,000 pieces | of a plain relay | delay p50 | delay p99 |")
    print("|---|---|---|---|---|")
    for load in throughput.LOADS:
        direct, plain, ours = await throughput.measure(load, product, relay)
        _row(f"{load}, read by httpx and no more", f"{direct:.0f} ms", f"{direct / plain.cpu:.2f}", "", "")
        _row(f"{load}, plain relay", f"{plain.cpu:.0f} ms", "1.00", _ms(plain.p50), _ms(plain.p99))
        _row(f"{load}, Livewright", f"{ours.cpu:.0f} ms", f"{ours.cpu / plain.cpu:.2f}", _ms(ours.p50), _ms(ours.p99))


async def _fanout(product: Livewright) -> None:
    print("\n| fan-out, 50 pieces/s | CPU per delivered piece | of nchan | memory per reader |\n|---|---|---|---|")
    for readers in fanout.CROWDS:
        ours, nchan = await fanout.measure(product, readers), await fanout.measure_nchan(readers)
        if nchan:
            _row(f"{readers:,} readers, nginx with nchan", f"{nchan.cpu:.1f} µs", "1.00", f"{nchan.memory:.0f} KB")
        ratio = f"{ours.cpu / nchan.cpu:.2f}" if nchan else "not installed"
        _row(f"{readers:,} readers, Livewright", f"{ours.cpu:.1f} µs", ratio, f"{ours.memory:.0f} KB")
    print(f"\nA late joiner has all of an ended run of 100 KB after {await fanout.late_joiner(product):.1f} ms.")


async def _length(product: Livewright) -> None:
    print("\n| length of a run | CPU per KB | memory kept per KB |\n|---|---|---|")
    for characters in run_length.LENGTHS:
        long = await run_length.measure(product, characters)
        _row(f"{characters / 1000:,.0f} KB", f"{long.cpu:.2f} ms", f"{long.memory:.1f} KB")


def _row(*cells: str) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)


def _ms(value: float | None) -> str:
    return "" if value is None else f"{value:.1f} ms"


if __name__ == "__main__":
    asyncio.run(main())
