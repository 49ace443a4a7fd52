"""Threads that do one short call after another for an event loop.

An executor does the same through two futures for each call, at three times the cost: a run's start and end make a dozen
calls, most of them shorter than what an executor adds (``tests/benchmarks/start_delay.py``).
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


class WorkerThreads:
    """``count`` threads, started at the first call."""

    def __init__(self, count: int, name: str) -> None:
        self._calls: SimpleQueue[tuple[asyncio.Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._threads = [Thread(target=self._work, name=f"{name} {number}", daemon=True) for number in range(count)]

    async def call(self, function: Callable[..., T], *arguments: object) -> T:
        """What the function returns or raises; it is left out where the caller is cancelled before its turn."""
        for thread in self._threads:
            if thread.ident is None:
                thread.start()
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._calls.put((future, partial(function, *arguments)))
        return await future

    async def close(self) -> None:
        """Return when all calls are done that were taken; none may be made from here on."""
        started = [thread for thread in self._threads if thread.ident is not None]
        for _ in started:
            self._calls.put(None)
        for thread in started:
            await asyncio.to_thread(thread.join)

    def _work(self) -> None:
        while call := self._calls.get():
            _complete(*call)
            del call  # else what it holds would be kept until the next one


def _complete(future: asyncio.Future[Any], function: Callable[[], Any]) -> None:
    """Call the function in this thread, and settle the future in its loop."""
    if future.cancelled():
        return
    try:
        settle = partial(_settle, future, function(), None)
    except BaseException as error:  # noqa: BLE001 - the boundary of a thread: raised where the call was made
        settle = partial(_settle, future, None, error)
    with suppress(RuntimeError):  # the loop is closed: nobody waits
        future.get_loop().call_soon_threadsafe(settle)


def _settle(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if future.done():  # the caller was cancelled meanwhile
        return
    if error is None:
        future.set_result(result)
        return
    # A future takes no StopIteration.
    future.set_exception(RuntimeError("a call raised StopIteration") if isinstance(error, StopIteration) else error)
