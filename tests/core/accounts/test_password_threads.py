"""Hashing in threads: a flood of one kind delays no other, and one client's attempts wait for each other only."""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncGenerator, Iterator

import pytest

from core.accounts import security
from core.accounts.password_threads import LOWEST_PRIORITY, KeyedLocks, PasswordThreads

ROUNDS = 4
"""The lowest cost of bcrypt."""


@pytest.fixture
def threads() -> Iterator[PasswordThreads]:
    threads = PasswordThreads(ROUNDS)
    yield threads
    threads.close()


@pytest.fixture
async def hanging_check(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[threading.Event, None]:
    """Passwords called "slow" are checked only once this is set."""
    release = threading.Event()
    verify = security.verify_password

    def verify_slowly(password: str, hashed: str) -> bool:
        return release.wait(10) if password == "slow" else verify(password, hashed)

    monkeypatch.setattr(security, "verify_password", verify_slowly)
    yield release
    release.set()


async def test_a_hashed_password_is_recognised_and_no_other(threads: PasswordThreads) -> None:
    hashed = await threads.hash_new("correct horse")
    assert await threads.verify("correct horse", hashed, from_known_address=True)
    assert await threads.verify("correct horse", hashed, from_known_address=False)
    assert not await threads.verify("correct mule", hashed, from_known_address=True)


async def test_guesses_of_strangers_delay_no_known_address_and_no_registration(
    threads: PasswordThreads, hanging_check: threading.Event
) -> None:
    guesses = [asyncio.create_task(threads.verify("slow", "", from_known_address=False)) for _ in range(20)]
    hashed = await threads.hash_new("correct horse")
    assert await threads.verify("correct horse", hashed, from_known_address=True)
    assert not any(guess.done() for guess in guesses)
    hanging_check.set()
    assert all(await asyncio.gather(*guesses))


async def test_closing_drops_what_has_not_begun(threads: PasswordThreads, hanging_check: threading.Event) -> None:
    waiting = [asyncio.create_task(threads.verify("slow", "", from_known_address=False)) for _ in range(3)]
    await asyncio.sleep(0)  # each task asks for its thread
    threads.close()
    hanging_check.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert results[0] is True
    assert [type(result) for result in results[1:]] == [asyncio.CancelledError] * 2
    with pytest.raises(RuntimeError):
        await threads.hash_new("correct horse")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has priorities of threads")
async def test_registrations_leave_the_processor_to_whoever_is_signed_in(threads: PasswordThreads) -> None:
    def priority() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    loop = asyncio.get_running_loop()
    assert await loop.run_in_executor(threads._registrations, priority) == LOWEST_PRIORITY
    assert await loop.run_in_executor(threads._known, priority) == priority() < LOWEST_PRIORITY


class Recorder:
    """Notes who holds a lock, in order."""

    def __init__(self) -> None:
        self.locks = KeyedLocks()
        self.events: list[str] = []

    async def hold(self, key: str, name: str, release: asyncio.Event) -> None:
        async with self.locks.hold(key):
            self.events.append(f"{name} begins")
            await release.wait()
            self.events.append(f"{name} ends")


async def settle() -> None:
    """Let every task go on as far as it can."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_one_key_is_held_by_one_at_a_time_in_the_order_of_arrival() -> None:
    recorder, release = Recorder(), asyncio.Event()
    holders = [asyncio.create_task(recorder.hold("a", name, release)) for name in ("1", "2", "3")]
    await settle()
    assert recorder.events == ["1 begins"]
    assert recorder.locks.waiting_count("a") == 3
    release.set()
    await asyncio.gather(*holders)
    assert recorder.events == [f"{name} {what}" for name in ("1", "2", "3") for what in ("begins", "ends")]


async def test_other_keys_do_not_wait() -> None:
    recorder, release = Recorder(), asyncio.Event()
    holders = [asyncio.create_task(recorder.hold(key, key, release)) for key in ("a", "b")]
    await settle()
    assert recorder.events == ["a begins", "b begins"]
    assert (recorder.locks.waiting_count("a"), recorder.locks.waiting_count("c")) == (1, 0)
    release.set()
    await asyncio.gather(*holders)


async def test_keys_are_forgotten_also_where_somebody_gave_up_waiting() -> None:
    recorder, release = Recorder(), asyncio.Event()
    holder, waiter = (asyncio.create_task(recorder.hold("a", name, release)) for name in ("1", "2"))
    await settle()
    waiter.cancel()
    await asyncio.gather(waiter, return_exceptions=True)
    assert recorder.locks.waiting_count("a") == 1
    release.set()
    await holder
    assert recorder.locks.waiting_count("a") == 0
    assert not recorder.locks._locks
    assert not recorder.locks._waiting
