"""How many accounts an address may make, and how many may wait at once for their passwords to be hashed."""

import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from limits import RateLimitItemPerHour
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from core.errors import TooManyRequests

MAX_ACCOUNTS_PER_ADDRESS = RateLimitItemPerHour(200)
MAX_WAITING_REGISTRATIONS = 200
"""Registrations of all addresses that wait at once: they take less than a minute."""


class RegistrationLimits:
    """Limits of registration alone: they have no part in signing in."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._waiting = 0

    @asynccontextmanager
    async def attempt(self, network: str) -> AsyncIterator[None]:
        """Count a registration from this network while it waits. Raises TooManyRequests."""
        # Before the address is counted: who is refused for the others' sake has used up nothing.
        if self._waiting >= MAX_WAITING_REGISTRATIONS:
            raise _too_many(60)
        if not await self._limiter.hit(MAX_ACCOUNTS_PER_ADDRESS, network):
            reset_time, _ = await self._limiter.get_window_stats(MAX_ACCOUNTS_PER_ADDRESS, network)
            raise _too_many(reset_time - time.time())
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1


def _too_many(delay: float) -> TooManyRequests:
    retry_after = max(1, math.ceil(delay))
    return TooManyRequests(f"Too many new accounts: try again in {retry_after} seconds.", retry_after=retry_after)
