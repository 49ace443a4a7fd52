"""A time limit for each of many short waits, with one timer for all of them.

``asyncio.timeout`` sets and cancels a timer for each wait. For reading a model's pieces that is a fifth of the CPU of a
piece: ``main.py bench`` shows the sum (``tests/benchmarks/throughput.py``, 200 runs at 20 pieces a second).
"""

import asyncio
from types import TracebackType

TIMER_TOLERANCE = 0.001
"""Seconds by which a timer may fire too early: uvloop counts in milliseconds."""


class WaitLimit:
    """``with limit.of(seconds)`` raises TimeoutError around a wait that takes longer; None has no limit.

    One wait at a time; ``close`` it at last.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[object] | None = None
        self._seconds: float | None = None
        self._deadline: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0
        self._cancelling = 0
        self._is_expired = False

    def of(self, seconds: float | None) -> "WaitLimit":
        """Set the limit of the next wait."""
        self._seconds = seconds
        return self

    def close(self) -> None:
        """Cancel the timer."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def __enter__(self) -> None:
        if self._seconds is None:
            return
        self._task = asyncio.current_task()
        self._cancelling = self._task.cancelling() if self._task else 0
        self._deadline = self._loop.time() + self._seconds
        # A timer for an earlier moment stays: when it fires, it is set for the deadline of that time.
        if self._timer is None or self._timer_at > self._deadline:
            self._start_timer(self._deadline)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._deadline = None
        if self._is_expired:
            self._is_expired = False
            # As in asyncio.timeout: where somebody else has cancelled the task too, theirs goes on.
            if self._task and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
                raise TimeoutError from error

    def _start_timer(self, when: float) -> None:
        self.close()
        self._timer_at = when
        self._timer = self._loop.call_at(when, self._check)

    def _check(self) -> None:
        self._timer = None
        if self._deadline is None:
            return  # nobody waits; the next wait sets the timer
        if self._loop.time() < self._deadline - TIMER_TOLERANCE:
            self._start_timer(self._deadline)
        elif self._task:
            self._is_expired = True
            self._task.cancel()
