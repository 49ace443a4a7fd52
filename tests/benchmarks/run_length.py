"""Length: what runs of growing length cost; twice the text should cost twice as much and no more."""

from dataclasses import dataclass

from tests.benchmarks.processes import Livewright
from tests.benchmarks.stream_readers import read_all

PIECE = 49
LENGTHS = (10_000, 100_000, 1_000_000)


@dataclass(frozen=True)
class Long:
    """CPU in ms for each KB of text, resident KB that stayed for each KB of text."""

    cpu: float
    memory: float


async def measure(product: Livewright, length: int) -> Long:
    """A run of so many characters, as fast as the model can, with one reader."""
    project = (await product.projects(1, length // PIECE, 0))[0]
    before, memory = product.program.cpu(), product.program.memory()
    url = product.stream(project)
    await read_all([url], product.headers)
    spent, kept = product.program.cpu() - before, product.program.memory() - memory
    return Long(1e3 * spent / (length / 1e3), kept / length)
