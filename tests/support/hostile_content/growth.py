"""How the work of a function grows with its input, in CPU time of this thread."""

import gc
import time
from collections.abc import Callable, Iterable

from core.files.languages import language_of
from core.review.checking.omitted_code import _is_placeholder, _without_indent
from core.review.checking.problem import _line_starts, lines_of
from tests.support.hostile_content.texts import HostileText

MAX_GROWTH = 2 * 1.3
"""What doubling the input may multiply the work by: two, and what a busy machine adds."""
MAX_SECONDS_PER_CHARACTER = 3.0 / 100_000
"""A sanity bound, several times what the slowest function takes."""
NEGLIGIBLE_SECONDS = 0.002
"""Too little to be compared. Constant costs, as of a first use, are below it as well."""
MEASURED_SECONDS = 0.01
"""What an input should take at least and need not exceed: the length is chosen by this."""
MAX_TRIED_SECONDS = 1.5
"""After an attempt that took longer and failed, no further one is made."""
ATTEMPTS = 4
"""Each with longer inputs and more repetitions than the one before."""
DEFAULT_LENGTH = 16_000
"""Characters."""

CACHES = (language_of, lines_of, _line_starts, _is_placeholder, _without_indent)


def assert_linear(
    function: Callable[[str], object], texts: Iterable[HostileText], *, length: int = DEFAULT_LENGTH
) -> None:
    """Fail with the names of the texts for which twice the length is more than MAX_GROWTH times the work."""

    def work_on(text: HostileText) -> Callable[[int], Callable[[], object]]:
        def prepare(wanted: int) -> Callable[[], object]:
            prepared = text.text(wanted)
            return lambda: function(prepared)

        return prepare

    excesses = {text.name: excess for text in texts if (excess := find_excess(work_on(text), length))}
    assert not excesses


def find_excess(
    prepare: Callable[[int], Callable[[], object]], length: int, max_seconds_per_unit: float = MAX_SECONDS_PER_CHARACTER
) -> str | None:
    """What was measured where the work grows faster than the input, or takes too long; None where it does not.

    ``prepare`` makes the work for an input of about that length, counted in any unit. Short inputs come first, so that
    a function that takes exponential time does not keep the test.
    """
    for shorter in (length // 64, length // 8):
        seconds = cpu_seconds(prepare(shorter))
        if seconds > max_seconds_per_unit * length:
            return f"{seconds:.3f} s for {shorter:,}"
    length = max(length // 8, min(length, round(length // 8 * MEASURED_SECONDS / max(seconds, 1e-9))))
    excess = None
    for attempt in range(ATTEMPTS):
        longer = length << attempt
        double = _fastest(prepare(longer), 1 + 2 * attempt)
        if double <= NEGLIGIBLE_SECONDS:
            return None
        single = _fastest(prepare(longer // 2), 1 + 2 * attempt)
        if double <= min(single * MAX_GROWTH, max_seconds_per_unit * longer):
            return None
        excess = f"{single:.4f} s for {longer // 2:,}, {double:.4f} s for {longer:,}"
        if double > MAX_TRIED_SECONDS:
            break
    return excess


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


def _fastest(work: Callable[[], object], repetitions: int) -> float:
    return min(cpu_seconds(work) for _ in range(repetitions))
