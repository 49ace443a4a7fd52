"""Every run's log by its id, live or ended: the one way to its text and state."""

import re
from weakref import WeakValueDictionary

from core.errors import NotFound
from core.runs.log import RunLog
from core.runs.state import RunInfo, run_from_row
from core.runs.waiting_readers import WaitingReaders
from data import queries
from data.database import Database

Log = RunLog[RunInfo]

RUN_NOT_FOUND = "There is no such run."
_RUN_ID = re.compile(r"[0-9A-Za-z_-]{1,36}")


class LogRegistry:
    """Holds each log while anybody uses it: all readers of a run share one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._logs: WeakValueDictionary[str, Log] = WeakValueDictionary()
        self.readers = WaitingReaders()

    def make_log(self, run: RunInfo, text: str = "", *, closed: bool = False) -> Log:
        """A new log that shares the count of waiting readers; ``add`` makes it findable."""
        return RunLog(run, text, closed=closed, readers=self.readers)

    def add(self, log: Log) -> None:
        """Make a new run's log findable."""
        self._logs[log.state.id] = log

    async def open(self, user_id: int, run_id: str) -> Log:
        """The log of a run of this user. Raises NotFound."""
        log = self._logs.get(run_id)
        if log is None:
            if not _RUN_ID.fullmatch(run_id):  # a database may refuse what is in it
                raise NotFound(RUN_NOT_FOUND)
            row = await self._database.read(lambda c: queries.find_run(c, user_id, run_id, with_text=True))
            if row is None:
                raise NotFound(RUN_NOT_FOUND)
            # It may have been opened or ended by another task while the database answered.
            log = self._logs.setdefault(run_id, self.make_log(run_from_row(row), row.text or "", closed=True))
        # Checked here too: a log that is open already was not read with this user's id.
        if log.state.user_id != user_id:
            raise NotFound(RUN_NOT_FOUND)
        return log

    async def find(self, user_id: int, run_id: str | None) -> Log | None:
        """The log, or None where the run does not exist or was deleted."""
        try:
            return await self.open(user_id, run_id) if run_id else None
        except NotFound:
            return None

    def remove(self, run_id: str) -> None:
        """Forget the log of a deleted run."""
        self._logs.pop(run_id, None)

    def remove_project(self, project_id: int) -> None:
        """Forget the logs of a deleted project."""
        for run_id in [run_id for run_id, log in self._logs.items() if log.state.project_id == project_id]:
            self.remove(run_id)
