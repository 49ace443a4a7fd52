"""Start, follow, stop, continue: the runs of everyone. A run belongs to the server, not to whoever reads it.

Readers reach a run by ``open_log`` alone, and every run begins in ``_launch``.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from core.catalog.stacks import Side
from core.engines.protocol import EngineName
from core.engines.registry import EngineRegistry
from core.errors import Conflict, EngineError, Unavailable
from core.generation.generation import Generation
from core.generation.insert_run import insert_run, insert_with_text
from core.generation.journal import Journal
from core.generation.preparation import RunPreparation
from core.generation.queue import FairQueue, Ticket
from core.generation.recovery import end_interrupted_runs
from core.generation.run_end import as_interrupted
from core.generation.run_handle import RunHandle
from core.generation.run_request import RunRequest
from core.projects.access import ProjectAccess
from core.projects.changes import ProjectChanges
from core.projects.project import Project
from core.prompts.builder import PromptBuilder
from core.runs.log_registry import Log, LogRegistry
from core.runs.state import RunError, RunInfo, RunStatus, run_from_row
from data import queries
from data.database import Database

_logger = logging.getLogger(__name__)

RUNS_END_TIMEOUT = 3.0
STOP_TIMEOUT = 5.0
SHUTDOWN_CAUSE = "The server was shut down while this was being written"
MAX_CONCURRENT_STARTS = 2
"""Interleaving fifty starts would delay every first token to the last one's."""


class Runs:
    """``max_concurrent``: how many runs an engine takes at once; ``end_listeners`` are called with each ended run."""

    def __init__(
        self,
        database: Database,
        *,
        access: ProjectAccess,
        changes: ProjectChanges,
        log_registry: LogRegistry,
        prompt_builder: PromptBuilder,
        engines: EngineRegistry,
        journal: Journal,
        max_concurrent: Callable[[EngineName], int],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._access = access
        self._changes = changes
        self._log_registry = log_registry
        self._preparation = RunPreparation(database, log_registry, prompt_builder, engines, clock)
        self._engines = engines
        self._journal = journal
        self._queues = {name: FairQueue(max_concurrent(name)) for name in engines.names}
        self._clock = clock
        self.end_listeners: list[Callable[[Log], None]] = []
        self._handles: dict[str, RunHandle] = {}
        self._start_tasks: set[asyncio.Task[None]] = set()
        self._start_semaphore = asyncio.Semaphore(MAX_CONCURRENT_STARTS)
        self._is_closing = False

    async def open(self) -> None:
        """End every run that a crash left live."""
        await end_interrupted_runs(self._database, self._clock())

    async def close(self) -> None:
        """End every live run as interrupted, its text stored; waits at most ``RUNS_END_TIMEOUT`` for the database."""
        self._is_closing = True  # first: what starts from here on is refused
        if self._start_tasks:  # each of them sees that this closes, and ends its run
            await asyncio.wait(set(self._start_tasks), timeout=RUNS_END_TIMEOUT)
        handles = list(self._handles.values())
        for handle in handles:
            handle.cancel(RunStatus.INTERRUPTED)
        if handles:
            await asyncio.wait([handle.task for handle in handles], timeout=RUNS_END_TIMEOUT)

    async def start(self, user_id: int, project_id: int, side: Side, request: RunRequest) -> RunInfo:
        """Start a run. Raises NotFound, InvalidInput, QueueFull, Unavailable; Conflict where one is live."""
        return (await self._start(await self._access.get(user_id, project_id), side, request)).state

    async def _start(self, project: Project, side: Side, request: RunRequest) -> Log:
        self._check_not_closing()
        prepared = await self._preparation.prepare(project, side, request)
        log, engine = prepared.log, prepared.engine
        async with self._start_semaphore:
            self._check_not_closing()
            # Before the row is stored: whoever finds the row then gets this log, not a closed one made of it.
            self._log_registry.add(log)
            generation = Generation(
                log, engine, prepared.engine_request, self._journal, clock=self._clock, on_status=self._publish_change
            )
            ticket = self._queues[engine.name].enqueue(project.user_id)
            start_task = asyncio.create_task(
                self._insert_and_launch(log, generation, ticket), name=f"start {log.state.id}"
            )
            self._start_tasks.add(start_task)
            start_task.add_done_callback(self._start_tasks.discard)
            # Shielded: a caller that leaves now must not leave a run that is stored and never launched, which would
            # block its side for good.
            await asyncio.shield(start_task)
            return log

    async def join_or_start(self, user_id: int, project_id: int, side: Side, request: RunRequest) -> Log:
        """The log of the side's live run, or of a new one where none is live. Raises as ``start``."""
        project = await self._access.get(user_id, project_id)
        if live_run := self.live_run(project_id, side):
            return await self.open_log(user_id, live_run.id)
        try:
            return await self._start(project, side, request)
        except Conflict as conflict:
            # Another request was first: its run is the one to join.
            return await self.open_log(user_id, conflict.run_id or "")

    def live_run(self, project_id: int, side: Side) -> RunInfo | None:
        """The side's live run. Checks no ownership: the caller has opened the project for its user."""
        project_logs = (live.log for live in self._handles.values() if live.log.cached_state.project_id == project_id)
        return next(
            (log.state for log in project_logs if log.cached_state.side is side and log.cached_state.is_live), None
        )

    def count_by_status(self) -> Counter[str]:
        """How many runs there are of each live status."""
        return Counter(run.status.value for run in self.live_runs())

    async def open_log(self, user_id: int, run_id: str) -> Log:
        """Any run's log, live or ended: the one way to its text and state. Raises NotFound."""
        return await self._log_registry.open(user_id, run_id)

    async def list_runs(self, user_id: int, project_id: int) -> list[RunInfo]:
        """The runs of a project, newest first. Raises NotFound."""
        await self._access.get(user_id, project_id)
        handles = dict(self._handles)  # before and after the query: a run may start or end while it runs
        rows = await self._database.read(lambda connection: queries.list_runs(connection, user_id, project_id))
        handles |= self._handles
        return [handles[row.id].log.state if row.id in handles else run_from_row(row) for row in rows]

    async def stop(self, user_id: int, run_id: str) -> RunInfo:
        """Stop the model and keep what was written; a run that has ended is left as it is. Raises NotFound."""
        log = await self.open_log(user_id, run_id)
        if handle := self._handles.get(run_id):
            handle.cancel(RunStatus.STOPPED)
            await asyncio.wait([handle.task], timeout=STOP_TIMEOUT)
        return log.state

    async def stop_project(self, project_id: int) -> None:
        """Stop whatever is being written in a project."""
        for run in self.live_runs():
            if run.project_id == project_id:
                await self.stop(run.user_id, run.id)

    async def forget_project(self, project_id: int) -> None:
        """After a project was deleted: stop what was started meanwhile, and forget its logs."""
        await self.stop_project(project_id)
        self._log_registry.remove_project(project_id)

    def announce_end(self, log: Log) -> None:
        """Call the end listeners, also for an upload, which has ended as soon as it is stored."""
        for listener in self.end_listeners:
            listener(log)
        self._publish_change(log.state)

    def _publish_change(self, run: RunInfo) -> None:
        self._changes.publish(run.user_id, run.project_id)

    def live_runs(self) -> list[RunInfo]:
        """Everybody's live runs, without those whose log is closed while their task is still finishing."""
        return [live.log.state for live in self._handles.values() if live.log.cached_state.is_live]

    def _check_not_closing(self) -> None:
        if self._is_closing:
            raise Unavailable("The server is shutting down: try again when it is back.")

    async def _insert_and_launch(self, log: Log, generation: Generation, ticket: Ticket) -> None:
        """Store the new run and the beginning of its text, then start its task."""
        deleted_message = "The version that this builds on was deleted meanwhile: choose another one."
        try:
            await insert_run(
                self._database,
                log.state,
                partial(insert_with_text, run_id=log.state.id, text=log.text),
                get_project=self._access.get,
                busy_message=busy_message(log.state.side),
                conflict_message=deleted_message,
            )
        except BaseException:
            # Also where this is cancelled: the place in the queue would be lost for good.
            self._queues[log.state.engine].release(ticket)
            raise
        self._launch(log, generation, ticket)

    def _launch(self, log: Log, generation: Generation, ticket: Ticket) -> None:
        task = asyncio.create_task(self._run_to_end(log, generation, ticket), name=f"run {log.state.id}")
        handle = self._handles[log.state.id] = RunHandle(log, task)
        if self._is_closing:  # closing began during this start
            handle.cancel(RunStatus.INTERRUPTED)
        self._publish_change(log.state)

    async def _run_to_end(self, log: Log, generation: Generation, ticket: Ticket) -> None:
        """The task of a run: whatever happens in it becomes its end."""
        run_id = log.state.id
        ended_run = await self._generate(log, generation, ticket)
        # From here on a stop comes too late: it would cut off the storing of the end, not the text.
        self._handles[run_id].is_written = True
        await self._journal.end(log, ended_run, has_file=generation.has_file)
        # Not before the end is stored: ``close`` waits for what is in here.
        del self._handles[run_id]
        self.announce_end(log)

    async def _generate(self, log: Log, generation: Generation, ticket: Ticket) -> RunInfo:
        def on_position(position: int | None) -> None:
            log.update(replace(log.state, position=position))
            self._publish_change(log.state)

        try:
            async with self._queues[log.state.engine].slot(ticket, on_position):
                return await generation.write()
        except asyncio.CancelledError:
            if self._handles[log.state.id].end_status is RunStatus.STOPPED:
                return generation.snapshot.with_end(RunStatus.STOPPED, "stopped", self._clock())
            return as_interrupted(generation.snapshot, SHUTDOWN_CAUSE, self._clock(), has_text=log.length > 0)
        except EngineError as error:
            # The engine may be gone: the next start asks it, and does not trust what it said before.
            self._engines.invalidate_health(log.state.engine)
            failure = RunError(error.error_code, error.message, error.retryable)
        except Exception:  # the boundary of a run: whatever fails in it ends this run alone
            _logger.exception("run %s failed", log.state.id)
            message = "Something went wrong inside the server: its log says what. Generate again."
            failure = RunError("internal", message, retryable=True)
        return generation.snapshot.with_end(RunStatus.FAILED, "error", self._clock(), failure)


def busy_message(side: Side) -> str:
    """Why another run of a side cannot start now."""
    return f"The {side} is being written already: watch or stop that run."
