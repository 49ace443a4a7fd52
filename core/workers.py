"""Work on foreign content in processes that can be killed: what a model wrote, or a person sent, may be hostile.

Threads do not help: a pattern that backtracks, or a parser written in C, holds Python's lock and cannot be interrupted.
"""

import asyncio
import multiprocessing
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError as FutureCancelled
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp
from typing import Any, Generic, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from core.errors import Unavailable
from core.subprocesses import NICENESS

C = TypeVar("C")
Item = TypeVar("Item")
T = TypeVar("T")

POOL_SIZE = 2
MAX_CALL_CPU_SECONDS = 5.0
"""For one call, unless it says otherwise; the kernel ends a worker that takes more, also inside C code."""
WALL_FACTOR = 6
"""A call may wait for a busy processor: it is stopped after so many times its CPU seconds."""
MAX_WORKER_BYTES = 2 * 1024**3
"""Address space of a worker."""
MAX_CALLS_PER_WORKER = 500
"""After so many a worker is replaced, so that what libraries leak is bounded."""
MAX_RESULT_BYTES = 64 * 1024**2
"""A longer result is dropped: a page that names one script a thousand times would become as many copies of it."""
MAX_INLINE_PICKLE_BYTES = 100_000
"""A longer result is read in a thread: it would hold up the event loop."""
STOPPED_MESSAGE = "This is too much to work on: it was stopped."
PRELOADED_MODULES = (
    "core.review.checking.checks",
    "core.review.formatting.format_files",
    "core.uploads.uploads",
    "core.versions.diff",
    "core.versions.preview",
)
"""Imported once, in the process that the workers are forked from."""


class WorkStopped(Unavailable):
    """The work took more CPU, time or memory than it may, or it crashed; trying it again would end the same."""


class WorkerPool:
    """A few processes of low priority; started at the first call, or before by ``warm_up``."""

    def __init__(self, size: int = POOL_SIZE) -> None:
        self._size = size
        self._pool: ProcessPool | None = None

    async def run(self, function: Callable[..., T], *arguments: object, cpu_seconds: float = MAX_CALL_CPU_SECONDS) -> T:
        """What ``function``, which must be importable, returns for ``arguments``; both are pickled.

        Raises WorkStopped, and whatever the function raises. A caller that is cancelled has the worker killed.
        """
        future: ProcessFuture[bytes] = self._start().schedule(
            _run_limited, args=(cpu_seconds, function, arguments), timeout=cpu_seconds * WALL_FACTOR
        )
        try:
            pickled = await asyncio.wrap_future(future)
        except (ProcessExpired, TimeoutError, FutureCancelled) as error:
            raise WorkStopped(STOPPED_MESSAGE) from error
        large = len(pickled) > MAX_INLINE_PICKLE_BYTES
        outcome: _Result[T] | Exception = await asyncio.to_thread(_load, pickled) if large else _load(pickled)
        match outcome:
            case MemoryError():
                raise WorkStopped(STOPPED_MESSAGE) from outcome
            case Exception():
                raise outcome
            case _Result(value=value):
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
        # In a file, because what a worker has found must outlast it when it is killed.
        path = await asyncio.to_thread(_create_file)
        try:
            while len(results) < len(items) and cpu_seconds > 0:
                limits = (cpu_seconds_each, cpu_seconds)
                try:
                    await self.run(
                        _run_items, function, context, items[len(results) :], limits, path, cpu_seconds=cpu_seconds
                    )
                    results += await asyncio.to_thread(_load_results, path)
                except WorkStopped:
                    # The results so far are in the file; the next item is the one that it was stopped at.
                    results += await asyncio.to_thread(_load_results, path)
                    results.append(None)
                    cpu_seconds -= cpu_seconds_each
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        return [*results, *[None] * len(items)][: len(items)]

    async def warm_up(self) -> None:
        """Start the processes, and have them import what they will need."""
        await asyncio.gather(*(self.run(os.getpid) for _ in range(self._size)))

    async def close(self) -> None:
        """Kill the processes; the next call would start new ones. Twice is harmless."""
        if self._pool:
            pool, self._pool = self._pool, None
            pool.stop()  # type: ignore[no-untyped-call]
            await asyncio.to_thread(pool.join)

    def _start(self) -> ProcessPool:
        if self._pool is None or not self._pool.active:
            # Not forked from this process, whose threads may hold locks at that moment.
            method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
            context = multiprocessing.get_context(method)
            if method == "forkserver":
                context.set_forkserver_preload(["__main__", *PRELOADED_MODULES])
            self._pool = ProcessPool(
                max_workers=self._size, max_tasks=MAX_CALLS_PER_WORKER, initializer=_limit_process, context=context
            )
        return self._pool


# Of the whole process, as the threads of asyncio are: what may run in them is known by its function alone, and two
# installations in one process share them.
REVIEW_WORKERS = WorkerPool()
"""For the reviews of versions, which nobody waits for at a screen."""
REQUEST_WORKERS = WorkerPool()
"""For what a person has asked for and waits for: a comparison, a preview, an archive, an upload."""


async def warm_up_workers() -> None:
    """Start all worker processes."""
    await asyncio.gather(REVIEW_WORKERS.warm_up(), REQUEST_WORKERS.warm_up())


async def close_workers() -> None:
    """Kill all worker processes."""
    await asyncio.gather(REVIEW_WORKERS.close(), REQUEST_WORKERS.close())


def _limit_process() -> None:
    """Make this worker give way to the server, and keep its memory within bounds."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the server's: it closes the workers
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - Unix alone has it

        os.nice(NICENESS)
        resource.setrlimit(resource.RLIMIT_AS, (MAX_WORKER_BYTES, MAX_WORKER_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@dataclass(frozen=True, slots=True)
class _Result(Generic[T]):
    """What a call returned, beside the exception that it may have raised instead."""

    value: T


def _run_limited(cpu_seconds: float, function: Callable[..., T], arguments: Sequence[object]) -> bytes:
    """Run within the CPU seconds: the timer's signal ends the process where no Python code could.

    Returns a pickled ``_Result``, or the exception. Pickled here, since one that cannot be would end the whole pool.
    """
    _limit_cpu(cpu_seconds)
    try:
        pickled = pickle.dumps(_Result(function(*arguments)))
        return pickled if len(pickled) <= MAX_RESULT_BYTES else _dump_error(MemoryError())
    except Exception as error:  # noqa: BLE001 - the boundary of the process: it is raised again on the other side
        return _dump_error(error)
    finally:
        _limit_cpu(0)


def _dump_error(error: Exception) -> bytes:
    try:
        pickled = pickle.dumps(error)
        pickle.loads(pickled)  # noqa: S301 - some exceptions can be pickled and not be read
    except Exception:  # noqa: BLE001 - the boundary of the exception's class: pickling runs its code
        return pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}"))
    return pickled


def _load(pickled: bytes) -> Any:
    return pickle.loads(pickled)  # noqa: S301 - our own worker wrote it


def _run_items(
    function: Callable[[C, Item], T], context: C, items: Sequence[Item], limits: tuple[float, float], path: Path
) -> None:
    """Write the result for each item to the file, until all are done or the CPU seconds for all of them are used up."""
    cpu_seconds_each, cpu_seconds = limits
    start = _cpu_time()
    with path.open("wb") as file:
        for item in items:
            _limit_cpu(min(cpu_seconds_each, max(cpu_seconds - (_cpu_time() - start), 0.01)))
            pickled = pickle.dumps(function(context, item))
            file.write(pickled if file.tell() + len(pickled) <= MAX_RESULT_BYTES else pickle.dumps(None))
            file.flush()


def _load_results(path: Path) -> list[T]:
    return list(_read_pickles(path))


def _read_pickles(path: Path) -> Iterator[T]:
    with path.open("rb") as file:
        while True:
            try:
                yield pickle.load(file)  # noqa: S301 - our own worker wrote it
            except (EOFError, pickle.UnpicklingError):  # the worker was killed while it wrote
                return


def _create_file() -> Path:
    descriptor, name = mkstemp(prefix="livewright-")
    os.close(descriptor)
    return Path(name)


def _limit_cpu(seconds: float) -> None:
    """Have this process killed after so many more seconds of CPU; 0 lifts the limit."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _cpu_time() -> float:
    times = os.times()
    return times.user + times.system
