"""How a live run's task is told to end: once, and never before its first step."""

import asyncio

from core.generation.run_handle import RunHandle
from core.runs.log import RunLog
from core.runs.state import RunStatus
from tests.support.run_infos import make_run


class Task:
    """A run's task, which notes how it was ended."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.handle = RunHandle(RunLog(make_run()), asyncio.create_task(self._run()))

    async def _run(self) -> None:
        self.steps.append("began")
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.steps.append("cancelled")

    async def ended(self) -> list[str]:
        await asyncio.wait({self.handle.task}, timeout=5)
        return self.steps


async def test_a_task_that_has_not_begun_takes_its_first_step_and_is_cancelled_then() -> None:
    task = Task()
    task.handle.cancel(RunStatus.STOPPED)
    assert task.handle.end_status is RunStatus.STOPPED
    assert await task.ended() == ["began", "cancelled"]


async def test_the_first_cancellation_decides_how_the_run_ends() -> None:
    task = Task()
    task.handle.cancel(RunStatus.STOPPED)
    task.handle.cancel(RunStatus.INTERRUPTED)
    assert task.handle.end_status is RunStatus.STOPPED
    assert await task.ended() == ["began", "cancelled"]


async def test_a_run_that_is_written_is_not_cancelled() -> None:
    task = Task()
    task.handle.is_written = True
    task.handle.cancel(RunStatus.STOPPED)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert (task.handle.end_status, task.steps) == (None, ["began"])
    task.handle.task.cancel()
    await task.ended()


async def test_a_run_whose_text_is_finished_in_the_same_moment_is_not_cancelled() -> None:
    task = Task()
    await asyncio.sleep(0)
    task.handle.cancel(RunStatus.STOPPED)
    task.handle.is_written = True
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert task.steps == ["began"]
    task.handle.task.cancel()
    await task.ended()
