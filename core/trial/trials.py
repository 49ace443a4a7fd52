"""The trials of all versions: one at a time, stored with the version; and what browsers found when they ran it."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from weakref import WeakKeyDictionary

from core.catalog.stacks import Side
from core.errors import Conflict, DatabaseUnavailable, NotRunnable, Unavailable
from core.files.source_file import SourceFile
from core.projects.changes import ProjectChanges
from core.review.reviews import Reviews
from core.runs.log_registry import Log
from core.runs.state import RunInfo, RunStatus
from core.runtime.app_runtime import AppRuntime
from core.subprocesses import ProgramMissing
from core.trial.eligibility import FRAMEWORKS, not_runnable_reason
from core.trial.finding import MAX_FINDINGS, Finding, FindingKind, FindingSource, finding_from_json
from core.trial.report import TrialReport
from core.trial.try_back_end import try_back_end
from core.trial.try_front_end import try_front_end
from core.workers.fair_slots import FairSlots
from data import commands, queries
from data.database import Connection, Database
from data.errors import RowRejected
from data.rows import RunFindingsRow

_logger = logging.getLogger(__name__)

MAX_WAITING_TRIALS = 5
"""Of one account, each of which takes some seconds of a processor."""
TrialFunction = Callable[[AppRuntime, Sequence[SourceFile]], Awaitable[TrialReport]]
FrontEndTrialFunction = Callable[[AppRuntime, Sequence[SourceFile], str], Awaitable[tuple[Finding, ...] | None]]


class Trials:
    """Tries versions and knows what was found in them.

    ``try_files`` and ``try_front_end_files`` stand in for the sandbox in tests.
    """

    def __init__(
        self,
        database: Database,
        *,
        reviews: Reviews,
        runtime: AppRuntime,
        changes: ProjectChanges,
        tries_by_itself: bool,
        try_files: TrialFunction = try_back_end,
        try_front_end_files: FrontEndTrialFunction = try_front_end,
    ) -> None:
        self._database = database
        self._reviews = reviews
        self._runtime = runtime
        self._changes = changes
        self._tries_by_itself = tries_by_itself
        self._try_files = try_files
        self._try_front_end_files = try_front_end_files
        self.counts: Counter[str] = Counter()  # those on the server: without a finding, or with
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

    async def try_by_itself(self, log: Log) -> None:
        """Try a version that is complete, where that is wanted and can be done."""
        if not self._tries_by_itself or not self._runtime.is_ready or log.state.status is not RunStatus.COMPLETE:
            return
        with suppress(NotRunnable, Unavailable):
            if log.state.side is Side.FRONTEND:
                await self._try_front_end(log)
            else:
                await self.try_version(log)

    async def server_findings_of(self, run: RunInfo) -> tuple[Finding, ...] | None:
        """What the latest trial on the server found in a version; None where it was not tried there."""
        row = (await self._load_findings(run)).get(FindingSource.SERVER)
        return tuple(map(finding_from_json, row.findings)) if row else None

    async def findings_of(self, run: RunInfo) -> tuple[Finding, ...]:
        """What was found in a version, by whomever."""
        rows = await self._load_findings(run)
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

    async def _load_findings(self, run: RunInfo) -> Mapping[str, RunFindingsRow]:
        if run.findings is None:
            return {}
        return await self._database.read(partial(queries.load_run_findings, run_id=run.id))

    async def _files_of(self, log: Log) -> list[SourceFile]:
        return [file.served for file in await self._reviews.reviewed_files(log)]

    async def _try_front_end(self, log: Log) -> None:
        framework = FRAMEWORKS.get(log.state.stack)
        files = await self._files_of(log)
        if framework is None or not files:
            return
        async with self._slot(log):
            findings = await self._try_front_end_files(self._runtime, files, framework)
        if findings is not None:
            await self._store(log, FindingSource.SERVER, findings, None)

    async def _try(self, log: Log, files: Sequence[SourceFile]) -> TrialReport:
        async with self._slot(log):
            report = await self._try_files(self._runtime, files)
        await self._store(log, FindingSource.SERVER, report.findings, report)
        return report

    @asynccontextmanager
    async def _slot(self, log: Log) -> AsyncGenerator[None, None]:
        async with self._slots.place(log.state.user_id):
            try:
                yield
            except ProgramMissing as error:
                raise Unavailable("The package deno is not installed, and apps are tried in it.") from error

    async def _store(
        self, log: Log, source: FindingSource, findings: Sequence[Finding], report: TrialReport | None
    ) -> None:
        run = log.state
        if source is FindingSource.SERVER:
            self.counts["failed" if findings else "passed"] += 1
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
            server = others.get(FindingSource.SERVER)
            is_tried = server is not None and server.report is not None and log.state.verdict is not None
            verdict = report.verdict if report else log.state.verdict
            if source is FindingSource.BROWSER and not is_tried:
                verdict = "Does not run" if findings else "Runs"
            elif source is FindingSource.SERVER and not report and (error := _start_error(findings)):
                verdict = TrialReport(start_error=error).verdict
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


def _start_error(findings: Sequence[Finding]) -> Finding | None:
    return next((finding for finding in findings if finding.kind is FindingKind.START), None)
