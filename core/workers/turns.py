"""Long work in the event loop: done in short turns, of which no two follow each other without room for the others.

A piece of a stream takes several rounds of the loop from the model to its reader. So it is not enough that each work
pauses by itself: ten that do so fill every round together. All take their turns from here.
"""

import asyncio
import time

TURN_SECONDS = 0.004
"""The most that is done at one go."""
TURN_INTERVAL = 0.012
"""Seconds from the beginning of a turn to that of the next one, whoever takes it."""


class Turn:
    """A short time that long work may hold the loop for, beginning now."""

    def __init__(self) -> None:
        self._end = time.monotonic() + TURN_SECONDS

    @property
    def is_over(self) -> bool:
        """Whether it has lasted for TURN_SECONDS."""
        return time.monotonic() > self._end


class Turns:
    """The turns of one process, which has one event loop that counts."""

    def __init__(self) -> None:
        self._next_begin = 0.0
        self._last_begin = 0.0

    async def take(self) -> Turn:
        """Wait for a turn."""
        while True:
            await asyncio.sleep(self._book())
            # A loop that was held up wakes several at once: one has its turn, the others book again.
            if time.monotonic() >= self._last_begin + TURN_INTERVAL / 2:
                self._last_begin = time.monotonic()
                return Turn()

    def _book(self) -> float:
        """Take the next turn that nobody has; the seconds until then."""
        now = time.monotonic()
        begin = max(now, self._next_begin)
        self._next_begin = begin + TURN_INTERVAL
        return begin - now


turns = Turns()
"""Those of this process."""
