"""Every benchmark in one run, as a table of ratios: `uv run main.py bench`. Takes about five minutes."""

import asyncio
import tempfile
from pathlib import Path

from tests.benchmarks import fanout, run_length, start_delay, throughput
from tests.benchmarks.processes import (
    MeasuredLivewright,
    MeasuredProcess,
    describe_machine,
    running_livewright,
    running_module,
)


async def main() -> None:
    """Print the tables."""
    print(f"Machine: {describe_machine()}\n")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        async with (
            running_module("scripted_model") as model,
            running_module("relay", model.url) as relay,
            running_livewright(home, model) as product,
        ):
            await _print_starts(model, product, relay)
            await _print_throughput(product, relay)
            await _print_fanout(product)
            await _print_lengths(product)


async def _print_starts(model: MeasuredProcess, product: MeasuredLivewright, relay: MeasuredProcess) -> None:
    print("| first piece of a run, at the median | after | added to reading the model directly |")
    print("|---|---|---|")
    for at_once in start_delay.REPETITIONS:
        times = await start_delay.measure(at_once, model, relay, product)
        how = "one start by itself" if at_once == 1 else f"{at_once} starts in one moment"
        _print_row(f"{how}, read directly", _format_ms(times.direct), "")
        _print_row(f"{how}, plain relay", _format_ms(times.relay), _format_ms(times.relay - times.direct))
        _print_row(f"{how}, Livewright", _format_ms(times.product), _format_ms(times.product - times.direct))


async def _print_throughput(product: MeasuredLivewright, relay: MeasuredProcess) -> None:
    print("\n| passing on | CPU per 1,000 pieces | of a plain relay | delay p50 | delay p99 |")
    print("|---|---|---|---|---|")
    for load in throughput.LOADS:
        direct, relay_result, product_result = await throughput.measure(load, product, relay)
        _print_row(
            f"{load}, read by httpx and no more", f"{direct:.0f} ms", f"{direct / relay_result.cpu_ms:.2f}", "", ""
        )
        _print_row(
            f"{load}, plain relay",
            f"{relay_result.cpu_ms:.0f} ms",
            "1.00",
            _format_ms(relay_result.delay_p50),
            _format_ms(relay_result.delay_p99),
        )
        _print_row(
            f"{load}, Livewright",
            f"{product_result.cpu_ms:.0f} ms",
            f"{product_result.cpu_ms / relay_result.cpu_ms:.2f}",
            _format_ms(product_result.delay_p50),
            _format_ms(product_result.delay_p99),
        )


async def _print_fanout(product: MeasuredLivewright) -> None:
    print("\n| fan-out, 50 pieces/s | CPU per delivered piece | of nchan | memory per reader |\n|---|---|---|---|")
    for readers in fanout.READER_COUNTS:
        ours, nchan = await fanout.measure(product, readers), await fanout.measure_nchan(readers)
        if nchan:
            _print_row(
                f"{readers:,} readers, nginx with nchan", f"{nchan.cpu_us:.1f} µs", "1.00", f"{nchan.memory_kb:.0f} KB"
            )
        ratio = f"{ours.cpu_us / nchan.cpu_us:.2f}" if nchan else "not installed"
        _print_row(f"{readers:,} readers, Livewright", f"{ours.cpu_us:.1f} µs", ratio, f"{ours.memory_kb:.0f} KB")
    print(
        f"\nA late joiner has all of an ended run of 100 KB after {await fanout.measure_late_joiner(product):.1f} ms."
    )


async def _print_lengths(product: MeasuredLivewright) -> None:
    print("\n| length of a run | CPU per KB | memory kept per KB |\n|---|---|---|")
    for characters in run_length.RUN_LENGTHS:
        cost = await run_length.measure(product, characters)
        _print_row(f"{characters / 1000:,.0f} KB", f"{cost.cpu_ms_per_kb:.2f} ms", f"{cost.memory_per_kb:.1f} KB")


def _print_row(*cells: str) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)


def _format_ms(value: float | None) -> str:
    return "" if value is None else f"{value:.1f} ms"


if __name__ == "__main__":
    asyncio.run(main())
