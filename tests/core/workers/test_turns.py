"""Turns of long work in the event loop: short, and with room between them, however many take them."""

import asyncio
import itertools
import time

import pytest

from core.workers.turns import TURN_INTERVAL, TURN_SECONDS, Turn, Turns


async def test_turns_of_many_come_one_after_another_with_room_between() -> None:
    turns = Turns()
    begins: list[float] = []

    async def work() -> None:
        for _ in range(3):
            await turns.take()
            begins.append(time.monotonic())

    async with asyncio.timeout(10):
        await asyncio.gather(*(work() for _ in range(5)))
    assert min(after - before for before, after in itertools.pairwise(begins)) >= TURN_INTERVAL / 2


async def test_those_that_a_busy_loop_wakes_together_have_no_turn_together() -> None:
    turns = Turns()
    begins: list[float] = []

    async def work() -> None:
        await turns.take()
        begins.append(time.monotonic())

    async with asyncio.timeout(10):
        tasks = [asyncio.create_task(work()) for _ in range(4)]
        await asyncio.sleep(0)
        time.sleep(5 * TURN_INTERVAL)  # noqa: ASYNC251 - what holds the loop up
        await asyncio.gather(*tasks)
    assert min(after - before for before, after in itertools.pairwise(begins)) >= TURN_INTERVAL / 2


def test_a_turn_is_over_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("core.workers.turns.time.monotonic", lambda: now)
    turn = Turn()
    now = TURN_SECONDS / 2
    assert not turn.is_over
    now = TURN_SECONDS * 2
    assert turn.is_over
