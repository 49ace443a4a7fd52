"""How the work of a function grows with its input, in CPU time of this thread."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass

from core.files.languages import language_of
from core.review.checking.problem import _line_starts, lines_of

MAX_GROWTH = 2 * 1.3
"""What doubling the input may multiply the work by: two, and what a busy machine adds."""
MAX_SECONDS_PER_100_KB = 1.0
NEGLIGIBLE_SECONDS = 0.004
"""Too little to be measured; a quadratic part that hides in it takes a quarter of a second for a megabyte."""
ATTEMPTS = 3

CACHES = (language_of, lines_of, _line_starts)


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds for an input of ``length`` and for one of twice its length."""

    length: int
    single: float
    double: float

    def __str__(self) -> str:
        return f"{self.single:.4f} s for {self.length:,}, {self.double:.4f} s for twice as much"


def find_excess(run: Callable[[int], Callable[[], object]], length: int) -> Measured | None:
    """What was measured where the work grows faster than the input, or takes too long; None where it does not.

    ``run`` makes the work for an input of a length; ``length`` is the longest at first. Shorter ones are tried before,
    so that a function that takes exponential time does not keep the test.
    """
    for shorter in (length // 64, length // 8):
        seconds = cpu_seconds(run(shorter))
        if seconds > max(0.02, MAX_SECONDS_PER_100_KB * length / 100_000):
            return Measured(shorter, seconds, seconds)
    double = cpu_seconds(run(length))
    if double <= NEGLIGIBLE_SECONDS:
        return None
    measured = Measured(length, double, double)
    for attempt in range(ATTEMPTS):
        tried = length << attempt
        single = min(cpu_seconds(run(tried // 2)) for _ in range(2 + attempt))
        double = min(cpu_seconds(run(tried)) for _ in range(2 + attempt))
        measured = Measured(tried // 2, single, double)
        if double > MAX_SECONDS_PER_100_KB * max(tried, 10_000) / 100_000:
            continue
        if double <= max(single * MAX_GROWTH, NEGLIGIBLE_SECONDS):
            return None
    return measured


def cpu_seconds(work: Callable[[], object]) -> float:
    """What one call costs, with nothing in the caches and without the garbage collector."""
    for cached in CACHES:
        cached.cache_clear()
    gc.disable()
    try:
        start = time.thread_time()
        work()
        return time.thread_time() - start
    finally:
        gc.enable()
