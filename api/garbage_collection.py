"""When Python looks for garbage that only its collector finds: each full search holds up every stream meanwhile.

A page is tens of thousands of objects, and a search of all takes some 100 ms for each 200,000. So the old ones are
searched when nothing is being written, or when that has not been so for long; the young ones as usual.
"""

import asyncio
import gc
import time
from collections.abc import Callable

YOUNG_THRESHOLDS = (2_000, 10)
"""New objects, and searches of these, after which the young ones are searched: at most 20,000, which takes 10 ms."""
NEVER = 1_000_000
"""Searches of the young ones until Python would search all by itself."""
QUIET_CHECK_SECONDS = 5.0
"""Between two looks whether nothing is being written."""
MAX_BUSY_SECONDS = 600.0
"""After which all are searched in spite of what is being written, so that memory is bounded."""


def begin() -> None:
    """Leave out for good what is there when the server starts, and leave the old to ``collect_when_quiet``."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*YOUNG_THRESHOLDS, NEVER)


async def collect_when_quiet(is_busy: Callable[[], bool], clock: Callable[[], float] = time.monotonic) -> None:
    """Search all objects now and then, until cancelled; ``is_busy`` says whether something is being written."""
    collected_at = clock()
    while True:
        await asyncio.sleep(QUIET_CHECK_SECONDS)
        # Nothing became old since the last search: nobody has used the server.
        if gc.get_count()[2] == 0:
            continue
        if not is_busy() or clock() - collected_at > MAX_BUSY_SECONDS:
            gc.collect()
            collected_at = clock()
