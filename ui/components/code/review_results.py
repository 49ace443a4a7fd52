"""What is wrong with the files in view: each as soon as it is finished, and all of them once the run has ended."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core.errors import DatabaseUnavailable
from core.files.source_file import SourceFile
from core.review.reviews import ReviewedFile
from core.runs.log_registry import Log
from core.versions.diff import ChangeType, change_types
from ui.components.code.code_view import CodeView, Document

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReviewedVersion:
    """A version's files with what was found, and those of the version that it changes, if it changes one."""

    files: list[ReviewedFile]
    base_files: list[SourceFile] | None


Review = Callable[[Log], Awaitable[ReviewedVersion]]


class ReviewResults:
    """Brings them into a view, in tasks of its own: nobody waits for a check."""

    def __init__(self, view: CodeView, review: Review) -> None:
        self._code_view = view
        self._review = review
        self._log: Log | None = None
        self._task: asyncio.Task[ReviewedVersion] | None = None
        self._finished_count = 0
        """How many files were finished when a live run was looked at last; all of them, and more, at its end."""
        self._is_final = False
        self._result: ReviewedVersion | None = None
        self._failed = False
        self.formatted = True

    @property
    def is_checking(self) -> bool:
        """Whether the end of a run is still being looked at."""
        return self._code_view.ended and self._result is None and self._can_review

    @property
    def is_clean(self) -> bool:
        """Whether all has been looked at, and nothing is wrong."""
        return self._result is not None and not any(document.problems for document in self._code_view.files)

    @property
    def _can_review(self) -> bool:
        return self._log is not None and self._log.length > 0 and not self._failed

    @property
    def shown_file(self) -> ReviewedFile | None:
        """What is known of the file in view."""
        path = self._code_view.shown.path
        return next((f for f in self._result.files if f.source.path == path), None) if self._result and path else None

    def follow(self, log: Log) -> None:
        """Begin anew with this run."""
        self.close()
        self._log, self._result, self._finished_count, self._failed = log, None, 0, False

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
            return self._collect_result(task)
        finished = sum(not document.is_open for document in self._code_view.files)
        if self.is_checking or (not self._code_view.ended and self._can_review and finished > self._finished_count):
            self._finished_count, self._is_final = finished, self._code_view.ended
            self._task = asyncio.create_task(self._run_review(log), name="look at the files in view")
        return False

    def set_formatted(self, *, formatted: bool) -> None:
        """Show the files in this form."""
        self.formatted = formatted
        self._replace_documents()

    async def _run_review(self, log: Log) -> ReviewedVersion:
        return await self._review(log)

    def _collect_result(self, task: asyncio.Task[ReviewedVersion]) -> bool:
        if task.cancelled():
            return False
        if (error := task.exception()) is None:
            return self._apply_result(task.result())
        if not isinstance(error, DatabaseUnavailable):  # after that the next tick looks again
            _logger.warning("the files in view cannot be looked at", exc_info=error)
            self._failed = True
        return False

    def _apply_result(self, result: ReviewedVersion) -> bool:
        if self._is_final:
            self._result = result
            self._replace_documents()
            return True
        problems = {file.source.path: file.raw_problems for file in result.files if file.raw_problems}
        with_problems = [
            document for document in self._code_view.files if not document.is_open and document.path in problems
        ]
        for document in with_problems:
            self._code_view.set_problems(document, problems[document.path or ""])
        return bool(with_problems)

    def _replace_documents(self) -> None:
        """Put the version's files in place of those that came with the stream."""
        if self._result is None or self._log is None:
            return
        types_by_path = (
            change_types(self._result.base_files, [f.served for f in self._result.files])
            if self._result.base_files
            else {}
        )
        documents = []
        for file in self._result.files:
            form = file if self.formatted else file.unformatted()
            document = Document.from_file(self._log.state.id, form.served, form.problems)
            document.change_type = types_by_path.get(file.source.path, ChangeType.UNCHANGED)
            documents.append(document)
        self._code_view.replace_files(documents)
