"""One writer for all runs: what gathered while the last commit ran goes into the next, and is published after it.

So no reader ever holds a character that a crash could take back, and a commit costs the same for one run or fifty.
While the database does not take a commit, the text waits in memory, the runs say so, and the writer tries again.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from weakref import WeakKeyDictionary

from core.errors import DatabaseUnavailable
from core.generation.pending_write import PendingWrite, write_batch
from core.generation.run_end import RunEnd
from core.runs.figures import COMMIT_BOUNDS, Histogram
from core.runs.log import RunLog
from core.runs.state import RunError, RunInfo, RunStatus
from core.runs.waiting_readers import WaitingReaders
from data.database import Database
from data.errors import RowRejected

_logger = logging.getLogger(__name__)

MIN_COMMIT_INTERVAL = 0.002
MAX_COMMIT_INTERVAL = 0.015
COMMIT_INTERVAL_PER_RUN = 0.0003
"""Seconds between two commits, by the number of runs that write: with many, a commit for each piece would cost more
than everything else, and nobody sees that text comes a few milliseconds later."""
BATCH_READER_THRESHOLD = 50
"""Waiting readers up to which each piece is committed and sent as soon as it comes."""
BATCH_DELAY = 0.05
"""Seconds for which pieces are collected above that: sending several at once costs as much as sending one."""
FIRST_RETRY_DELAY = 0.1
MAX_RETRY_DELAY = 2.0


class Journal:
    """The writer.

    ``readers`` counts waiting readers, ``delays`` how long text waited for its commit. ``sleep`` waits between the
    tries of a commit that fails; tests replace it.
    """

    def __init__(
        self,
        database: Database,
        readers: WaitingReaders,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        delays: Histogram | None = None,
    ) -> None:
        self._database = database
        self._delays = delays or Histogram(COMMIT_BOUNDS)
        self._readers = readers
        self._sleep = sleep
        self._clock = clock
        self._pending: dict[RunLog[RunInfo], PendingWrite] = {}
        self._rejected_parts: WeakKeyDictionary[RunLog[RunInfo], list[str]] = WeakKeyDictionary()
        self._writing: set[RunLog[RunInfo]] = set()
        self._has_work = asyncio.Event()
        self._writer_task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Start the writer."""
        self._writer_task = asyncio.create_task(self._write_forever(), name="journal")

    async def close(self) -> None:
        """Stop the writer; what must be stored is awaited with ``end`` before."""
        if self._writer_task:
            self._writer_task.cancel()
            await asyncio.gather(self._writer_task, return_exceptions=True)

    def append(self, log: RunLog[RunInfo], text: str, tokens: int) -> None:
        """Take more text of a run, which has ``tokens`` so far in all; readers get it after the next commit.

        Raises RunUnstorable where the database refuses this run, so that the run ends.
        """
        # The first half spares the slow weak lookup at each piece.
        if self._rejected_parts and log in self._rejected_parts:
            raise RunUnstorable
        self._writing.add(log)
        entry = self._pending_write(log)
        entry.parts.append(text)
        entry.tokens = tokens
        self._has_work.set()

    def update(self, log: RunLog[RunInfo], state: RunInfo) -> None:
        """Publish a live run's new state at once, and store it with the next commit."""
        log.update(state)
        self._pending_write(log).state = state
        self._has_work.set()

    async def end(self, log: RunLog[RunInfo], state: RunInfo, *, has_file: bool = False) -> None:
        """Commit a run's end with its last text, then close its log. Returns when that is done.

        ``has_file`` spares the reading of the whole text for whether there is a file in it.
        """
        self._writing.discard(log)
        entry = self._pending_write(log)
        entry.parts[:0] = self._rejected_parts.pop(log, [])
        entry.state = state
        entry.has_file = has_file
        entry.end_committed = asyncio.get_running_loop().create_future()
        self._has_work.set()
        # Shielded: the writer sets this future later, also when nobody waits for it any more.
        await asyncio.shield(entry.end_committed)

    def _pending_write(self, log: RunLog[RunInfo]) -> PendingWrite:
        if (entry := self._pending.get(log)) is None:
            entry = self._pending[log] = PendingWrite(log)
        return entry

    async def _write_forever(self) -> None:
        """Commit at once when idle, the less often the more runs write, and still less often for many readers."""
        while True:
            await self._has_work.wait()
            if self._readers.count > BATCH_READER_THRESHOLD:
                await asyncio.sleep(BATCH_DELAY)
            # Before the commit: what comes while it runs sets the event again.
            self._has_work.clear()
            entries, self._pending = list(self._pending.values()), {}
            try:
                await self._commit_with_retry(entries)
            except Exception:  # the boundary of the writer: without it every run would wait for ever
                _logger.exception("the journal failed: %s", ", ".join(entry.run_id for entry in entries))
            await asyncio.sleep(commit_interval(len(self._writing)))

    async def _commit_with_retry(self, entries: Sequence[PendingWrite]) -> None:
        delay = FIRST_RETRY_DELAY
        while True:
            try:
                await self._commit(entries)
            except DatabaseUnavailable as error:
                _report_unavailable(entries, error)
                await self._sleep(delay)
                delay = min(delay * 2, MAX_RETRY_DELAY)
            except Exception as error:  # noqa: BLE001 - the boundary of a batch: each run is then tried alone
                await self._write_one_by_one(entries, error)
                return
            else:
                for entry in entries:
                    self._publish(entry)
                return

    async def _commit(self, entries: Sequence[PendingWrite]) -> None:
        # An end stores the whole text and drops the journal of its run, so its last pieces need no rows.
        live_entries = [entry for entry in entries if not entry.end_committed]
        pieces = [(e.run_id, e.text) for e in live_entries if e.parts]
        states = [e.state for e in live_entries if e.state]
        ends = [RunEnd(e.state, e.log.text + e.text, e.has_file) for e in entries if e.state and e.end_committed]
        if states or ends:
            await self._database.write(partial(write_batch, pieces=pieces, states=states, ends=ends))
        else:
            await self._database.append(pieces)

    def _publish(self, entry: PendingWrite) -> None:
        log = entry.log
        log.append(entry.text)
        if entry.parts:
            self._delays.observe(time.monotonic() - entry.since)
        if entry.state and entry.end_committed:
            log.close(replace(entry.state, characters=log.length))
            entry.end_committed.set_result(None)
            return
        if entry.tokens is not None:
            length, tokens, now = log.length, entry.tokens, self._clock()
            log.set_lazily(lambda run: run.with_counts(length, tokens, now))
        if log.cached_state.error:  # storing works again
            log.update(replace(log.state, error=None))

    async def _write_one_by_one(self, entries: Sequence[PendingWrite], error: Exception) -> None:
        """A run that cannot be stored must not hold up the others."""
        if len(entries) > 1:
            for entry in entries:
                await self._commit_with_retry([entry])
        elif isinstance(error, RowRejected):
            self._drop_deleted_run(entries[0], error)
        else:
            await self._reject_run(entries[0], error)

    def _drop_deleted_run(self, entry: PendingWrite, error: RowRejected) -> None:
        """End the log of a run whose row was deleted with its project: its text cannot be stored."""
        _logger.error("run %s cannot be stored: %s", entry.run_id, error.__cause__ or "its row is gone")
        if entry.state and entry.end_committed:
            storage_error = RunError("storage", "The project of this run is gone, so its text was not saved.")
            entry.state = entry.state.with_end(RunStatus.FAILED, "error", self._clock(), storage_error)
        self._publish(entry)

    async def _reject_run(self, entry: PendingWrite, error: Exception) -> None:
        """Keep what an unknown error refused: the next piece ends the run, and its end tries once more to store it.

        Kept apart from the pending writes, so that one bad run does not make every later commit fail.
        """
        log = entry.log
        _logger.error("run %s cannot be stored", entry.run_id, exc_info=error)
        if not entry.end_committed:
            self._rejected_parts.setdefault(log, []).extend(entry.parts)
            return
        storage_error = RunError("storage", "The rest of this text could not be saved: the server's log says why.")
        failed_run = log.state.with_end(RunStatus.FAILED, "error", self._clock(), storage_error)
        last_write = PendingWrite(
            log, state=replace(failed_run, characters=log.length), end_committed=entry.end_committed
        )
        try:
            await self._commit([last_write])
        except Exception:  # the boundary of one run: the others are stored without it
            _logger.exception("run %s has no end in the database", entry.run_id)
        self._publish(last_write)


def commit_interval(writing_runs: int) -> float:
    """Seconds until the next commit while so many runs write."""
    return min(max(MIN_COMMIT_INTERVAL, COMMIT_INTERVAL_PER_RUN * writing_runs), MAX_COMMIT_INTERVAL)


class RunUnstorable(Exception):
    """The database refuses this run for a reason of its own."""


def _report_unavailable(entries: Sequence[PendingWrite], error: DatabaseUnavailable) -> None:
    """Tell the readers of each run, once, that its text waits in memory."""
    for entry in entries:
        log = entry.log
        if log.cached_state.error is None:
            _logger.warning("run %s waits to be stored: %s", entry.run_id, error)
            message = f"{error} The text is kept in memory and stored as soon as that works."
            log.update(replace(log.state, error=RunError("storage", message, retryable=True)))
