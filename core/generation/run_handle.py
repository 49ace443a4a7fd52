"""A run that has not ended, and how its task is told to end it."""

import asyncio
from dataclasses import dataclass

from core.runs.log import RunLog
from core.runs.state import RunInfo, RunStatus


@dataclass(eq=False, slots=True)
class RunHandle:
    """A live run's log, and the task that owns it."""

    log: RunLog[RunInfo]
    task: asyncio.Task[None]
    end_status: RunStatus | None = None
    """The status that a cancelled task ends the run with."""
    is_written: bool = False
    """Whether the text is complete and only its end is still being stored: too late to cancel."""

    def cancel(self, status: RunStatus) -> None:
        """Cancel the task so that it ends with ``status``, unless it is ending already.

        The cancellation is delayed by one step of the loop: a task that is cancelled before its first step never runs,
        and so would never store an end.
        """
        if self.end_status is None and not self.is_written:
            self.end_status = status
            asyncio.get_running_loop().call_soon(lambda: None if self.is_written else self.task.cancel())
