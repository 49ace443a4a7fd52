"""Places for work: a bounded number, in fair order between callers, and never all of them for one."""

import asyncio

import pytest

from core.errors import QueueFull
from core.workers.fair_slots import FairSlots


class Work:
    """Tasks that hold a place until they are ended, by name."""

    def __init__(self, slots: FairSlots) -> None:
        self.order: list[str] = []
        self._slots = slots
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def start(self, *names: str) -> None:
        """The first letter of a name is its caller."""
        for name in names:
            self._tasks[name] = asyncio.create_task(self._hold(name))
            await asyncio.sleep(0)

    async def end(self, *names: str) -> None:
        for name in names:
            self._tasks[name].cancel()
        await asyncio.gather(*(self._tasks[name] for name in names), return_exceptions=True)
        await asyncio.sleep(0)

    async def _hold(self, name: str) -> None:
        async with self._slots.place(name[0]):
            self.order.append(name)
            await asyncio.Event().wait()


async def test_one_caller_leaves_a_place_for_another() -> None:
    work = Work(FairSlots(2))
    await work.start("a1", "a2", "a3", "b1")
    assert work.order == ["a1", "b1"]
    await work.end("a1", "a2", "a3", "b1")


async def test_callers_are_served_in_turn() -> None:
    work = Work(FairSlots(1))
    await work.start("a1", "a2", "a3", "b1", "b2", "c1")
    for name in ("a1", "a2", "b1", "c1", "a3"):
        await work.end(name)
    assert work.order == ["a1", "a2", "b1", "c1", "a3", "b2"]
    await work.end("b2")


async def test_who_leaves_while_waiting_takes_no_place() -> None:
    work = Work(FairSlots(1))
    await work.start("a1", "a2", "b1")
    await work.end("a2", "a1")
    assert work.order == ["a1", "b1"]
    await work.end("b1")


async def test_all_who_leave_at_once_leave_all_places() -> None:
    slots = FairSlots(2)
    work = Work(slots)
    await work.start("a1", "b1", "a2", "b2", "c1")
    await work.end("a1", "b1", "a2", "b2", "c1")
    later = Work(slots)
    await later.start("a1", "b1", "c1")
    assert later.order == ["a1", "b1"]
    await later.end("a1", "b1", "c1")


def test_it_serves_one_event_loop_after_another() -> None:
    slots = FairSlots(1)

    async def use() -> list[str]:
        work = Work(slots)
        await work.start("a1", "b1")
        await work.end("a1", "b1")
        return work.order

    assert asyncio.run(use()) == asyncio.run(use()) == ["a1"]


async def test_so_many_of_one_caller_wait_and_no_more() -> None:
    slots = FairSlots(2, max_waiting=3)
    work = Work(slots)
    await work.start("a1", "a2", "a3", "a4")
    with pytest.raises(QueueFull) as caught:
        async with slots.place("a"):
            raise AssertionError("a place was given")
    assert caught.value.retry_after > 0
    await work.start("b1")
    assert work.order == ["a1", "b1"]
    await work.end("a2")
    await work.start("a5")
    await work.end("a1", "a3", "a4")
    assert work.order == ["a1", "b1", "a5"]
    await work.end("a5", "b1")
