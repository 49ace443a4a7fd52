"""Many waits with limits of their own."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from core.engines.http.wait_limit import WaitLimit


@pytest.fixture
async def limit() -> AsyncGenerator[WaitLimit, None]:
    limit = WaitLimit()
    yield limit
    limit.close()


async def test_a_wait_that_takes_longer_ends_in_a_timeout(limit: WaitLimit) -> None:
    with pytest.raises(TimeoutError), limit.of(0.01):
        await asyncio.Event().wait()


async def test_a_limit_counts_for_each_wait_and_not_for_all_of_them(limit: WaitLimit) -> None:
    for _ in range(10):
        with limit.of(0.1):
            await asyncio.sleep(0.02)


async def test_nothing_is_cancelled_between_two_waits(limit: WaitLimit) -> None:
    with limit.of(0.01):
        await asyncio.sleep(0)
    await asyncio.sleep(0.05)
    with limit.of(1):
        await asyncio.sleep(0)


async def test_a_shorter_limit_after_a_longer_one(limit: WaitLimit) -> None:
    with limit.of(60):
        await asyncio.sleep(0)
    with pytest.raises(TimeoutError), limit.of(0.01):
        await asyncio.Event().wait()


async def test_it_goes_on_after_a_timeout(limit: WaitLimit) -> None:
    for _ in range(2):
        with pytest.raises(TimeoutError), limit.of(0.01):
            await asyncio.Event().wait()
    with limit.of(None):
        await asyncio.sleep(0.03)


async def test_a_cancel_from_outside_is_no_timeout(limit: WaitLimit) -> None:
    async def wait() -> None:
        with limit.of(10):
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
