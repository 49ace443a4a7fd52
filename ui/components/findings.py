"""What is wrong with the files in view: each as soon as it is finished, and all of them once the run has ended."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from core.checking import Problem, check_alone
from core.compare import Way, ways
from core.files import SourceFile
from core.reviews import ReviewedFile
from core.run import RunInfo
from core.runlog import RunLog
from ui.components.code_view import CodeView, Document

Log = RunLog[RunInfo]


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
        self._task: asyncio.Task[Any] | None = None
        self._alone: dict[str, tuple[Problem, ...]] = {}
        self._found: Found | None = None
        self.formatted = True

    @property
    def checking(self) -> bool:
        """Whether the end of a run is still being looked at."""
        return self._view.ended and self._found is None and self._log is not None and self._log.length > 0

    @property
    def shown(self) -> ReviewedFile | None:
        """What is known of the file in view."""
        path = self._view.shown.path
        return next((f for f in self._found.files if f.source.path == path), None) if self._found and path else None

    def follow(self, log: Log) -> None:
        """Begin anew with this run."""
        self.close()
        self._log, self._found, self._alone = log, None, {}

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
        if task and not task.cancelled() and task.exception() is None:
            return self._take(task.result())
        if self._view.ended and self._found is None and log.length:
            self._begin(self._review(log))
        elif not self._view.ended and (waiting := self._unchecked()):
            self._begin(_alone(waiting))
        return False

    def show(self, *, formatted: bool) -> None:
        """Show the files in this form."""
        self.formatted = formatted
        self._adopt()

    def _begin(self, work: Awaitable[Any]) -> None:
        async def look() -> Any:
            return await work

        self._task = asyncio.create_task(look(), name="look at the files in view")

    def _unchecked(self) -> Document | None:
        closed = (document for document in self._view.files if not document.open and document.path)
        return next((document for document in closed if document.id not in self._alone), None)

    def _take(self, result: Any) -> bool:
        if isinstance(result, Found):
            self._found = result
            self._adopt()
            return True
        document, problems = result
        self._alone[document.id] = problems
        if problems:
            self._view.tell(document, problems)
        return bool(problems)

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


async def _alone(document: Document) -> tuple[Document, tuple[Problem, ...]]:
    file = SourceFile(document.path or "", document.language, document.log.text)
    return document, await check_alone(file)
