"""The trials of all versions: one at a time, stored with the version; and what browsers found when they ran it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from weakref import WeakKeyDictionary

from core.errors import Conflict, DatabaseUnavailable, NotRunnable, Unavailable
from core.files.source_file import SourceFile
from core.projects.changes import ProjectChanges
from core.review.reviews import Reviews
from core.runs.log_registry import Log
from core.runs.state import RunInfo, RunStatus
from core.runtime.app_runtime import AppRuntime
from core.subprocesses import ProgramMissing
from core.trial.eligibility import not_runnable_reason
from core.trial.finding import MAX_FINDINGS, Finding, FindingSource, finding_from_json
from core.trial.report import TrialReport, report_from_json
from core.trial.try_back_end import try_back_end
from core.workers.fair_slots import FairSlots
from data import commands, queries
from data.database import Connection, Database
from data.errors import RowRejected

_logger = logging.getLogger(__name__)

MAX_WAITING_TRIALS = 5
"""Of one account, each of which takes some seconds of a processor."""
TrialFunction = Callable[[AppRuntime, Sequence[SourceFile]], Awaitable[TrialReport]]


class Trials:
    """Tries versions and knows what was found in them; ``try_files`` stands in for the sandbox in tests."""

    def __init__(
        self,
        database: Database,
        *,
        reviews: Reviews,
        runtime: AppRuntime,
        changes: ProjectChanges,
        tries_by_itself: bool,
        try_files: TrialFunction = try_back_end,
    ) -> None:
        self._database = database
        self._reviews = reviews
        self._runtime = runtime
        self._changes = changes
        self._tries_by_itself = tries_by_itself
        self._try_files = try_files
        self._slots = FairSlots(1, MAX_WAITING_TRIALS)
        # Weak: a trial is waited for as long as somebody holds the version's log.
        self._running: WeakKeyDictionary[Log, asyncio.Task[TrialReport]] = WeakKeyDictionary()

    async def try_version(self, log: Log) -> TrialReport:
        """Try a back end that has ended; joins a trial of it that is going on.

        Raises NotRunnable with the reason, Conflict, Unavailable without a runtime, QueueFull.
        """
        if log.state.is_live:
            raise Conflict("Only a version that has ended can be tried.")
        files = await self._files_of(log)
        if reason := not_runnable_reason(log.state, files):
            raise NotRunnable(reason)
        if not self._runtime.is_ready:
            raise Unavailable(self._runtime.state.message)
        task = self._running.get(log)
        if task is None or task.done():
            task = self._running[log] = asyncio.create_task(self._try(log, files), name=f"try {log.state.id}")
        # Shielded: who stops waiting does not stop the trial for others.
        report = await asyncio.shield(task)
        if report.unknown:
            raise NotRunnable(report.unknown)
        return report

    async def try_by_itself(self, log: Log) -> TrialReport | None:
        """Try a back end that is complete, where that is wanted and can be done; None where not."""
        if not self._tries_by_itself or not self._runtime.is_ready or log.state.status is not RunStatus.COMPLETE:
            return None
        try:
            return await self.try_version(log)
        except (NotRunnable, Unavailable):
            return None

    async def report_of(self, run: RunInfo) -> TrialReport | None:
        """What the latest trial of a version showed; None where it was not tried."""
        if run.findings is None:
            return None
        row = (await self._database.read(partial(queries.load_run_findings, run_id=run.id))).get(FindingSource.SERVER)
        return report_from_json(row.report) if row and row.report else None

    async def findings_of(self, run: RunInfo) -> tuple[Finding, ...]:
        """What was found in a version, by whomever."""
        if run.findings is None:
            return ()
        rows = await self._database.read(partial(queries.load_run_findings, run_id=run.id))
        found = [
            finding_from_json(fields) for source in FindingSource if source in rows for fields in rows[source].findings
        ]
        return tuple(dict.fromkeys(found))

    async def store_findings(self, log: Log, source: FindingSource, findings: Sequence[Finding]) -> None:
        """Store what a browser found when it ran a version, or what a person told; none is a result too."""
        await self._store(log, source, tuple(findings)[:MAX_FINDINGS], None)

    async def close(self) -> None:
        """Stop the trials under way."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _files_of(self, log: Log) -> list[SourceFile]:
        return [file.served for file in await self._reviews.reviewed_files(log)]

    async def _try(self, log: Log, files: Sequence[SourceFile]) -> TrialReport:
        async with self._slots.place(log.state.user_id):
            try:
                report = await self._try_files(self._runtime, files)
            except ProgramMissing as error:
                raise Unavailable("The package deno is not installed, and back ends are tried in it.") from error
        await self._store(log, FindingSource.SERVER, report.findings, report)
        return report

    async def _store(
        self, log: Log, source: FindingSource, findings: Sequence[Finding], report: TrialReport | None
    ) -> None:
        run = log.state
        row = {
            "run_id": run.id,
            "source": source.value,
            "findings": [finding.to_json() for finding in findings],
            "report": report.to_json() if report else None,
        }

        def store(connection: Connection) -> tuple[int, str | None]:
            # In one transaction: the server and a browser may find something at the same time.
            others = queries.load_run_findings(connection, run.id)
            count = len(findings) + sum(len(other.findings) for name, other in others.items() if name != source)
            is_tried = FindingSource.SERVER in others and log.state.verdict is not None
            verdict = report.verdict if report else log.state.verdict
            if source is FindingSource.BROWSER and not is_tried:
                verdict = "Does not run" if findings else "Runs"
            values = {"findings": count, "verdict": verdict}
            commands.replace_run_findings(connection, run.id, row, values)
            return count, verdict

        try:
            count, verdict = await self._database.write(store)
        except (DatabaseUnavailable, RowRejected) as error:  # deleted meanwhile, or it is found out again
            _logger.warning("what was found in run %s is not stored: %s", run.id, error)
            return
        log.set_quietly(replace(log.state, findings=count, verdict=verdict))
        self._changes.publish(run.user_id, run.project_id)
