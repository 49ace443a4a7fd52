"""Starts: how long a person waits for the first piece of a run, against reading the model directly."""

import json
import time
from dataclasses import dataclass
from statistics import median
from urllib.parse import quote

from tests.benchmarks.processes import Livewright, Program
from tests.benchmarks.stream_readers import read_all

TIMES = {1: 40, 50: 6}
"""Starts at once, and how often that is repeated, one after the other; the first time of each is left out."""
PIECES, RATE = 20, 20


@dataclass(frozen=True)
class Started:
    """Milliseconds from the request to the first piece, at the median of all starts."""

    direct: float
    relay: float
    product: float


async def measure(at_once: int, model: Program, relay: Program, product: Livewright) -> Started:
    """So many starts in the same moment, each of a short run."""
    wish = f"pieces={PIECES} rate={RATE}"
    question = json.dumps({"model": "m", "messages": [{"role": "user", "content": wish}], "stream": True}).encode()
    waits: list[list[float]] = [[], [], []]
    for _ in range(TIMES[at_once]):
        projects = await product.projects(at_once, PIECES, RATE)
        urls = [product.stream(project) for project in projects]
        waits[0] += await _waits([f"{model.url}/api/chat"] * at_once, {}, question)
        waits[1] += await _waits([f"{relay.url}/stream?prompt={quote(wish)}"] * at_once, {})
        waits[2] += await _waits(urls, product.headers)
    return Started(*(1e3 * median(each[at_once:]) for each in waits))


async def _waits(urls: list[str], headers: dict[str, str], body: bytes = b"") -> list[float]:
    begun = time.time()
    readers = await read_all(urls, headers, body)
    return [reader.first - begun for reader in readers if reader.first]
