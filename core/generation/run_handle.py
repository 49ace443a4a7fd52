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
    """What a cancelled task makes of the run."""
    is_written: bool = False
    """Whether only the end has yet to be stored, so that there is nothing to cancel."""

    def cancel(self, status: RunStatus) -> None:
        """Cancel the task, unless it ends anyway; not before its first step, or it would never reach its end."""
        if self.end_status is None and not self.is_written:
            self.end_status = status
            asyncio.get_running_loop().call_soon(lambda: None if self.is_written else self.task.cancel())
