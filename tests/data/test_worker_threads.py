"""Calls in worker threads: results, errors, cancellation, order, end."""

import asyncio
import threading

import pytest

from data.worker_threads import WorkerThreads


async def test_a_call_returns_or_raises_what_the_function_does() -> None:
    threads = WorkerThreads(2, "test")
    assert await threads.call(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        await threads.call(divmod, 7, 0)
    await threads.close()


async def test_a_call_that_raises_stop_iteration_is_an_error_and_no_hang() -> None:
    threads = WorkerThreads(1, "test")
    async with asyncio.timeout(5):
        with pytest.raises(RuntimeError, match="StopIteration"):
            await threads.call(next, iter(()))
    await threads.close()


async def test_calls_of_one_thread_keep_their_order_and_close_waits_for_them() -> None:
    threads, done = WorkerThreads(1, "test"), list[int]()
    calls = [asyncio.create_task(threads.call(done.append, number)) for number in range(50)]
    await asyncio.sleep(0)
    await threads.close()
    assert done == list(range(50))
    await asyncio.gather(*calls)


async def test_a_cancelled_call_is_left_out_before_its_turn_and_ignored_after_it() -> None:
    threads, done = WorkerThreads(1, "test"), list[str]()
    started, gate = threading.Event(), threading.Event()

    def wait() -> None:
        started.set()
        gate.wait(5)
        done.append("running")

    running = asyncio.create_task(threads.call(wait))
    waiting = asyncio.create_task(threads.call(done.append, "waiting"))
    await asyncio.to_thread(started.wait, 5)
    running.cancel()
    waiting.cancel()
    await asyncio.gather(running, waiting, return_exceptions=True)
    gate.set()
    assert await threads.call(len, done) == 1
    assert done == ["running"]
    await threads.close()


async def test_close_ends_the_threads_and_may_be_called_twice() -> None:
    threads = WorkerThreads(3, "ending")
    await threads.call(int)
    await threads.close()
    await threads.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ending")]


def test_a_loop_that_is_closed_meanwhile_does_no_harm() -> None:
    threads, gate = WorkerThreads(1, "test"), threading.Event()

    async def leave() -> None:
        task = asyncio.create_task(threads.call(gate.wait, 5))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(leave())
    gate.set()
    asyncio.run(threads.close())
