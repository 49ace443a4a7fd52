"""Threads that do one call after another for an event loop, for calls so short that handing them over must be cheap."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


class WorkersClosed(Exception):
    """These threads take no work any more."""


class WorkerThreads:
    """``count`` threads. An executor does the same, at three times the cost of each hand-over."""

    def __init__(self, count: int, name: str) -> None:
        self._call_queue: SimpleQueue[tuple[asyncio.Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._threads = [
            Thread(target=self._run_calls, name=f"{name} {number}", daemon=True) for number in range(count)
        ]
        self._is_started = self._is_closed = False

    async def call(self, work: Callable[[], T]) -> T:
        """What ``work`` returns or raises; it may be left out where the caller is cancelled. Raises ThreadsClosed."""
        if self._is_closed:
            raise WorkersClosed
        if not self._is_started:
            self._start()
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._call_queue.put((future, work))
        return await future

    async def close(self) -> None:
        """Take no more work, and return when all is done that was taken."""
        self._is_closed = True  # in the loop, as the calls are taken: none comes after the last word
        started = [thread for thread in self._threads if thread.ident]
        for _ in started:
            self._call_queue.put(None)
        for thread in started:
            await asyncio.to_thread(thread.join)

    def _start(self) -> None:
        for thread in self._threads:
            if not thread.ident:
                thread.start()
        self._is_started = True

    def _run_calls(self) -> None:
        while call := self._call_queue.get():
            _run_call(*call)
            del call  # else what it holds would be kept until the next one


def _run_call(future: asyncio.Future[Any], work: Callable[[], Any]) -> None:
    if future.cancelled():
        return
    try:
        set_outcome = partial(_set_outcome, future, work(), None)
    except BaseException as error:  # noqa: BLE001 - raised where it was asked for
        set_outcome = partial(_set_outcome, future, None, error)
    with suppress(RuntimeError):  # the loop is closed: nobody waits
        future.get_loop().call_soon_threadsafe(set_outcome)


def _set_outcome(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if future.done():  # whoever asked was cancelled
        return
    if error:
        future.set_exception(error)
    else:
        future.set_result(result)
