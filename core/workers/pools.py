"""Work on foreign content in processes that can be killed: what a model wrote, or a person sent, may be hostile.

Threads do not help: a pattern that backtracks, or a parser written in C, holds Python's lock and cannot be interrupted.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import CancelledError as FutureCancelled
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from tempfile import mkstemp
from typing import TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from core.errors import Unavailable
from core.workers.calls import Result, limit_process, load, load_results, run_items, run_limited
from core.workers.fair_slots import FairSlots

C = TypeVar("C")
Item = TypeVar("Item")
T = TypeVar("T")

POOL_SIZE = 2
MAX_CALL_CPU_SECONDS = 5.0
"""For one call, unless it says otherwise; the kernel ends a worker that takes more, also inside C code."""
WALL_FACTOR = 6
"""A call may wait for a busy processor: it is stopped after so many times its CPU seconds."""
MAX_WAIT_FOR_WORKER = 30.0
"""Seconds in which a free pool has begun with a call; if it has not, it is beyond hope and another one is started."""
MAX_WAITING_PER_CALLER = 20
"""Calls of one user that wait for a worker; each holds the texts that it is about."""
MAX_CALLS_PER_WORKER = 500
"""After so many a worker is replaced, so that what libraries leak is bounded."""
MAX_INLINE_PICKLE_BYTES = 100_000
"""A longer result is read in a thread: it would hold up the event loop."""
KILL_SIGNAL = 9
"""SIGKILL, which Windows has not. The limits of a call end a worker by other signals."""
STOPPED_MESSAGE = "This is too much to work on: it was stopped."
BROKEN_MESSAGE = "The processes that work on this were ended from outside: try again."
PRELOADED_MODULES = (
    "core.files.source_file",
    "core.prompts.api_summary",
    "core.review.checking.checks",
    "core.review.formatting.format_files",
    "core.review.repairs.repair",
    "core.uploads.unpacked_version",
    "core.versions.diff",
    "core.versions.file_changes",
    "core.versions.highlight",
    "core.versions.text_search",
    "core.workers.main_module",
)
"""What is called in workers, imported once, in the process that they are forked from."""


class WorkStopped(Unavailable):
    """The work took more CPU, time or memory than it may, or it crashed; trying it again would end the same."""


class _Pool(ProcessPool):
    """A pool whose workers are gone before the locks that they share: one just starting would miss them, loudly."""

    def _stop_pool(self) -> None:
        if self._pool_manager_loop is not None:
            self._pool_manager_loop.join()  # which starts new ones
        self._pool_manager.worker_manager.force_stop_workers()  # type: ignore[no-untyped-call]
        super()._stop_pool()  # type: ignore[no-untyped-call]


class WorkerPool:
    """A few processes of low priority; started at the first call, or before by ``warm_up``."""

    def __init__(self, size: int = POOL_SIZE) -> None:
        self._size = size
        self._pool: ProcessPool | None = None
        self._slots = FairSlots(size, MAX_WAITING_PER_CALLER)

    async def run(
        self,
        function: Callable[..., T],
        *arguments: object,
        cpu_seconds: float = MAX_CALL_CPU_SECONDS,
        caller: Hashable = None,
    ) -> T:
        """What ``function``, which must be importable, returns for ``arguments``; both are pickled.

        ``caller`` is who wants it: of several, none is held up by the many calls of another.
        Raises WorkStopped, QueueFull, and whatever the function raises. A caller that is cancelled has the worker
        killed.
        """
        async with self._slots.place(caller):
            try:
                pickled = await self._run_in_worker(cpu_seconds, function, arguments)
            except BrokenProcessPool:  # a worker was killed from outside, maybe by a system without memory
                pickled = await self._run_again(cpu_seconds, function, arguments)
        large = len(pickled) > MAX_INLINE_PICKLE_BYTES
        outcome: Result[T] | Exception = await asyncio.to_thread(load, pickled) if large else load(pickled)
        match outcome:
            case MemoryError():
                raise WorkStopped(STOPPED_MESSAGE) from outcome
            case Exception():
                raise outcome
            case Result(value=value):
                return value

    async def run_each(
        self,
        function: Callable[[C, Item], T],
        context: C,
        items: Sequence[Item],
        *,
        cpu_seconds_each: float,
        cpu_seconds: float,
    ) -> list[T | None]:
        """The result of ``function(context, item)`` for each item; None for an item whose work was stopped.

        An item may take ``cpu_seconds_each``, all of them ``cpu_seconds``: those that come too late are None, too.
        """
        results: list[T | None] = []
        if not items:
            return results
        # In a file, because what a worker has found must outlast it when it is killed.
        path = await asyncio.to_thread(_create_file)
        try:
            while len(results) < len(items) and cpu_seconds > 0:
                limits = (cpu_seconds_each, cpu_seconds)
                try:
                    await self.run(
                        run_items,
                        *(function, context, items[len(results) :], limits, path),
                        cpu_seconds=cpu_seconds,
                        caller=path,
                    )
                    results += await asyncio.to_thread(load_results, path)
                except WorkStopped:
                    # The results so far are in the file; the next item is the one that it was stopped at.
                    results += await asyncio.to_thread(load_results, path)
                    results.append(None)
                    cpu_seconds -= cpu_seconds_each
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        return [*results, *[None] * len(items)][: len(items)]

    async def warm_up(self) -> None:
        """Start the processes, and have them import what they will need."""
        await asyncio.gather(*(self.run(os.getpid, caller=number) for number in range(self._size)))

    async def close(self) -> None:
        """Kill the processes; the next call would start new ones. Twice is harmless."""
        if self._pool:
            await self._end(self._pool)

    async def _run_again(self, cpu_seconds: float, function: Callable[..., T], arguments: Sequence[object]) -> bytes:
        try:
            return await self._run_in_worker(cpu_seconds, function, arguments)
        except BrokenProcessPool as error:
            raise Unavailable(BROKEN_MESSAGE) from error

    async def _run_in_worker(
        self, cpu_seconds: float, function: Callable[..., T], arguments: Sequence[object]
    ) -> bytes:
        """The pickled outcome. Raises WorkStopped, and BrokenProcessPool where the work was killed from outside."""
        pool = await self._running_pool()
        limit = cpu_seconds * WALL_FACTOR
        future: ProcessFuture[bytes] = pool.schedule(
            run_limited, args=(cpu_seconds, function, arguments), timeout=limit
        )
        try:
            # Of its own, since the pool's limit begins with the work: what a dying worker had fetched never begins.
            async with asyncio.timeout(limit + MAX_WAIT_FOR_WORKER) as wait:
                return await asyncio.wrap_future(future)
        except (ProcessExpired, TimeoutError, FutureCancelled) as error:
            if isinstance(error, ProcessExpired) and error.exitcode == -KILL_SIGNAL:
                raise BrokenProcessPool(str(error)) from error
            if wait.expired():
                await self._end(pool)
            raise WorkStopped(STOPPED_MESSAGE) from error

    async def _running_pool(self) -> ProcessPool:
        while self._pool and not self._pool.active:
            # pebble gives up a pool of which an idle worker was killed, but leaves its other workers and threads.
            await self._end(self._pool)
        if self._pool is None:
            self._pool = _create_pool(self._size)
        return self._pool

    async def _end(self, pool: ProcessPool) -> None:
        if self._pool is pool:
            self._pool = None
        pool.stop()  # type: ignore[no-untyped-call]
        await asyncio.to_thread(pool.join)


def _create_pool(size: int) -> ProcessPool:
    # Not forked from this process, whose threads may hold locks at that moment.
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload([*PRELOADED_MODULES])
    return _Pool(max_workers=size, max_tasks=MAX_CALLS_PER_WORKER, initializer=limit_process, context=context)


# Of the whole process, as the threads of asyncio are: what may run in them is known by its function alone, and two
# installations in one process share them.
REVIEW_WORKERS = WorkerPool()
"""For the reviews of versions, which nobody waits for at a screen."""
REQUEST_WORKERS = WorkerPool()
"""For what a person has asked for and waits for: a comparison, an archive, an upload."""


async def warm_up_workers() -> None:
    """Start all worker processes."""
    await asyncio.gather(REVIEW_WORKERS.warm_up(), REQUEST_WORKERS.warm_up())


async def close_workers() -> None:
    """Kill all worker processes."""
    await asyncio.gather(REVIEW_WORKERS.close(), REQUEST_WORKERS.close())


def _create_file() -> Path:
    descriptor, name = mkstemp(prefix="livewright-")
    os.close(descriptor)
    return Path(name)
