"""The review of the files in view: of each as soon as it is finished, and of all once the run has ended."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicegui import background_tasks

from core.errors import Unavailable
from core.files.source_file import SourceFile
from core.review.reviewed_file import ReviewedFile
from core.runs.log_registry import Log
from core.versions.diff import ChangeType, change_types
from ui.components.code.code_view import CodeView
from ui.components.code.document import Document
from ui.components.code.run_documents import MAX_FILES

_logger = logging.getLogger(__name__)

REVIEW_RETRY_SECONDS = 3.0
"""After the database did not answer."""


@dataclass(frozen=True, slots=True)
class ReviewedVersion:
    """A version's reviewed files, and the files of the version that it is based on, if there is one."""

    files: list[ReviewedFile]
    base_files: list[SourceFile] | None


Review = Callable[[Log], Awaitable[ReviewedVersion]]


class ReviewResults:
    """Reviews in a background task, shows the results in a ``CodeView``, and calls ``on_result`` after each."""

    def __init__(self, view: CodeView, review: Review, on_result: Callable[[], None]) -> None:
        self._code_view = view
        self._review = review
        self._on_result = on_result
        self._log: Log | None = None
        self._task: asyncio.Task[None] | None = None
        self._finished_count = 0
        """How many files were finished at the start of the last review."""
        self._result: ReviewedVersion | None = None
        self._failed = False
        self.formatted = True
        view.client.on_delete(self.close)

    @property
    def is_checking(self) -> bool:
        """Whether the run has ended and its final review is not there yet."""
        return self._code_view.ended and self._result is None and self._can_review

    @property
    def is_clean(self) -> bool:
        """Whether the final review found no problem in what files there are."""
        files = self._result.files if self._result else []
        return bool(files) and not any(self._form_of(file).problems for file in files)

    @property
    def _can_review(self) -> bool:
        return self._log is not None and self._log.length > 0 and not self._failed

    @property
    def shown_file(self) -> ReviewedFile | None:
        """The final review of the file in view."""
        path = self._code_view.shown.path
        return next((f for f in self._result.files if f.source.path == path), None) if self._result and path else None

    def line_in_view(self, path: str, line: int) -> int:
        """The line of a served file, which is formatted, in the form that is in view."""
        file = next((it for it in self._result.files if it.source.path == path), None) if self._result else None
        if file is None or self.formatted:
            return line
        return file.written_line(line)

    def follow(self, log: Log) -> None:
        """Review this run in place of the one before."""
        self.close()
        self._log, self._result, self._finished_count, self._failed = log, None, 0, False

    def close(self) -> None:
        """Cancel a review that is running."""
        if self._task:
            self._task.cancel()
            self._task = None

    def update(self) -> None:
        """Start a review if more files are finished than at the last one, or if the run has ended; one at a time."""
        if self._log is None or self._task:
            return
        finished = sum(not document.is_open for document in self._code_view.files)
        has_more = not self._log.closed and self._can_review and finished > self._finished_count
        if self.is_checking or has_more:
            # Before the review ends: what is finished meanwhile calls for another one.
            self._finished_count = finished
            run = self._run_review(self._log, is_final=self._code_view.ended)
            self._task = background_tasks.create(
                run, name=f"review of run {self._log.state.id} on a page", context=self._code_view
            )

    def set_formatted(self, *, formatted: bool) -> None:
        """Show the files repaired and formatted, or as the model wrote them."""
        self.formatted = formatted
        self._replace_documents()

    async def _run_review(self, log: Log, *, is_final: bool) -> None:
        try:
            result = await self._review(log)
            self._task = None
            self._apply_result(result, is_final=is_final)
        except Unavailable:  # the database: try again later
            await asyncio.sleep(REVIEW_RETRY_SECONDS)
            self._task, self._finished_count = None, 0
        except Exception:  # the boundary of a review: the page stays without one
            _logger.warning("the files in view cannot be reviewed", exc_info=True)
            self._task, self._failed = None, True
        self._on_result()

    def _apply_result(self, result: ReviewedVersion, *, is_final: bool) -> None:
        if is_final:
            self._result = result
            self._replace_documents()
            self._code_view.show_entry_file()
            return
        problems = {file.source.path: file.raw_problems for file in result.files if file.raw_problems}
        for document in self._code_view.files:
            if not document.is_open and document.path in problems:
                self._code_view.set_problems(document, problems[document.path])

    def _replace_documents(self) -> None:
        """Replace the files that were parsed from the stream by those of the version."""
        if self._result is None or self._log is None:
            return
        shown = [self._form_of(file) for file in self._result.files[:MAX_FILES]]
        before = self._result.base_files
        types_by_path = change_types(before, [file.served for file in shown]) if before else {}
        documents = []
        for file in shown:
            document = Document.from_file(self._log.state.id, file.served, file.problems)
            document.change_type = types_by_path.get(file.source.path, ChangeType.UNCHANGED)
            documents.append(document)
        self._code_view.replace_files(documents, len(self._result.files) - len(documents))

    def _form_of(self, file: ReviewedFile) -> ReviewedFile:
        return file if self.formatted else file.as_written()
