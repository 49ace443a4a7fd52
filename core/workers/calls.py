"""What runs in a worker process: a call or a series of them within its limits, and the way of results to the server."""

import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from core.subprocesses import NICENESS

C = TypeVar("C")
Item = TypeVar("Item")
T = TypeVar("T")

MAX_WORKER_BYTES = 2 * 1024**3
"""Address space of a worker."""
MAX_RESULT_BYTES = 64 * 1024**2
"""A longer result is dropped: a page that names one script a thousand times would become as many copies of it."""


def limit_process() -> None:
    """Make this worker give way to the server, and keep its memory within bounds."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the server's: it closes the workers
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - Unix alone has it

        os.nice(NICENESS)
        resource.setrlimit(resource.RLIMIT_AS, (MAX_WORKER_BYTES, MAX_WORKER_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@dataclass(frozen=True, slots=True)
class Result(Generic[T]):
    """What a call returned, beside the exception that it may have raised instead."""

    value: T


def run_limited(cpu_seconds: float, function: Callable[..., T], arguments: Sequence[object]) -> bytes:
    """Run within the CPU seconds: the timer's signal ends the process where no Python code could.

    Returns a pickled ``Result``, or the exception. Pickled here, since one that cannot be would end the whole pool.
    """
    _limit_cpu(cpu_seconds)
    try:
        pickled = pickle.dumps(Result(function(*arguments)))
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


def load(pickled: bytes) -> Any:
    """A pickled outcome: a ``Result``, or an exception."""
    return pickle.loads(pickled)  # noqa: S301 - our own worker wrote it


def run_items(
    function: Callable[[C, Item], T], context: C, items: Sequence[Item], limits: tuple[float, float], path: Path
) -> None:
    """Write the result for each item to the file, until all are done or the CPU seconds for all of them are used up."""
    cpu_seconds_each, cpu_seconds = limits
    start = _cpu_time()
    try:
        with path.open("wb") as file:
            for item in items:
                _limit_cpu(min(cpu_seconds_each, max(cpu_seconds - (_cpu_time() - start), 0.01)))
                pickled = pickle.dumps(function(context, item))
                file.write(pickled if file.tell() + len(pickled) <= MAX_RESULT_BYTES else pickle.dumps(None))
                file.flush()
    finally:
        _limit_cpu(0)


def load_results(path: Path) -> list[T]:
    """What ``run_items`` has written so far; a result that was cut by a kill is dropped."""
    return list(_read_pickles(path))


def _read_pickles(path: Path) -> Iterator[T]:
    with path.open("rb") as file:
        while True:
            try:
                yield pickle.load(file)  # noqa: S301 - our own worker wrote it
            except (EOFError, pickle.UnpicklingError):  # the worker was killed while it wrote
                return


def _limit_cpu(seconds: float) -> None:
    """Have this process killed after so many more seconds of CPU; 0 lifts the limit."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _cpu_time() -> float:
    times = os.times()
    return times.user + times.system
