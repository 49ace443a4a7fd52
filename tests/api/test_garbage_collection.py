"""All objects are searched for garbage when nothing is being written."""

import asyncio
import gc
from collections.abc import Iterator
from itertools import count

import pytest

from api import garbage_collection
from api.garbage_collection import MAX_BUSY_SECONDS, begin, collect_when_quiet


@pytest.fixture(autouse=True)
def _gc_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(garbage_collection, "QUIET_CHECK_SECONDS", 0)
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


class Cycle:
    """Garbage that only the collector finds."""

    def __init__(self) -> None:
        self.itself = self


def old_cycles() -> int:
    return sum(isinstance(each, Cycle) for each in gc.get_objects(generation=2))


async def run_for_some_turns(*, is_busy: bool, seconds_a_look: float) -> None:
    ticks = count(0, seconds_a_look)
    task = asyncio.create_task(collect_when_quiet(lambda: is_busy, lambda: next(ticks)))
    for _ in range(10):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def make_old_garbage() -> None:
    begin()
    cycle = Cycle()
    gc.collect(1)
    del cycle
    assert old_cycles() == 1


async def test_old_garbage_is_found_while_nothing_is_written() -> None:
    make_old_garbage()
    await run_for_some_turns(is_busy=False, seconds_a_look=0)
    assert old_cycles() == 0


async def test_it_waits_while_something_is_written_but_not_for_ever() -> None:
    make_old_garbage()
    await run_for_some_turns(is_busy=True, seconds_a_look=0)
    assert old_cycles() == 1
    await run_for_some_turns(is_busy=True, seconds_a_look=MAX_BUSY_SECONDS + 1)
    assert old_cycles() == 0


async def test_without_anything_old_no_search_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    begin()
    gc.collect()
    searches: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda: searches.append(1))
    monkeypatch.setattr(gc, "get_count", lambda: (5, 1, 0))
    await run_for_some_turns(is_busy=False, seconds_a_look=0)
    assert searches == []
