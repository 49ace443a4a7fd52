"""Threads that do one call after another for an event loop, for calls so short that handing them over must be cheap."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


class ThreadsClosed(Exception):
    """These threads take no work any more."""


class Threads:
    """``count`` threads. An executor does the same, at three times the cost of each hand-over."""

    def __init__(self, count: int, name: str) -> None:
        self._calls: SimpleQueue[tuple[asyncio.Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._threads = [Thread(target=self._work, name=f"{name} {number}", daemon=True) for number in range(count)]
        self._started = self._closed = False

    async def call(self, work: Callable[[], T]) -> T:
        """What ``work`` returns or raises; it may be left out where the caller is cancelled. Raises ThreadsClosed."""
        if self._closed:
            raise ThreadsClosed
        if not self._started:
            self._start()
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._calls.put((answer, work))
        return await answer

    async def close(self) -> None:
        """Take no more work, and return when all is done that was taken."""
        self._closed = True  # in the loop, as the calls are taken: none comes after the last word
        started = [thread for thread in self._threads if thread.ident]
        for _ in started:
            self._calls.put(None)
        for thread in started:
            await asyncio.to_thread(thread.join)

    def _start(self) -> None:
        for thread in self._threads:
            if not thread.ident:
                thread.start()
        self._started = True

    def _work(self) -> None:
        while call := self._calls.get():
            _do(*call)
            del call  # else what it holds would be kept until the next one


def _do(answer: asyncio.Future[Any], work: Callable[[], Any]) -> None:
    if answer.cancelled():
        return
    try:
        settle = partial(_settle, answer, work(), None)
    except BaseException as error:  # noqa: BLE001 - raised where it was asked for
        settle = partial(_settle, answer, None, error)
    with suppress(RuntimeError):  # the loop is closed: nobody waits
        answer.get_loop().call_soon_threadsafe(settle)


def _settle(answer: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if answer.done():  # whoever asked was cancelled
        return
    if error:
        answer.set_exception(error)
    else:
        answer.set_result(result)
