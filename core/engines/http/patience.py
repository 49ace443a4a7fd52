"""A limit for each of many short waits, at the price of one timer for all of them."""

import asyncio
from types import TracebackType

EARLY = 0.001
"""Seconds by which a timer may come too soon: uvloop counts in milliseconds."""


class Patience:
    """``with patience.of(seconds)`` raises TimeoutError around a wait that takes longer; None has no limit.

    ``asyncio.timeout`` makes a timer for each wait and cancels it again: at thousands of waits a second that costs
    more than the reading. Here the timer stays, and when it fires, it looks how long the present wait may last.
    One wait at a time; ``close`` it at last.
    """

    def __init__(self) -> None:
        self._limit: float | None = None
        self._until: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[object] | None = None
        self._due = 0.0
        self._cancels = 0
        self._over = False

    def of(self, seconds: float | None) -> "Patience":
        """The same, with this limit for the next wait."""
        self._limit = seconds
        return self

    def close(self) -> None:
        """Let the timer go."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def __enter__(self) -> None:
        if self._limit is None:
            return
        self._task = asyncio.current_task()
        self._cancels = self._task.cancelling() if self._task else 0
        loop = asyncio.get_running_loop()
        self._until = loop.time() + self._limit
        if self._timer is None or self._due > self._until:
            self._start(loop, self._until)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._until = None
        if self._over:
            self._over = False
            # Whoever else cancelled the task meanwhile is the stronger.
            if self._task and self._task.uncancel() <= self._cancels and kind is asyncio.CancelledError:
                raise TimeoutError from error

    def _start(self, loop: asyncio.AbstractEventLoop, when: float) -> None:
        self.close()
        self._due = when
        self._timer = loop.call_at(when, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        if self._until is None:
            return
        if loop.time() < self._until - EARLY:
            self._start(loop, self._until)
        elif self._task:
            self._over = True
            self._task.cancel()
