"""One writer for all runs: what gathered while the last commit ran goes into the next, and is published after it.

So no reader ever holds a character that a crash could take back, and a commit costs the same for one run or fifty.
While the database does not take a commit, the text waits in memory, the runs say so, and the writer tries again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from weakref import WeakKeyDictionary

from core.runs.log import RunLog
from core.runs.state import RunError, RunInfo, RunStatus, changing_values
from data import commands
from data.database import Database
from data.errors import DatabaseUnavailable, RowRejected

_log = logging.getLogger(__name__)

GATHER_SECONDS = 0.002
"""Between two commits: under many runs a commit for each piece would cost more than everything else."""
CROWD = 50
"""While no more readers than that wait in this process, each piece goes out as soon as it is stored."""
CROWD_SECONDS = 0.05
"""How long a piece is kept for a crowd: one delivery of several pieces costs as much as one of one."""
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 2.0


@dataclass(eq=False, slots=True)
class _Entry:
    """What one run waits to have committed: text, counters, a state, an end."""

    log: RunLog[RunInfo]
    parts: list[str] = field(default_factory=list)
    tokens: int | None = None
    state: RunInfo | None = None
    ended: asyncio.Future[None] | None = None

    @property
    def run_id(self) -> str:
        return self.log.told.id

    @property
    def text(self) -> str:
        return "".join(self.parts)


class Journal:
    """The writer. ``pause`` waits so many seconds (injected, so that tests do not)."""

    def __init__(
        self,
        database: Database,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._pause = pause
        self._clock = clock
        self._gathered: dict[RunLog[RunInfo], _Entry] = {}
        self._refused: WeakKeyDictionary[RunLog[RunInfo], list[str]] = WeakKeyDictionary()
        self._work = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Start the writer."""
        self._writer = asyncio.create_task(self._write_forever(), name="journal")

    async def close(self) -> None:
        """Stop the writer; whoever wants his run's end committed awaits ``end`` first."""
        if self._writer:
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)

    def append(self, log: RunLog[RunInfo], text: str, tokens: int) -> None:
        """Take a piece of a run's text, ``tokens`` in all so far; its readers get it after the next commit.

        Raises Unstorable where the database does not take this run, so that the run ends.
        """
        if self._refused and log in self._refused:  # to ask for a weak key is dear, at each piece
            raise Unstorable
        entry = self._entry(log)
        entry.parts.append(text)
        entry.tokens = tokens
        self._work.set()

    def update(self, log: RunLog[RunInfo], state: RunInfo) -> None:
        """Publish a live run's new state at once, and store it with the next commit."""
        log.update(state)
        self._entry(log).state = state
        self._work.set()

    async def end(self, log: RunLog[RunInfo], state: RunInfo) -> None:
        """Commit a run's end with its last text, then close its log. Returns when that is done."""
        entry = self._entry(log)
        entry.parts[:0] = self._refused.pop(log, [])
        entry.state = state
        entry.ended = asyncio.get_running_loop().create_future()
        self._work.set()
        await asyncio.shield(entry.ended)

    def _entry(self, log: RunLog[RunInfo]) -> _Entry:
        if (entry := self._gathered.get(log)) is None:
            entry = self._gathered[log] = _Entry(log)
        return entry

    async def _write_forever(self) -> None:
        """Commit at once when little is going on, every few milliseconds when much is, more seldom for a crowd."""
        while True:
            await self._work.wait()
            if RunLog.waiting > CROWD:
                await asyncio.sleep(CROWD_SECONDS)
            self._work.clear()
            entries, self._gathered = list(self._gathered.values()), {}
            try:
                await self._write(entries)
            except Exception:  # noqa: BLE001 - every run depends on this task: it must not end of one of them
                _log.exception("the journal failed: %s", ", ".join(entry.run_id for entry in entries))
            await asyncio.sleep(GATHER_SECONDS)

    async def _write(self, entries: Sequence[_Entry]) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await self._commit(entries)
            except DatabaseUnavailable as error:
                _report(entries, error)
                await self._pause(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            except Exception as error:  # noqa: BLE001 - also what no driver should raise
                await self._write_one_by_one(entries, error)
                return
            else:
                for entry in entries:
                    self._publish(entry)
                return

    async def _commit(self, entries: Sequence[_Entry]) -> None:
        going = [entry for entry in entries if not entry.ended]
        pieces = [(e.run_id, e.text) for e in going if e.parts]
        states = [(e.state.id, changing_values(e.state)) for e in going if e.state]
        ends = [(e.state, changing_values(e.state), e.log.text + e.text) for e in entries if e.state and e.ended]
        if not (states or ends):
            await self._database.append(pieces)
            return
        await self._database.write(partial(commands.commit, pieces=pieces, states=states, ends=ends))

    def _publish(self, entry: _Entry) -> None:
        log = entry.log
        log.append(entry.text)
        if entry.state and entry.ended:
            log.close(replace(entry.state, characters=log.length))
            entry.ended.set_result(None)
            return
        if entry.tokens is not None:
            length, tokens, now = log.length, entry.tokens, self._clock()
            log.count(lambda run: run.counted(length, tokens, now))
        if log.told.error:  # the trouble with storing it is over
            log.update(replace(log.state, error=None))

    async def _write_one_by_one(self, entries: Sequence[_Entry], error: Exception) -> None:
        """A run that cannot be stored must not hold up the others."""
        if len(entries) > 1:
            for entry in entries:
                await self._write([entry])
        elif isinstance(error, RowRejected):
            self._let_go(entries[0], error)
        else:
            await self._give_up(entries[0], error)

    def _let_go(self, entry: _Entry, error: RowRejected) -> None:
        """The run's row is gone, with its project."""
        _log.error("run %s cannot be stored: %s", entry.run_id, error.__cause__ or "its row is gone")
        if entry.state and entry.ended:
            lost = RunError("storage", "The project of this run is gone, so its text was not saved.")
            entry.state = entry.state.ended(RunStatus.FAILED, "error", self._clock(), lost)
        self._publish(entry)

    async def _give_up(self, entry: _Entry, error: Exception) -> None:
        """Nobody knows why it fails. The run ends by its next piece; its end tries once more to store all of it."""
        log = entry.log
        _log.error("run %s cannot be stored", entry.run_id, exc_info=error)
        if not entry.ended:
            self._refused.setdefault(log, []).extend(entry.parts)
            return
        lost = RunError("storage", "The rest of this text could not be saved: the server's log says why.")
        end = log.state.ended(RunStatus.FAILED, "error", self._clock(), lost)
        last = _Entry(log, state=replace(end, characters=log.length), ended=entry.ended)
        try:
            await self._commit([last])
        except Exception:  # noqa: BLE001 - the next start makes an end of it
            _log.exception("run %s has no end in the database", entry.run_id)
        self._publish(last)


class Unstorable(Exception):
    """The database refuses this run for a reason of its own."""


def _report(entries: Sequence[_Entry], error: DatabaseUnavailable) -> None:
    """Tell the readers, once, that the text waits in memory."""
    for entry in entries:
        log = entry.log
        if log.told.error is None:
            _log.warning("run %s waits to be stored: %s", entry.run_id, error)
            message = f"{error} The text is kept in memory and stored as soon as that works."
            log.update(replace(log.state, error=RunError("storage", message, retryable=True)))
