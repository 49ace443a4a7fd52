import asyncio
import threading
from collections.abc import AsyncGenerator
from functools import partial

import pytest

from data.threads import WorkersClosed, WorkerThreads


@pytest.fixture
async def threads() -> AsyncGenerator[WorkerThreads, None]:
    threads = WorkerThreads(2, "worker")
    yield threads
    await threads.close()


async def test_calls_are_answered_each_with_its_own_result(threads: WorkerThreads) -> None:
    assert await asyncio.gather(*(threads.call(partial(pow, n, 2)) for n in range(50))) == [n * n for n in range(50)]


async def test_what_a_call_raises_is_raised_where_it_was_asked_for(threads: WorkerThreads) -> None:
    def fail() -> None:
        raise LookupError("nothing here")

    with pytest.raises(LookupError, match="nothing here"):
        await threads.call(fail)
    assert await threads.call(threading.active_count) > 1


async def test_one_who_is_cancelled_disturbs_nobody(threads: WorkerThreads) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def wait() -> bool:
        begun.set()
        return go_on.wait(10)

    held = [asyncio.create_task(threads.call(wait)) for _ in range(2)]
    await asyncio.to_thread(begun.wait, 10)
    left_out: list[str] = []
    waiting = asyncio.create_task(threads.call(lambda: left_out.append("done")))
    await asyncio.sleep(0)
    waiting.cancel()
    held[0].cancel()
    await asyncio.wait([waiting, held[0]])
    go_on.set()
    assert await held[1] is True
    assert await threads.call(lambda: 1) == 1
    assert left_out == []


async def test_closing_waits_for_what_was_taken_and_takes_no_more() -> None:
    threads, done = WorkerThreads(1, "worker"), list[int]()
    tasks = [asyncio.create_task(threads.call(partial(done.append, n))) for n in range(20)]
    await asyncio.sleep(0)
    await threads.close()
    assert done == list(range(20))
    await asyncio.gather(*tasks)
    with pytest.raises(WorkersClosed):
        await threads.call(lambda: 1)
