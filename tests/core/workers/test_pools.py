"""Work in other processes: bounded, killed where it must be, and never in the way of the loop."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest

from core.errors import FieldError, InvalidInput, Unavailable
from core.workers.calls import MAX_RESULT_BYTES
from core.workers.pools import WorkerPool, WorkStopped
from tests.support.servers.server_process import ROOT

EXPONENTIAL = r"(a|aa)+$"


@pytest.fixture
async def workers() -> AsyncGenerator[WorkerPool, None]:
    workers = WorkerPool(size=1)
    yield workers
    await workers.close()


async def test_what_a_function_returns_or_raises_comes_back(workers: WorkerPool) -> None:
    assert await workers.run(pow, 2, 10) == 1024
    with pytest.raises(ZeroDivisionError):
        await workers.run(divmod, 1, 0)


async def test_an_error_keeps_what_it_says(workers: WorkerPool) -> None:
    with pytest.raises(InvalidInput) as caught:
        await workers.run(_refuse)
    assert (str(caught.value), caught.value.errors) == ("Too long.", (FieldError("name", "Too long."),))


async def test_what_cannot_be_pickled_is_an_error_of_its_own_call_alone(workers: WorkerPool) -> None:
    for function in (_return_a_lock, _raise_a_lock):
        with pytest.raises((TypeError, RuntimeError), match=r"lock|Unpicklable"):
            await workers.run(function)
    assert await workers.run(pow, 2, 3) == 8


async def test_a_pattern_that_never_ends_is_ended_and_the_next_call_is_answered(workers: WorkerPool) -> None:
    await workers.warm_up()
    start = time.monotonic()
    with pytest.raises(WorkStopped):
        await workers.run(re.match, EXPONENTIAL, "a" * 100 + "b", cpu_seconds=0.3)
    assert time.monotonic() - start < 10
    assert await workers.run(pow, 2, 3) == 8


async def test_the_loop_runs_on_meanwhile(workers: WorkerPool) -> None:
    await workers.warm_up()
    stuck = asyncio.create_task(workers.run(re.match, EXPONENTIAL, "a" * 100 + "b", cpu_seconds=0.5))
    pauses = []
    while not stuck.done():
        before = time.monotonic()
        await asyncio.sleep(0.01)
        pauses.append(time.monotonic() - before)
    with pytest.raises(WorkStopped):
        await stuck
    assert max(pauses) < 0.3


async def test_too_much_memory_is_refused(workers: WorkerPool) -> None:
    with pytest.raises(WorkStopped):
        await workers.run(bytes, 3 * 1024**3)
    assert await workers.run(pow, 2, 3) == 8


async def test_work_whose_worker_was_killed_is_done_again_once(workers: WorkerPool, tmp_path: Path) -> None:
    assert await workers.run(_die, tmp_path / "deaths", 1) == "done"
    with pytest.raises(Unavailable, match="from outside") as caught:
        await workers.run(_die, tmp_path / "more deaths", 9)
    assert not isinstance(caught.value, WorkStopped)
    assert (tmp_path / "more deaths").read_text() == "xx"


async def test_a_result_that_is_too_long_is_refused(workers: WorkerPool) -> None:
    with pytest.raises(WorkStopped):
        await workers.run(bytes, MAX_RESULT_BYTES)
    sizes = [10, MAX_RESULT_BYTES, 20]
    results = await workers.run_each(_make_bytes, None, sizes, cpu_seconds_each=5, cpu_seconds=20)
    assert [result and len(result) for result in results] == [10, None, 20]


async def test_a_worker_that_dies_takes_nothing_with_it(workers: WorkerPool) -> None:
    pid = await workers.run(os.getpid)
    with pytest.raises(WorkStopped):
        await workers.run(os.kill, pid, signal.SIGSEGV)
    assert await workers.run(pow, 2, 3) == 8


async def test_idle_workers_that_are_killed_leave_no_process() -> None:
    workers = WorkerPool(size=2)
    known: set[int] = set()
    for _ in range(2):
        pids = await asyncio.gather(*(workers.run(_wait_and_get_pid, 0.3, caller=number) for number in range(2)))
        known.update(pids)
        os.kill(pids[0], signal.SIGKILL)
        await asyncio.sleep(0.5)  # the pool looks after its workers ten times a second
    assert await workers.run(pow, 2, 3) == 8
    await workers.close()
    await asyncio.to_thread(_wait_until, lambda: not any(map(_is_there, known)))


async def test_one_caller_does_not_hold_up_another() -> None:
    workers = WorkerPool(size=2)
    try:
        many = [asyncio.create_task(workers.run(_wait_and_get_pid, 0.5, caller="many")) for _ in range(8)]
        await asyncio.sleep(0.2)
        assert await workers.run(pow, 2, 3, caller="one") == 8
        assert not any(task.done() for task in many[1:])
        await asyncio.gather(*many)
    finally:
        await workers.close()


async def test_a_caller_who_leaves_has_the_work_ended(workers: WorkerPool) -> None:
    pid = await workers.run(os.getpid)
    before = _cpu_ticks(pid)
    stuck = asyncio.create_task(workers.run(re.match, EXPONENTIAL, "a" * 100 + "b", cpu_seconds=60))
    await asyncio.to_thread(_wait_until, lambda: _cpu_ticks(pid) > before + 10)
    stuck.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stuck
    async with asyncio.timeout(10):
        assert await workers.run(os.getpid) != pid


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
async def test_workers_give_way_to_the_server(workers: WorkerPool) -> None:
    assert await workers.run(os.getpriority, os.PRIO_PROCESS, 0) >= 10


async def test_of_many_items_only_the_one_that_is_too_much_has_no_result(workers: WorkerPool) -> None:
    items = ["a", "a" * 100 + "b", "aa", "a" * 90 + "b", "aaa"]
    results = await workers.run_each(_match_length, 1, items, cpu_seconds_each=0.3, cpu_seconds=5)
    assert results == [2, None, 3, None, 4]


async def test_items_that_come_after_the_time_of_all_is_used_up_have_no_result(workers: WorkerPool) -> None:
    items = ["a", "a" * 100 + "b", "aa", "a" * 90 + "b", "aaa"]
    results = await workers.run_each(_match_length, 1, items, cpu_seconds_each=0.3, cpu_seconds=0.5)
    assert results == [2, None, 3, None, None]


async def test_an_error_of_one_item_is_the_callers(workers: WorkerPool) -> None:
    with pytest.raises(ValueError, match="empty"):
        await workers.run_each(_match_length, 1, ["a", ""], cpu_seconds_each=1, cpu_seconds=1)


async def test_nothing_is_done_for_no_items(workers: WorkerPool) -> None:
    assert await workers.run_each(_match_length, 1, [], cpu_seconds_each=1, cpu_seconds=1) == []


async def test_closed_workers_leave_no_process(workers: WorkerPool) -> None:
    pid = await workers.run(os.getpid)
    await workers.close()
    await workers.close()
    await asyncio.to_thread(_wait_until, lambda: not _is_there(pid))


SLOW_TO_START = """
import asyncio, os, signal, sys, time

from core.workers.pools import WorkerPool


async def close_while_a_worker_starts():
    pool = WorkerPool(2)
    await pool.run(os.getpid)
    await pool.close()


if __name__ == "__main__":
    asyncio.run(close_while_a_worker_starts())
else:  # in each worker
    try:
        open(sys.argv[1], "x")
    except FileExistsError:  # not the first one: it starts slowly, and is not to be ended meanwhile
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(1)
"""


def test_a_pool_that_is_closed_while_a_worker_starts_says_nothing(tmp_path: Path) -> None:
    script = tmp_path / "slow_to_start.py"
    script.write_text(SLOW_TO_START)
    done = subprocess.run(
        [sys.executable, script, tmp_path / "first"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")


AS_THE_PRODUCT = """
import asyncio, sys

from core.workers.pools import WorkerPool

sys.modules["__main__"].__file__ = sys.argv[1]
FOUND = "sorted({'core.versions.diff', 'sqlalchemy'} & set(__import__('sys').modules))"


async def ask_a_worker():
    pool = WorkerPool(1)
    print(*await pool.run(eval, FOUND))
    await pool.close()


asyncio.run(ask_a_worker())
"""


def test_a_worker_begins_with_what_is_called_in_it_and_no_more() -> None:
    done = subprocess.run(
        [sys.executable, "-c", AS_THE_PRODUCT, ROOT / "main.py"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        timeout=60,
        check=True,
    )
    assert done.stdout.decode().split() == ["core.versions.diff"]


def _wait_and_get_pid(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def _make_bytes(_: None, size: int) -> bytes:
    return bytes(size)


def _refuse() -> None:
    raise InvalidInput.for_field("name", "Too long.")


def _return_a_lock() -> object:
    return threading.Lock()


class UnpicklableError(Exception):
    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()


def _raise_a_lock() -> None:
    raise UnpicklableError


def _match_length(context: int, item: str) -> int:
    if not item:
        raise ValueError("empty")
    re.match(EXPONENTIAL, item)
    return len(item) + context


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _cpu_ticks(pid: int) -> int:
    """CPU time that a process has used, in hundredths of a second: the 14th and 15th field of proc(5)'s stat."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _die(counter: Path, times: int) -> str:
    """Be killed as a system without memory would do it, so many times."""
    deaths = counter.read_text() if counter.exists() else ""
    if len(deaths) < times:
        counter.write_text(deaths + "x")
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"
