"""Many waits with limits of their own."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio

from core.engines.http.patience import Patience


@pytest_asyncio.fixture
async def patience() -> AsyncGenerator[Patience, None]:
    """One that is closed at last, in a bounded time."""
    one = Patience()
    async with asyncio.timeout(10):
        yield one
    one.close()


async def test_a_wait_that_takes_longer_ends_in_a_timeout(patience: Patience) -> None:
    with pytest.raises(TimeoutError), patience.of(0.01):
        await asyncio.Event().wait()


async def test_a_limit_counts_for_each_wait_and_not_for_all_of_them(patience: Patience) -> None:
    for _ in range(10):
        with patience.of(0.1):
            await asyncio.sleep(0.02)


async def test_nothing_is_cancelled_between_two_waits(patience: Patience) -> None:
    with patience.of(0.01):
        await asyncio.sleep(0)
    await asyncio.sleep(0.05)
    with patience.of(1):
        await asyncio.sleep(0)


async def test_a_shorter_limit_after_a_longer_one(patience: Patience) -> None:
    with patience.of(60):
        await asyncio.sleep(0)
    with pytest.raises(TimeoutError), patience.of(0.01):
        await asyncio.Event().wait()


async def test_it_goes_on_after_a_timeout(patience: Patience) -> None:
    for _ in range(2):
        with pytest.raises(TimeoutError), patience.of(0.01):
            await asyncio.Event().wait()
    with patience.of(None):
        await asyncio.sleep(0.03)


async def test_a_cancel_from_outside_is_no_timeout(patience: Patience) -> None:
    async def wait() -> None:
        with patience.of(10):
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
