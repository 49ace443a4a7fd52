"""Start, follow, stop, continue: the runs of everyone. A run belongs to the server, not to whoever reads it.

Readers reach a run by ``log`` alone, and every run begins in ``_launch``.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from core.catalog import stacks
from core.catalog.stacks import Side
from core.engines.protocol import Engine, EngineName, Request
from core.engines.registry import Engines
from core.errors import Conflict, EngineError, NotFound, Unavailable
from core.generation.generation import Generation
from core.generation.insert_run import enter
from core.generation.journal import Journal
from core.generation.queue import Ticket, Turns
from core.generation.run_handle import Live
from core.generation.run_request import Order as Order  # noqa: PLC0414 - given on from here
from core.prompts.builder import Briefs
from core.runs.log import RunLog
from core.runs.log_registry import Log, Logs
from core.runs.state import RunError, RunInfo, RunKind, RunStatus, changing_values, run_of_row
from data import commands, models, queries
from data.database import Database

_log = logging.getLogger(__name__)

DRAIN_SECONDS = 3.0
STOP_SECONDS = 5.0
STARTS_AT_ONCE = 2
"""So that one is done while the next begins: of fifty that go step by step, the first would be ready with the last."""

NO_PROJECT = "There is no such project."

LATER = tuple(kind.value for kind in RunKind if kind not in (RunKind.GENERATE, RunKind.UPLOAD))
"""The kinds that build on a run before them."""


class Runs:
    """``places`` says how many runs an engine takes at once; ``ended`` is called with each that has ended."""

    def __init__(
        self,
        database: Database,
        *,
        logs: Logs,
        briefs: Briefs,
        engines: Engines,
        journal: Journal,
        places: Callable[[EngineName], int],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._logs = logs
        self._briefs = briefs
        self._engines = engines
        self._journal = journal
        self._turns = {name: Turns(places(name)) for name in engines.names}
        self._clock = clock
        self.ended: Callable[[Log], None] = lambda _: None
        self._live: dict[str, Live] = {}
        self._starting: set[asyncio.Task[None]] = set()
        self._door = asyncio.Semaphore(STARTS_AT_ONCE)
        self._closing = False

    async def open(self) -> None:
        """Make an end of every run that a crash left without one; its text is what the journal holds."""
        for row in await self._database.read(queries.live_runs):
            text = await self._database.read(partial(queries.journalled_text, run_id=row.id))
            run = self._interrupted(run_of_row(row), "The server stopped while this was being written")
            await self._database.write(partial(commands.end_run, run=run, values=changing_values(run), text=text))

    async def close(self) -> None:
        """End every live run as interrupted, text stored, readers told; gives the database a few seconds for it."""
        self._closing = True
        if self._starting:  # each ends its own run: it sees that this closes
            await asyncio.wait(set(self._starting), timeout=DRAIN_SECONDS)
        live = list(self._live.values())
        for run in live:
            run.end(RunStatus.INTERRUPTED)
        if live:
            await asyncio.wait([run.task for run in live], timeout=DRAIN_SECONDS)

    async def start(self, user_id: int, project_id: int, side: Side, order: Order) -> RunInfo:
        """Start a run. Raises NotFound, Invalid, QueueFull, Unavailable; Conflict where one is live."""
        return (await self._start(await self.project(user_id, project_id), side, order)).state

    async def _start(self, project: models.Project, side: Side, order: Order) -> Log:
        self._check_open()
        order.check()
        order = await self._grounded(project, side, order)
        stack = stacks.stack(order.stack or getattr(project, f"{side}_stack"), side)
        engine, model = await self._choose(order)
        log = RunLog(order.run(project, stack, engine.name, model, self._clock()), order.prefix)
        brief = await self._briefs.of(log, await engine.window(model) if order.parent else None)
        log.amend(replace(log.state, warning=" ".join(filter(None, (log.state.warning, brief.warning))) or None))
        async with self._door:
            self._check_open()
            self._logs.add(log)
            request = Request(model, brief.messages, log.state.sampling)
            generation = Generation(log, engine, request, self._journal, self._clock)
            ticket = self._turns[engine.name].draw(project.user_id)
            starting = asyncio.create_task(self._begin(log, generation, ticket), name=f"start {log.state.id}")
            self._starting.add(starting)
            starting.add_done_callback(self._starting.discard)
            # Whoever asked may go in this moment; a run that is stored and not launched would block its side for good.
            await asyncio.shield(starting)
            return log

    async def join_or_start(self, user_id: int, project_id: int, side: Side, order: Order) -> Log:
        """The log of the side's live run, started where there is none."""
        project = await self.project(user_id, project_id)
        if live := self.live(project_id, side):
            return await self.log(user_id, live.id)
        try:
            return await self._start(project, side, order)
        except Conflict as conflict:
            return await self.log(user_id, conflict.run_id or "")

    def live(self, project_id: int, side: Side) -> RunInfo | None:
        """The side's live run. The caller has seen to it that the project is his user's."""
        of_side = (live.log for live in self._live.values() if live.log.told.project_id == project_id)
        return next((log.state for log in of_side if log.told.side is side and log.told.live), None)

    def live_counts(self) -> Counter[str]:
        """How many runs there are of each live status."""
        return Counter(run.status.value for run in self._live_states())

    def live_projects(self, user_id: int) -> set[int]:
        """The projects of a user in which something is being written."""
        return {run.project_id for run in self._live_states() if run.user_id == user_id}

    async def log(self, user_id: int, run_id: str) -> Log:
        """Any run's log, live or ended: the one way to its text and state. Raises NotFound."""
        return await self._logs.open(user_id, run_id)

    async def of_project(self, user_id: int, project_id: int) -> list[RunInfo]:
        """The runs of a project, newest first. Raises NotFound."""
        await self.project(user_id, project_id)
        live = dict(self._live)  # a run may end while the database answers with what it was before
        rows = await self._database.read(lambda session: queries.runs_of(session, user_id, project_id))
        live |= self._live
        return [live[row.id].log.state if row.id in live else run_of_row(row) for row in rows]

    async def stop(self, user_id: int, run_id: str) -> RunInfo:
        """Stop the model and keep what was written; a run that has ended is left as it is. Raises NotFound."""
        log = await self.log(user_id, run_id)
        if live := self._live.get(run_id):
            live.end(RunStatus.STOPPED)
            await asyncio.wait([live.task], timeout=STOP_SECONDS)
        return log.state

    async def stop_project(self, project_id: int) -> None:
        """Stop whatever is being written in a project."""
        for run in self._live_states():
            if run.project_id == project_id:
                await self.stop(run.user_id, run.id)

    async def forget_project(self, project_id: int) -> None:
        """Stop what was started while a project was deleted, and let nobody find its runs any more."""
        await self.stop_project(project_id)
        self._logs.forget_project(project_id)

    async def project(self, user_id: int, project_id: int) -> models.Project:
        """The project's row, if it is this user's. Raises NotFound."""
        project = await self._database.find(lambda connection: queries.project_of(connection, user_id, project_id))
        if project is None:
            raise NotFound(NO_PROJECT)
        return project

    async def _grounded(self, project: models.Project, side: Side, order: Order) -> Order:
        """The order, on the ground of the current version where that goes back to an upload."""
        current: str | None = getattr(project, f"{side}_run_id")
        if order.kind is not RunKind.GENERATE or current is None:
            return order
        find = partial(queries.run_and_first, user_id=project.user_id, run_id=current, later=LATER)
        found = await self._database.read(find)
        return order.upon(run_of_row(found[0])) if found and run_of_row(found[1]).uploaded else order

    async def _choose(self, order: Order) -> tuple[Engine, str]:
        if order.model is None and order.parent and not order.parent.uploaded:
            return await self._engines.choose_again(order.parent.engine, order.parent.model)
        return await self._engines.choose(order.model)

    def _live_states(self) -> list[RunInfo]:
        """Without those that have just ended and whose task has not run since."""
        return [live.log.state for live in self._live.values() if live.log.told.live]

    def _check_open(self) -> None:
        if self._closing:
            raise Unavailable("The server is shutting down: try again when it is back.")

    async def _begin(self, log: Log, generation: Generation, ticket: Ticket) -> None:
        """Store the new run and what its text begins with, and let it write."""
        busy = f"The {log.state.side} is being written already: watch or stop that run."
        gone = "The version that this builds on was deleted meanwhile: choose another one."
        store = partial(commands.add_run, text=log.text)
        try:
            await enter(self._database, log.state, store, project=self.project, busy=busy, otherwise=gone)
        except BaseException:
            self._turns[log.state.engine].give_back(ticket)
            raise
        self._launch(log, generation, ticket)

    def _launch(self, log: Log, generation: Generation, ticket: Ticket) -> None:
        task = asyncio.create_task(self._drive(log, generation, ticket), name=f"run {log.state.id}")
        live = self._live[log.state.id] = Live(log, task)
        if self._closing:  # since this start began
            live.end(RunStatus.INTERRUPTED)

    async def _drive(self, log: Log, generation: Generation, ticket: Ticket) -> None:
        """A run's boundary: whatever happens in it becomes its end."""
        run_id = log.state.id
        end = await self._written(log, generation, ticket)
        self._live[run_id].written = True
        await self._journal.end(log, end)
        del self._live[run_id]
        self.ended(log)

    async def _written(self, log: Log, generation: Generation, ticket: Ticket) -> RunInfo:
        def moved(position: int | None) -> None:
            log.update(replace(log.state, position=position))

        try:
            async with self._turns[log.state.engine].turn(ticket, moved):
                return await generation.write()
        except asyncio.CancelledError:
            if self._live[log.state.id].ending is RunStatus.STOPPED:
                return generation.so_far.ended(RunStatus.STOPPED, "stopped", self._clock())
            return self._interrupted(generation.so_far, "The server was shut down while this was being written")
        except EngineError as error:
            self._engines.doubt(log.state.engine)
            failure = RunError(error.kind, error.message, error.retryable)
        except Exception:  # noqa: BLE001 - the one boundary where any failure becomes the run's end
            _log.exception("run %s failed", log.state.id)
            message = "Something went wrong inside the server: its log says what. Generate again."
            failure = RunError("internal", message, retryable=True)
        return generation.so_far.ended(RunStatus.FAILED, "error", self._clock(), failure)

    def _interrupted(self, run: RunInfo, cause: str) -> RunInfo:
        error = RunError("interrupted", f"{cause}: what there was is kept, press Continue to go on.", retryable=True)
        return run.ended(RunStatus.INTERRUPTED, "interrupted", self._clock(), error)
