"""Reviews of a version's files: problems and formatted texts, found once, after its run has ended, and stored.

The text of the run stays. A fix becomes the current version only with no more problems than the version it fixes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from weakref import WeakKeyDictionary

from core.errors import DatabaseUnavailable
from core.files.source_file import SourceFile
from core.projects.changes import ProjectChanges
from core.review.checking.checks import NO_RELATED_FILES, check, check_syntax
from core.review.checking.problem import CheckResult, Problem, ProblemKind
from core.review.checking.project_files import RelatedFiles
from core.review.formatting.format_files import format_files
from core.review.related_files import load_related_files
from core.runs.log_registry import Log
from core.runs.state import RunInfo, RunStatus
from core.runs.version_files import VersionFiles
from core.text import pluralize
from core.workers.fair_slots import FairSlots
from data import commands, queries
from data.database import Connection, Database
from data.errors import RowRejected
from data.rows import RunFileRow

_logger = logging.getLogger(__name__)

MAX_CONCURRENT_REVIEWS = 2
"""Each review starts several programs, and fifty runs may end in the same moment."""
REVIEW_TIMEOUT = 20.0
"""Seconds. The readers of a run wait for its review."""
MAX_NAMED_HARD_FILES = 3
"""In a warning."""


@dataclass(frozen=True, slots=True)
class ReviewedFile:
    """A file in two forms: ``source`` is what the model wrote, ``formatted`` what a formatter made of it, if anything.

    ``unformatted_reason`` is a sentence for people; None also where a language is never formatted. ``problems`` are
    those of the form that is served, ``raw_problems`` those of ``source``. Where ``is_too_hard``, the check was
    stopped, and there may be more.
    """

    source: SourceFile
    formatted: str | None = None
    unformatted_reason: str | None = None
    problems: tuple[Problem, ...] = ()
    raw_problems: tuple[Problem, ...] = ()
    is_too_hard: bool = False

    @property
    def served(self) -> SourceFile:
        """The formatted file where there is one, else the source."""
        return self.source if self.formatted is None else replace(self.source, text=self.formatted, original=None)

    def unformatted(self) -> "ReviewedFile":
        """The file with its source as the form that is served."""
        return replace(self, formatted=None, problems=self.raw_problems)


ReviewFunction = Callable[[Sequence[SourceFile], RelatedFiles], Awaitable[list[ReviewedFile]]]
"""Reviews the files of a version; gets also what they may refer to. ``review`` is the product's;
tests put a cheaper one in its place."""


class Reviews:
    """The reviews of all versions; each is made once, however many callers wait for it."""

    def __init__(
        self, database: Database, version_files: VersionFiles, review_files: ReviewFunction, changes: ProjectChanges
    ) -> None:
        self._database = database
        self._changes = changes
        self._version_files = version_files
        self._review_files = review_files
        self._slots = FairSlots(MAX_CONCURRENT_REVIEWS)
        # Weak: what is known of a version lasts as long as somebody holds its log.
        self._live_checks: WeakKeyDictionary[Log, dict[SourceFile, tuple[Problem, ...]]] = WeakKeyDictionary()
        self._review_tasks: WeakKeyDictionary[Log, asyncio.Task[list[ReviewedFile]]] = WeakKeyDictionary()

    async def reviewed_files(self, log: Log) -> list[ReviewedFile]:
        """The reviewed files of a version; of a live run the files so far, checked for their syntax alone."""
        if not log.closed:
            return await self._check_live(log)
        task = self._review_tasks.get(log)
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            task = self._review_tasks[log] = asyncio.create_task(self._review(log), name=f"review {log.state.id}")
        # Shielded: a reader that leaves does not cancel the review for the others.
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Cancel the reviews under way: they are made again when their version is opened next."""
        for task in self._review_tasks.values():
            task.cancel()
        await asyncio.gather(*self._review_tasks.values(), return_exceptions=True)

    async def _check_live(self, log: Log) -> list[ReviewedFile]:
        sources = await self._version_files.files_of(log)
        known = self._live_checks.get(log, {})
        # A file that ended is checked once: one that is too hard to check would hold up each later look.
        new = [file for file in sources if file.is_complete and file not in known]
        if new:
            async with self._slots.place(log.state.user_id):
                found = (await check_syntax(new)).problems
            known = {**known, **{file: found[file.path] for file in new}}
            self._live_checks[log] = {file: known[file] for file in sources if file in known}
        return [ReviewedFile(file, problems=known.get(file, ()), raw_problems=known.get(file, ())) for file in sources]

    async def _review(self, log: Log) -> list[ReviewedFile]:
        content = await self._version_files.content_of(log)
        sources = content.files
        if log.state.problems is not None:
            rows = await self._database.read(lambda connection: queries.load_run_files(connection, log.state.id))
            return [_from_row(file, rows.get(file.path)) for file in sources]
        try:
            related_files = await load_related_files(self._database, self._version_files, log)
            reviewed = await self._review_in_time(log, sources, related_files)
        except Exception:
            # A boundary: whatever fails, the files are served. Nothing is stored, so that no fix passes as free of
            # problems because its review failed.
            _logger.exception("the files of run %s are served as they are", log.state.id)
            return [ReviewedFile(file) for file in sources]
        await self._store_review(log, reviewed, content.refusal)
        return reviewed

    async def _review_in_time(
        self, log: Log, sources: Sequence[SourceFile], related_files: RelatedFiles
    ) -> list[ReviewedFile]:
        async with self._slots.place(log.state.user_id):
            try:
                async with asyncio.timeout(REVIEW_TIMEOUT):
                    return await self._review_files(sources, related_files)
            except TimeoutError:  # stored like any other outcome: a new try would take as long
                return [ReviewedFile(file, is_too_hard=True) for file in sources]

    async def _store_review(self, log: Log, reviewed: Sequence[ReviewedFile], refusal: str | None) -> None:
        """Store the review, and make a fix the current version where it is no worse than the version that it fixes."""
        problems = sum(len(file.problems) for file in reviewed)
        replaced_id = rejection = None
        if log.state.is_fix and log.state.status is RunStatus.COMPLETE:
            fixed_log = await self._version_files.find_parent(log.state)
            rejection = await self._rejection_reason(fixed_log, problems, reviewed)
            replaced_id = fixed_log.state.id if fixed_log and not rejection else None
        warning = " ".join(filter(None, (log.state.warning, refusal, _too_hard_sentence(reviewed), rejection))) or None
        log.set_quietly(replace(log.state, problems=problems, warning=warning))
        store = partial(_write_review, run=log.state, reviewed=reviewed, replaced_id=replaced_id)
        try:
            await self._database.write(store)
        except (DatabaseUnavailable, RowRejected) as error:  # the review is made again when the version is opened next
            _logger.warning("the review of run %s is not stored: %s", log.state.id, error)
        self._changes.publish(log.state.user_id, log.state.project_id)

    async def _rejection_reason(
        self, fixed_log: Log | None, problems: int, reviewed: Sequence[ReviewedFile]
    ) -> str | None:
        """Why a fix does not become the current version, as a sentence; None where it does."""
        before = await self.reviewed_files(fixed_log) if fixed_log else []
        # First, since a model that changed nothing needs to be told something else.
        if [file.served for file in reviewed] == [file.served for file in before]:
            return "The model changed nothing: say in a sentence what to change, and refine."
        if any(file.is_too_hard for file in reviewed):
            return "Not all of this could be checked: the version before stays."
        previous_problems = sum(len(file.problems) for file in before)
        if problems > previous_problems:
            return f"This has {problems} problems where the version before has {previous_problems}: that one stays."
        return None


async def review(sources: Sequence[SourceFile], related_files: RelatedFiles = NO_RELATED_FILES) -> list[ReviewedFile]:
    """Check the files, format those that can be formatted, and check the result."""
    raw = await check(sources, related_files=related_files)
    formatted = await format_files(sources, raw)
    served = [replace(file, text=formatted[file.path].text or file.text) for file in sources]
    final = raw if served == list(sources) else await _check_again(served, raw, related_files)
    return [
        ReviewedFile(
            source=file,
            formatted=formatted[file.path].text,
            unformatted_reason=formatted[file.path].reason,
            problems=final.problems[file.path],
            raw_problems=raw.problems[file.path],
            is_too_hard=file.path in raw.too_hard | final.too_hard,
        )
        for file in sources
    ]


async def _check_again(served: Sequence[SourceFile], raw: CheckResult, related_files: RelatedFiles) -> CheckResult:
    """Check the formatted files, but for those that were too hard before: they are served as they were."""
    checked = await check(served, skipped=raw.too_hard, related_files=related_files)
    unchanged = {path: raw.problems[path] for path in raw.too_hard}
    return CheckResult({**checked.problems, **unchanged}, raw.too_hard | checked.too_hard)


def _too_hard_sentence(reviewed: Sequence[ReviewedFile]) -> str | None:
    paths = [file.source.path for file in reviewed if file.is_too_hard]
    if not paths:
        return None
    names = ", ".join(f"`{path}`" for path in paths[:MAX_NAMED_HARD_FILES])
    unnamed = len(paths) - MAX_NAMED_HARD_FILES
    more = f" and {pluralize(unnamed, 'other file')}" if unnamed > 0 else ""
    return f"Too hard to check: {names}{more}."


def _write_review(
    connection: Connection, run: RunInfo, reviewed: Sequence[ReviewedFile], replaced_id: str | None
) -> None:
    """Store what was found in a run; it becomes current where the version ``replaced_id`` still is."""
    commands.update_run(connection, run.id, {"problems": run.problems, "warning": run.warning})
    commands.replace_run_files(connection, run.id, [_to_row(run.id, file) for file in reviewed])
    if replaced_id:
        commands.set_current_run(connection, run.project_id, run.side, run.id, expected=replaced_id)


def _to_row(run_id: str, file: ReviewedFile) -> dict[str, object]:
    return {
        "run_id": run_id,
        "path": file.source.path,
        "formatted": file.formatted,
        "reason": file.unformatted_reason,
        "problems": [[p.line, p.column, p.message, p.kind] for p in file.problems],
        "raw_problems": [[p.line, p.column, p.message, p.kind] for p in file.raw_problems],
    }


def _from_row(file: SourceFile, row: RunFileRow | None) -> ReviewedFile:
    if row is None:
        return ReviewedFile(file)
    return ReviewedFile(
        source=file,
        formatted=row.formatted,
        unformatted_reason=row.reason,
        problems=_parse_problems(row.problems),
        raw_problems=_parse_problems(row.raw_problems),
    )


def _parse_problems(stored: Sequence[tuple[int, int, str, str]]) -> tuple[Problem, ...]:
    return tuple(Problem(line, column, message, ProblemKind(kind)) for line, column, message, kind in stored)
