"""Thread pools for bcrypt: known addresses, unknown addresses, registrations.

One flooded pool does not delay the others. Hashing is slow by intent: with the default cost, a thread does about four
a second.
"""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from core.accounts import security

T = TypeVar("T")

KNOWN_THREADS, STRANGER_THREADS, REGISTRATION_THREADS = 2, 1, 1
LOWEST_PRIORITY = 19


class PasswordThreads:
    """Hashes and checks passwords; ``rounds`` is bcrypt's cost."""

    def __init__(self, rounds: int) -> None:
        self._rounds = rounds
        self._known = ThreadPoolExecutor(KNOWN_THREADS, "password of a known address")
        self._strangers = ThreadPoolExecutor(STRANGER_THREADS, "password")
        self._registrations = ThreadPoolExecutor(REGISTRATION_THREADS, "new password", _lower_priority)

    async def hash_new(self, password: str) -> str:
        """The hash of a new account's password."""
        return await self._run(self._registrations, lambda: security.hash_password(password, self._rounds))

    async def verify(self, password: str, hashed: str, *, from_known_address: bool) -> bool:
        """Whether this is the password."""
        threads = self._known if from_known_address else self._strangers
        return await self._run(threads, lambda: security.verify_password(password, hashed))

    def close(self) -> None:
        """Stop the threads."""
        for threads in (self._known, self._strangers, self._registrations):
            threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, threads: ThreadPoolExecutor, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(threads, call)


def _lower_priority() -> None:
    """Linux alone has priorities of threads."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWEST_PRIORITY)


class KeyedLocks:
    """One lock per key: the sign-ins of one client wait for each other only."""

    def __init__(self) -> None:
        self._locks: dict[Hashable, asyncio.Lock] = {}
        self._waiting: dict[Hashable, int] = {}

    def waiting_count(self, key: Hashable) -> int:
        """How many hold or await the lock of this key."""
        return self._waiting.get(key, 0)

    @asynccontextmanager
    async def hold(self, key: Hashable) -> AsyncIterator[None]:
        """Wait for the lock of this key and hold it."""
        lock = self._locks.setdefault(key, asyncio.Lock())
        self._waiting[key] = self.waiting_count(key) + 1
        try:
            async with lock:
                yield
        finally:
            self._waiting[key] -= 1
            # The last one takes the lock along: keys are addresses, of which strangers have any number.
            if not self._waiting[key]:
                del self._waiting[key], self._locks[key]
