"""Growing delays after failures, each key for itself. No I/O; the caller gives the clock."""

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

MAX_REMEMBERED_KEYS = 50_000
"""Keys of which failures are remembered; of more, those that failed longest ago are forgotten."""


@dataclass(frozen=True, slots=True)
class BackoffPolicy:
    """How failures delay the next attempt; times in seconds.

    ``free_failures`` delay nothing. From then on each failure doubles the delay, from ``first_delay`` up to
    ``max_delay``. Every ``recovery`` forgives one failure.
    """

    free_failures: int
    first_delay: float
    max_delay: float
    recovery: float


@dataclass(slots=True)
class _Failures:
    """A leaky bucket: ``level`` failures at ``updated_at``, less those forgiven since."""

    level: float
    updated_at: float
    blocked_until: float


class Backoff:
    """Failures by key. ``clock`` gives seconds and never goes back, as ``time.monotonic``."""

    def __init__(self, policy: BackoffPolicy, clock: Callable[[], float]) -> None:
        self._policy = policy
        self._clock = clock
        self._failures: OrderedDict[Hashable, _Failures] = OrderedDict()

    def delay(self, key: Hashable) -> float:
        """Seconds until the next attempt is due; 0 if it is due now."""
        failures = self._failures.get(key)
        return max(0.0, failures.blocked_until - self._clock()) if failures else 0.0

    def failure_count(self, key: Hashable) -> float:
        """Failures that are not forgiven yet."""
        failures = self._failures.get(key)
        if failures is None:
            return 0.0
        return max(0.0, failures.level - (self._clock() - failures.updated_at) / self._policy.recovery)

    def add_failure(self, key: Hashable) -> None:
        """Count a failure, and delay the next attempt where there were too many."""
        now, level = self._clock(), self.failure_count(key) + 1
        excess = math.ceil(level) - self._policy.free_failures
        blocked_until = now + self._delay_after(excess) if excess >= 0 else now
        self._failures[key] = _Failures(level, now, blocked_until)
        # In the order of the last failures, so that the first entry is the one to forget.
        self._failures.move_to_end(key)
        if len(self._failures) > MAX_REMEMBERED_KEYS:
            self._failures.popitem(last=False)

    def forgive(self, key: Hashable) -> None:
        """Take one failure back: what was counted turned out to be none."""
        level = self.failure_count(key) - 1
        if level <= 0:
            self.clear(key)
            return
        now = self._clock()
        # One success among too many failures does not end the delay.
        blocked_until = self._failures[key].blocked_until if level >= self._policy.free_failures else now
        self._failures[key] = _Failures(level, now, blocked_until)

    def clear(self, key: Hashable) -> None:
        """Forget every failure."""
        self._failures.pop(key, None)

    def _delay_after(self, excess: int) -> float:
        doublings = min(excess, 64)  # more would not fit into a float, and is far above any maximum
        return min(self._policy.max_delay, self._policy.first_delay * 2.0**doublings)
