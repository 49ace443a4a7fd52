"""Starts: how long a person waits for the first piece of a run, against reading the model directly."""

import json
import time
from dataclasses import dataclass
from statistics import median
from urllib.parse import quote

from tests.benchmarks.processes import MeasuredLivewright, MeasuredProcess
from tests.benchmarks.stream_readers import read_all

REPETITIONS = {1: 40, 50: 6}
"""Starts at once, and how often that is repeated, one after the other; the first time of each is left out."""
PIECE_COUNT, PIECES_PER_SECOND = 20, 20


@dataclass(frozen=True)
class StartDelays:
    """Milliseconds from the request to the first piece, at the median of all starts."""

    direct: float
    relay: float
    product: float


async def measure(
    at_once: int, model: MeasuredProcess, relay: MeasuredProcess, product: MeasuredLivewright
) -> StartDelays:
    """So many starts in the same moment, each of a short run."""
    prompt = f"pieces={PIECE_COUNT} rate={PIECES_PER_SECOND}"
    request_body = json.dumps(
        {"model": "m", "messages": [{"role": "user", "content": prompt}], "stream": True}
    ).encode()
    delays: list[list[float]] = [[], [], []]
    for _ in range(REPETITIONS[at_once]):
        projects = await product.create_projects(at_once, PIECE_COUNT, PIECES_PER_SECOND)
        urls = [product.stream_url(project) for project in projects]
        delays[0] += await _first_piece_delays([f"{model.url}/api/chat"] * at_once, {}, request_body)
        delays[1] += await _first_piece_delays([f"{relay.url}/stream?prompt={quote(prompt)}"] * at_once, {})
        delays[2] += await _first_piece_delays(urls, product.headers)
    return StartDelays(*(1e3 * median(each[at_once:]) for each in delays))


async def _first_piece_delays(urls: list[str], headers: dict[str, str], body: bytes = b"") -> list[float]:
    started_at = time.time()
    readers = await read_all(urls, headers, body)
    return [reader.first_piece_at - started_at for reader in readers if reader.first_piece_at]
