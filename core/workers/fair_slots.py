"""Places for work of many callers, given out in turn: one caller's hundred requests hold up nobody else's."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator, Hashable
from contextlib import asynccontextmanager

from core.errors import QueueFull

RETRY_AFTER_SECONDS = 5


class FairSlots:
    """So many places at once, of which one caller gets all but one; those who wait are served in turn.

    At most ``max_waiting`` of one caller wait, each with what it will work on in memory. It is bound to no event loop,
    so it can be a constant of a module.
    """

    def __init__(self, size: int, max_waiting: int | None = None) -> None:
        self._free = size
        self._max_waiting = max_waiting
        # All but one, so that a place is left for somebody else, however long the work in the others takes.
        self._limit = max(size - 1, 1)
        self._held: Counter[Hashable] = Counter()
        # Callers in the order of their turns, each with their futures in the order of arrival.
        self._waiting: dict[Hashable, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def place(self, caller: Hashable) -> AsyncGenerator[None, None]:
        """Wait for a place and hold it; it is given back however the block ends. Raises QueueFull."""
        if self._max_waiting is not None and len(self._waiting.get(caller, ())) >= self._max_waiting:
            message = "Too many of your requests are waiting: try again when some of them are done."
            raise QueueFull(message, retry_after=RETRY_AFTER_SECONDS)
        admitted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(caller, deque()).append(admitted)
        self._admit_next()
        try:
            await admitted
            yield
        finally:
            if admitted.cancelled():
                self._remove(caller, admitted)
            else:
                self._free += 1
                self._held[caller] -= 1
            self._admit_next()

    def _admit_next(self) -> None:
        while self._free and (callers := self._next_callers()):
            caller = callers[0]
            admitted = self._waiting[caller][0]
            self._remove(caller, admitted)
            if admitted.cancelled():  # its task was cancelled and has not run since
                continue
            if caller in self._waiting:  # round robin: behind the others
                self._waiting[caller] = self._waiting.pop(caller)
            self._free -= 1
            self._held[caller] += 1
            admitted.set_result(None)

    def _next_callers(self) -> list[Hashable]:
        # Counts of zero are dropped here, or each caller of all times would be kept.
        self._held = +self._held
        return [caller for caller in self._waiting if self._held[caller] < self._limit]

    def _remove(self, caller: Hashable, admitted: "asyncio.Future[None]") -> None:
        futures = self._waiting.get(caller, deque())
        if admitted in futures:
            futures.remove(admitted)
            if not futures:
                del self._waiting[caller]
