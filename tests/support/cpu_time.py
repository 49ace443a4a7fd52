"""A bound on the CPU time of a block that holds on slow and on busy machines."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

REFERENCE_SECONDS = 0.012
"""What ``_reference_work`` takes on an ordinary machine; seconds in tests are those of such a machine."""


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Fail where the block takes more CPU time than ``seconds``, in proportion more on a machine that is slower.

    The garbage collector is off meanwhile: it walks all that other tests left behind.
    """
    gc.disable()
    try:
        slowness = _reference_time()
        start = time.process_time()
        yield
        taken = time.process_time() - start
    finally:
        gc.enable()
    slowness = max(1.0, slowness, _reference_time())
    assert taken < seconds * slowness, f"{taken:.2f} s, on a machine {slowness:.1f} times as slow as an ordinary one"


def _reference_time() -> float:
    """Of this machine now, as a multiple of an ordinary one's."""
    start = time.process_time()
    _reference_work()
    return (time.process_time() - start) / REFERENCE_SECONDS


def _reference_work() -> int:
    return sum(len(str(number)) for number in range(50_000))
