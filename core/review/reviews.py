"""Reviews of a version's files: problems and formatted texts, found once, after its run has ended, and stored.

The text of the run stays. A fix becomes the current version only with no more problems than the version it fixes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from weakref import WeakKeyDictionary

from core.errors import DatabaseUnavailable
from core.files.source_file import SourceFile
from core.projects.changes import ProjectChanges
from core.review.checking.checks import check_syntax
from core.review.checking.problem import Problem
from core.review.checking.project_files import ReviewContext
from core.review.repairs.adjustment import summarize
from core.review.review_context import load_review_context
from core.review.reviewed_file import ReviewedFile
from core.review.stored_review import reviewed_from_rows, write_review
from core.runs.log_registry import Log
from core.runs.state import RunStatus
from core.runs.version_files import VersionFiles
from core.text import pluralize
from core.workers.fair_slots import FairSlots
from data import queries
from data.database import Database
from data.errors import RowRejected

_logger = logging.getLogger(__name__)

MAX_CONCURRENT_REVIEWS = 2
"""Each review starts several programs, and fifty runs may end in the same moment."""
REVIEW_TIMEOUT = 20.0
"""Seconds. The readers of a run wait for its review."""
MAX_NAMED_HARD_FILES = 3
"""In a warning."""


ReviewFunction = Callable[[Sequence[SourceFile], ReviewContext], Awaitable[list[ReviewedFile]]]
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
        self.count = 0  # of versions reviewed since the start
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
            return reviewed_from_rows(sources, rows)
        try:
            context = await load_review_context(self._database, self._version_files, log)
            reviewed = await self._review_in_time(log, sources, context)
        except Exception:
            # A boundary: whatever fails, the files are served. Nothing is stored, so that no fix passes as free of
            # problems because its review failed.
            _logger.exception("the files of run %s are served as they are", log.state.id)
            return [ReviewedFile(file) for file in sources]
        await self._store_review(log, reviewed, content.refusal)
        return reviewed

    async def _review_in_time(
        self, log: Log, sources: Sequence[SourceFile], context: ReviewContext
    ) -> list[ReviewedFile]:
        async with self._slots.place(log.state.user_id):
            try:
                async with asyncio.timeout(REVIEW_TIMEOUT):
                    return await self._review_files(sources, context)
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
        adjusted = summarize(each for file in reviewed for each in file.adjustments)
        self.count += 1
        log.set_quietly(replace(log.state, problems=problems, warning=warning, adjusted=adjusted))
        store = partial(write_review, run=log.state, reviewed=reviewed, replaced_id=replaced_id)
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


def _too_hard_sentence(reviewed: Sequence[ReviewedFile]) -> str | None:
    paths = [file.source.path for file in reviewed if file.is_too_hard]
    if not paths:
        return None
    names = ", ".join(f"`{path}`" for path in paths[:MAX_NAMED_HARD_FILES])
    unnamed = len(paths) - MAX_NAMED_HARD_FILES
    more = f" and {pluralize(unnamed, 'other file')}" if unnamed > 0 else ""
    return f"Too hard to check: {names}{more}."
