"""Have the model correct what is wrong with a version: on request, or by itself where a project wants it."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from weakref import WeakKeyDictionary

from core.errors import Conflict, LivewrightError
from core.generation.run_request import RunRequest
from core.generation.runs import Runs, busy_message
from core.projects.access import ProjectAccess
from core.projects.changes import ProjectChanges
from core.review.reviews import Reviews
from core.runs.log_registry import Log
from core.runs.state import RunInfo, RunKind, RunStatus
from core.text import pluralize
from core.trial.finding import MAX_MESSAGE_LENGTH, Finding, FindingKind, FindingSource
from core.trial.trials import Trials
from data import commands
from data.database import Connection, Database

_logger = logging.getLogger(__name__)

MIN_TEMPERATURE = 0.6
"""At a lower temperature a model copies what it is shown, mistakes included."""
NEVER_AUTO_FIXED = frozenset({RunKind.UPLOAD, RunKind.EDIT})
"""They belong to a person."""
MAX_AUTO_FIXES = 2
"""One after the other: what two rounds do not correct, a third seldom does."""
MAX_TOLD_ERRORS = 20


class Fixes:
    """Starts runs that correct the problems of others."""

    def __init__(
        self,
        database: Database,
        *,
        access: ProjectAccess,
        runs: Runs,
        reviews: Reviews,
        trials: Trials,
        changes: ProjectChanges,
    ) -> None:
        self._database = database
        self._trials = trials
        self._changes = changes
        self._access = access
        self._runs = runs
        self._reviews = reviews
        # Weak: what has ended is done once for as long as somebody holds its log, and a task holds it itself.
        self._tasks: WeakKeyDictionary[Log, asyncio.Task[None]] = WeakKeyDictionary()

    async def start(
        self, user_id: int, run_id: str, errors: Sequence[str] = (), overrides: RunRequest | None = None
    ) -> RunInfo:
        """A new run that corrects the problems of this version, what was found when it ran, and ``errors``: sentences
        about what its running app showed. ``overrides`` has another model or sampling; without it, those of this
        version are kept. Raises NotFound, Conflict, InvalidInput, QueueFull, Unavailable.
        """
        log = await self._runs.open_log(user_id, run_id)
        if log.state.is_live:
            raise Conflict("Only a version that has ended can be fixed.")
        told = [Finding(FindingKind.ERROR, error[:MAX_MESSAGE_LENGTH]) for error in errors if error.strip()]
        if told:
            # Before they are stored: what is refused changes nothing.
            if live_run := self._runs.live_run(log.state.project_id, log.state.side):
                raise Conflict(busy_message(log.state.side), run_id=live_run.id)
            await self._trials.store_findings(log, FindingSource.TOLD, told[:MAX_TOLD_ERRORS])
        flaw_count = await self._count_flaws(log)
        if not flaw_count:
            raise Conflict("No problem is known in this version, so there is nothing to fix.")
        return await self._start_fix(log.state, flaw_count, overrides)

    def on_run_end(self, log: Log) -> None:
        """Review and try a run that has just ended, and fix it where its project wants that."""
        # The server is closing: such a run is reviewed when somebody opens it.
        if log.state.status is not RunStatus.INTERRUPTED and log.length and log not in self._tasks:
            self._tasks[log] = asyncio.create_task(self._review_and_fix(log), name=f"review and fix {log.state.id}")

    async def settle(self, log: Log) -> None:
        """Wait until a run that has ended is reviewed and tried, and a fix of it started where one is."""
        self.on_run_end(log)
        if task := self._tasks.get(log):
            await asyncio.wait({task})

    async def close(self) -> None:
        """Cancel the reviews that are under way."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _review_and_fix(self, log: Log) -> None:
        try:
            await self._reviews.reviewed_files(log)
            await self._trials.try_by_itself(log)
            if log.state.is_fix:
                await self._put_back_the_better(log)
            await self._fix_by_itself(log)
        except LivewrightError:
            return  # deleted meanwhile, or another run is live: nobody waits for an automatic fix
        except Exception:
            # The boundary of this task: nobody awaits it, so nobody else would say what failed.
            _logger.exception("the review after run %s failed", log.state.id)

    async def _fix_by_itself(self, log: Log) -> None:
        run, flaw_count = log.state, await self._count_flaws(log)
        if run.status is not RunStatus.COMPLETE or run.kind in NEVER_AUTO_FIXED or not flaw_count:
            return
        project = await self._access.get(run.user_id, run.project_id)
        # Not where a person has made another version current meanwhile, or where this one was not kept.
        is_current = project.run_id_of(run.side) == run.id
        if project.auto_fix and is_current and await self._count_rounds(run) < MAX_AUTO_FIXES:
            await self._start_fix(run, flaw_count)

    async def _put_back_the_better(self, log: Log) -> None:
        """Make the version before current again where a fix that was tried is no better than that one."""
        run = log.state
        before = (await self._runs.open_log(run.user_id, run.parent_id)).state if run.parent_id else None
        found = await self._trials.server_findings_of(run)
        found_before = await self._trials.server_findings_of(before) if before else None
        if before is None or found is None or found_before is None:
            return
        # What a person told of, or a browser showed, may be mended: nobody has looked yet.
        if set(await self._trials.findings_of(before)) - set(found_before):
            return
        flaws = (run.problems or 0) + len(found)
        flaws_before = (before.problems or 0) + len(found_before)
        if flaws_before > flaws or (flaws_before == flaws == 0):
            return
        sentence = f"This has {pluralize(flaws, 'error')} where the version before has {flaws_before}: that one stays."
        run = replace(run, warning=" ".join(filter(None, (run.warning, sentence))))
        log.set_quietly(run)
        await self._database.write(partial(_put_back, run=run, before_id=before.id))
        self._changes.publish(run.user_id, run.project_id)

    async def _count_flaws(self, log: Log) -> int:
        problems = sum(len(file.problems) for file in await self._reviews.reviewed_files(log))
        return problems + len(await self._trials.findings_of(log.state))

    async def _count_rounds(self, run: RunInfo) -> int:
        """How many fixes led to this version, one after the other."""
        rounds = 0
        while run.is_fix and run.parent_id and rounds < MAX_AUTO_FIXES:
            rounds += 1
            run = (await self._runs.open_log(run.user_id, run.parent_id)).state
        return rounds

    async def _start_fix(self, run: RunInfo, flaw_count: int, overrides: RunRequest | None = None) -> RunInfo:
        model, sampling = (overrides.model, overrides.sampling) if overrides else (None, run.sampling)
        request = RunRequest(
            instructions=f"fix {pluralize(flaw_count, 'problem')}",
            kind=RunKind.FIX,
            parent=run,
            stack=run.stack,
            model=model,
            sampling=replace(sampling, temperature=max(MIN_TEMPERATURE, sampling.temperature or 0)),
        )
        return await self._runs.start(run.user_id, run.project_id, run.side, request)


def _put_back(connection: Connection, run: RunInfo, before_id: str) -> None:
    """Store why a fix is not kept, and make the version before current where the fix still is."""
    commands.update_run(connection, run.id, {"warning": run.warning})
    commands.set_current_run(connection, run.project_id, run.side, before_id, expected=run.id)
