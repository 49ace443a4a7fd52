"""The live view of one side's code: a run's log is followed, and new text goes to the browser as deltas.

The stock ``ui.code`` renders and sends its whole text at every change: for a long file, some 400 times the CPU.
"""

from collections.abc import Callable
from pathlib import Path

from nicegui import ui
from nicegui.elements import codemirror  # noqa: F401 - registers the CodeMirror bundle that the component imports
from nicegui.elements.mixins.content_element import ContentElement

from core.catalog.stacks import Side
from core.review.checking.checks import Problem
from core.runs.log import RunLog
from core.runs.state import RunInfo
from core.runs.text_buffer import MAX_READ_LENGTH
from ui.components import CLIPBOARD_SCRIPT
from ui.components.code.document import Document
from ui.components.code.run_documents import RunDocuments

SCRIPTS: list[str | Path] = [
    CLIPBOARD_SCRIPT,
    *(Path(__file__).with_name(name) for name in ("highlight_style.js", "problem_marks.js")),
]
"""Imported by code_view.js, each by its stem."""
FLUSH_SECONDS = 0.1
CODEMIRROR_LANGUAGES = {"text": ""}
"""CodeMirror's names, where they differ from ours."""


class CodeView(ui.code, component="code_view.js", dependencies=SCRIPTS):
    """Shows one run at a time. ``on_change`` is called when a file opens or closes, and when the run has been read to
    its end.
    """

    def __init__(self, side: Side, on_change: Callable[[], None]) -> None:
        ContentElement.__init__(self, content="")  # not Code's, which builds a Markdown view
        self._on_change = on_change
        self._log: RunLog[RunInfo] | None = None
        self._documents = RunDocuments(Document("", None, "markdown", RunLog(None)))
        self._opened_after_end = False
        self._shown = self.full_answer
        self._is_pinned = False
        self._props["label"] = f"Code of the {side}"
        self._props["data-testid"] = f"code-{side}"
        self.on("resync", self._resync)
        self._timer = ui.timer(FLUSH_SECONDS, self._flush, active=False)

    @property
    def shown(self) -> Document:
        """The document in view."""
        return self._shown

    @property
    def full_answer(self) -> Document:
        """All of the run's text."""
        return self._documents.full_answer

    @property
    def files(self) -> list[Document]:
        """The files of the run, in the order in which they began."""
        return self._documents.files

    @property
    def active_file(self) -> Document | None:
        """The file that the model is writing."""
        return self._documents.active_file

    @property
    def ended(self) -> bool:
        """Whether all of the run has been read, and no more will come."""
        return self._log is not None and self._log.closed and not self._timer.active

    def follow(self, log: RunLog[RunInfo], splice_offset: int | None = None) -> None:
        """Show this run, live or ended, from its beginning; up to ``splice_offset`` its text is an earlier run's."""
        self._opened_after_end = log.closed
        self._log = log
        self._documents = RunDocuments.of_run(log, splice_offset)
        self._is_pinned = False
        self._shown = self.full_answer
        self.run_method("write", log.state.id, 0, "")
        self.run_method("setLive", not log.closed)
        self._timer.activate()
        self._send(self.full_answer, from_start=True)
        self._flush()

    def show(self, document: Document, *, pinned: bool = True) -> None:
        """Put a document in view; a ``pinned`` one stays in view when the next file begins."""
        self._is_pinned = pinned and document is not self.active_file
        self._shown = document
        self._send(document, from_start=True)

    def replace_files(self, files: list[Document]) -> None:
        """Replace the files that were parsed from the run; the path in view stays in view."""
        path = self._shown.path
        self._documents.replace_files(files)
        if path is not None and files:
            self.show(next((file for file in files if file.path == path), files[0]), pinned=self._is_pinned)

    def set_problems(self, document: Document, problems: tuple[Problem, ...]) -> None:
        """Mark the problems of a document."""
        document.problems = problems
        if document is self._shown:
            self._mark_problems(document)

    def jump_to_line(self, line: int) -> None:
        """Scroll to a line (from 1) of the document in view."""
        self.run_method("jump", line)

    def _mark_problems(self, document: Document) -> None:
        marks = [[problem.line, problem.message] for problem in document.problems]
        self.run_method("markProblems", document.id, marks)

    def _flush(self) -> None:
        log = self._log
        if log is None:
            return
        previous_state = (len(self.files), self.active_file)
        piece = log.read(self._documents.read_length)
        if piece.text:
            self.run_method("write", log.state.id, piece.offset, piece.text)
            self._documents.feed(piece.text)
        ended = log.closed and self._documents.read_length == log.length
        if ended:
            self._timer.deactivate()
            self._documents.close()
            self._show_main_file()
        has_changed = previous_state != (len(self.files), self.active_file)
        if has_changed and not self._is_pinned:
            self.show(self.files[-1] if self.files else self.full_answer, pinned=False)
        self._send(self._shown)
        if ended or has_changed:
            self.run_method("setLive", self._is_growing(self._shown))
            self._on_change()

    def _show_main_file(self) -> None:
        """Put the main file in view if the run had already ended when it was opened."""
        main_file = self._documents.main_file
        if self._opened_after_end and main_file and not self._is_pinned:
            self.show(main_file)

    def _send(self, document: Document, *, from_start: bool = False) -> None:
        """Send the part of a document that the browser lacks; with ``from_start`` all of it, as a new document."""
        language = CODEMIRROR_LANGUAGES.get(document.language, document.language)
        if from_start:
            document.sent_length = 0
            self.run_method("setLive", self._is_growing(document))
            self.run_method("show", document.id, language, 0, "", document.path)
        end = self._documents.readable_length(document)
        previously_sent = document.sent_length
        while document.sent_length < end:
            piece = document.log.read(document.sent_length, min(MAX_READ_LENGTH, end - document.sent_length))
            self.run_method("show", document.id, language, document.sent_length, piece.text)
            document.sent_length = piece.end
        if from_start:
            self._mark_problems(document)
        if document.splice_offset is not None and previously_sent <= document.splice_offset <= document.sent_length:
            self.run_method("markSplice", document.id, document.splice_offset)

    def _resync(self) -> None:
        """Send everything again: the browser has just connected, or has missed a delta."""
        if self._log is None:
            return
        sent = 0
        while sent < self._documents.read_length:
            piece = self._log.read(sent, min(MAX_READ_LENGTH, self._documents.read_length - sent))
            self.run_method("write", self._log.state.id, sent, piece.text)
            sent = piece.end
        self._send(self._shown, from_start=True)

    def _is_growing(self, document: Document) -> bool:
        """Whether the view follows the document's end: not for a finished file that the reader chose."""
        return self._timer.active and (document is self.full_answer or document.is_open or not self._is_pinned)
