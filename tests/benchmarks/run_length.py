"""Length: what runs of growing length cost; twice the text should cost twice as much and no more."""

from dataclasses import dataclass

from tests.benchmarks.processes import MeasuredLivewright
from tests.benchmarks.stream_readers import read_all

PIECE_LENGTH = 49
RUN_LENGTHS = (10_000, 100_000, 1_000_000)


@dataclass(frozen=True)
class LengthCost:
    """CPU in ms for each KB of text, resident KB that stayed for each KB of text."""

    cpu_ms_per_kb: float
    memory_per_kb: float


async def measure(product: MeasuredLivewright, length: int) -> LengthCost:
    """A run of so many characters, as fast as the model can, with one reader."""
    project = (await product.create_projects(1, length // PIECE_LENGTH, 0))[0]
    cpu_before, memory_before = product.process.cpu_seconds(), product.process.resident_bytes()
    url = product.stream_url(project)
    await read_all([url], product.headers)
    cpu_spent, memory_kept = (
        product.process.cpu_seconds() - cpu_before,
        product.process.resident_bytes() - memory_before,
    )
    return LengthCost(1e3 * cpu_spent / (length / 1e3), memory_kept / length)
