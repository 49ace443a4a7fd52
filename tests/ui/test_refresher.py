"""A refresh that is asked for often runs seldom, one that fails is tried again, and the last change is never missed."""

import asyncio
import time

import pytest

from core.errors import DatabaseUnavailable, NotFound
from tests.support.users.simulated_user import SimulatedUser
from ui import refresher
from ui.refresher import Refresher

pytestmark = pytest.mark.asyncio(loop_scope="session")

INTERVAL = 0.1


class Counter:
    """Counts refreshes; each raises the next of ``errors``, if there is one."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.count = 0
        self.running = 0
        self.most_running = 0
        self.started = asyncio.Condition()

    async def refresh(self) -> None:
        async with self.started:
            self.count += 1
            self.started.notify_all()
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        await asyncio.sleep(0.01)
        self.running -= 1
        if self.errors:
            raise self.errors.pop(0)

    async def wait_for(self, count: int) -> None:
        async with asyncio.timeout(10), self.started:
            await self.started.wait_for(lambda: self.count >= count)


async def refresher_of(user: SimulatedUser, counter: Counter) -> Refresher:
    await user.open("/login")
    with user.client:
        return Refresher(counter.refresh, interval=INTERVAL)


async def test_nothing_runs_until_it_is_asked_for(user: SimulatedUser) -> None:
    counter = Counter()
    await refresher_of(user, counter)
    await asyncio.sleep(3 * INTERVAL)
    assert counter.count == 0


async def test_many_requests_run_at_most_once_per_interval_and_one_at_a_time(user: SimulatedUser) -> None:
    counter = Counter()
    refresh = await refresher_of(user, counter)
    began = time.monotonic()
    for _ in range(100):
        refresh.request()
        await asyncio.sleep(0.005)
    seconds = time.monotonic() - began
    await asyncio.sleep(2 * INTERVAL)
    assert 2 <= counter.count <= seconds / INTERVAL + 2
    assert counter.most_running == 1


async def test_a_request_during_a_refresh_is_not_lost(user: SimulatedUser) -> None:
    counter = Counter()
    refresh = await refresher_of(user, counter)
    refresh.request()
    await counter.wait_for(1)
    assert counter.running
    refresh.request()
    await counter.wait_for(2)


async def test_a_database_that_does_not_answer_is_asked_again(
    user: SimulatedUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresher, "REFRESH_RETRY_SECONDS", 0.05)
    counter = Counter(DatabaseUnavailable("locked"), DatabaseUnavailable("locked"))
    (await refresher_of(user, counter)).request()
    await counter.wait_for(3)
    await asyncio.sleep(3 * INTERVAL)
    assert counter.count == 3


async def test_what_is_gone_is_not_asked_for_again_but_the_next_change_is_seen(user: SimulatedUser) -> None:
    counter = Counter(NotFound("There is no such project."))
    refresh = await refresher_of(user, counter)
    refresh.request()
    await counter.wait_for(1)
    await asyncio.sleep(3 * INTERVAL)
    assert counter.count == 1
    refresh.request()
    await counter.wait_for(2)


async def test_a_refresh_with_a_bug_is_logged_and_the_page_goes_on(
    user: SimulatedUser, caplog: pytest.LogCaptureFixture
) -> None:
    counter = Counter(ZeroDivisionError())
    refresh = await refresher_of(user, counter)
    refresh.request()
    await counter.wait_for(1)
    refresh.request()
    await counter.wait_for(2)
    assert "a page could not be refreshed" in caplog.text


async def test_it_ends_with_its_page(user: SimulatedUser) -> None:
    counter = Counter()
    refresh = await refresher_of(user, counter)
    user.client.delete()
    refresh.request()
    await asyncio.sleep(3 * INTERVAL)
    assert counter.count == 0
