"""What is wrong with the files in view: each as soon as it is finished, and all of them once the run has ended."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core.errors import DatabaseUnavailable
from core.files.source_file import SourceFile
from core.review.reviews import ReviewedFile
from core.runs.log_registry import Log
from core.versions.diff import Way, ways
from ui.components.code.code_view import CodeView, Document

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """A version's files with what was found, and those of the version that it changes, if it changes one."""

    files: list[ReviewedFile]
    before: list[SourceFile] | None


Review = Callable[[Log], Awaitable[Found]]


class Findings:
    """Brings them into a view, in tasks of its own: nobody waits for a check."""

    def __init__(self, view: CodeView, review: Review) -> None:
        self._view = view
        self._review = review
        self._log: Log | None = None
        self._task: asyncio.Task[Found] | None = None
        self._finished = 0
        """How many files were finished when a live run was looked at last; all of them, and more, at its end."""
        self._last = False
        self._found: Found | None = None
        self._failed = False
        self.formatted = True

    @property
    def checking(self) -> bool:
        """Whether the end of a run is still being looked at."""
        return self._view.ended and self._found is None and self._wanted

    @property
    def clean(self) -> bool:
        """Whether all has been looked at, and nothing is wrong."""
        return self._found is not None and not any(document.problems for document in self._view.files)

    @property
    def _wanted(self) -> bool:
        return self._log is not None and self._log.length > 0 and not self._failed

    @property
    def shown(self) -> ReviewedFile | None:
        """What is known of the file in view."""
        path = self._view.shown.path
        return next((f for f in self._found.files if f.source.path == path), None) if self._found and path else None

    def follow(self, log: Log) -> None:
        """Begin anew with this run."""
        self.close()
        self._log, self._found, self._finished, self._failed = log, None, 0, False

    def close(self) -> None:
        """Stop looking."""
        if self._task:
            self._task.cancel()
            self._task = None

    def tick(self) -> bool:
        """Take what has been found, and look at what has not; says whether anything is news."""
        log, task = self._log, self._task
        if log is None or (task and not task.done()):
            return False
        self._task = None
        if task:
            return self._take_from(task)
        finished = sum(not document.open for document in self._view.files)
        if self.checking or (not self._view.ended and self._wanted and finished > self._finished):
            self._finished, self._last = finished, self._view.ended
            self._task = asyncio.create_task(self._look(log), name="look at the files in view")
        return False

    def show(self, *, formatted: bool) -> None:
        """Show the files in this form."""
        self.formatted = formatted
        self._adopt()

    async def _look(self, log: Log) -> Found:
        return await self._review(log)

    def _take_from(self, task: asyncio.Task[Found]) -> bool:
        if task.cancelled():
            return False
        if (error := task.exception()) is None:
            return self._take(task.result())
        if not isinstance(error, DatabaseUnavailable):  # after that the next tick looks again
            _log.warning("the files in view cannot be looked at", exc_info=error)
            self._failed = True
        return False

    def _take(self, found: Found) -> bool:
        if self._last:
            self._found = found
            self._adopt()
            return True
        problems = {file.source.path: file.raw_problems for file in found.files if file.raw_problems}
        wrong = [document for document in self._view.files if not document.open and document.path in problems]
        for document in wrong:
            self._view.tell(document, problems[document.path or ""])
        return bool(wrong)

    def _adopt(self) -> None:
        """Put the version's files in place of those that came with the stream."""
        if self._found is None or self._log is None:
            return
        marks = ways(self._found.before, [f.served for f in self._found.files]) if self._found.before else {}
        documents = []
        for file in self._found.files:
            form = file if self.formatted else file.as_written()
            document = Document.of(self._log.state.id, form.served, form.problems)
            document.way = marks.get(file.source.path, Way.SAME)
            documents.append(document)
        self._view.replace(documents)
