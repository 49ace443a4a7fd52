"""The live view of one side's code: a log followed at ten flushes a second, told to the browser as deltas.

The stock ``ui.code`` renders and sends its whole text again at every change, some 400 times the CPU for a long file.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from nicegui import ui
from nicegui.elements import codemirror  # noqa: F401 - registers the CodeMirror bundle that the component imports
from nicegui.elements.mixins.content_element import ContentElement

from core.catalog import stacks
from core.catalog.stacks import Side
from core.files.markdown import parser
from core.files.source_file import SourceFile, line_count
from core.review.checking.checks import Problem
from core.runs.log import RunLog
from core.runs.state import RunInfo
from core.runs.text_buffer import MAX_READ_LENGTH
from core.versions.diff import ChangeType

FLUSH_SECONDS = 0.1

# What CodeMirror calls the languages whose name here is another.
_CODEMIRROR_LANGUAGES = {"text": ""}


@dataclass(eq=False, slots=True)
class Document:
    """Something to show: a file of the run, or its whole answer. ``sent_length`` counts code points in the browser.

    At ``splice_offset`` begins what a later run wrote. ``change_type`` is what became of the file since the version
    before.
    """

    id: str
    path: str | None
    language: str
    log: RunLog[Any]
    sent_length: int = 0
    is_open: bool = True
    splice_offset: int | None = None
    problems: tuple[Problem, ...] = ()
    change_type: ChangeType = ChangeType.UNCHANGED

    @classmethod
    def from_file(cls, run_id: str, file: SourceFile, problems: tuple[Problem, ...]) -> Self:
        """A finished file in one of its forms."""
        log: RunLog[Any] = RunLog(None, file.text, closed=True)
        form_id = f"{len(file.text)}-{hash(file.text)}"  # another form of a file is another document
        return cls(f"{run_id}/{file.path}/{form_id}", file.path, file.language, log, is_open=False, problems=problems)

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return line_count(self.log.text)


class CodeView(ui.code, component="code_view.js"):
    """Shows one run at a time. ``on_change`` is called when the documents or the run's end are news."""

    def __init__(self, side: Side, on_change: Callable[[], None]) -> None:
        ContentElement.__init__(self, content="")  # not Code's: it would build the Markdown view that this replaces
        self._side = side
        self._on_change = on_change
        self._log: RunLog[RunInfo] | None = None
        self._read_offset = 0
        self._splice_offset: int | None = None
        self._spliced_document: Document | None = None
        self._opened_after_end = False
        self._parser = parser.MarkdownParser("")
        self.full_answer = Document("", None, "markdown", RunLog(None))
        self.files: list[Document] = []
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
    def active_file(self) -> Document | None:
        """The file that the model is in."""
        return self.files[-1] if self.files and self.files[-1].is_open else None

    @property
    def ended(self) -> bool:
        """Whether all of the run has been read, and no more will come."""
        return self._log is not None and self._log.closed and not self._timer.active

    def follow(self, log: RunLog[RunInfo], splice_offset: int | None = None) -> None:
        """Show this run, live or ended, from its beginning; at ``splice_offset`` it goes on from an earlier one."""
        run = log.state
        self._splice_offset, self._spliced_document = splice_offset, None
        self._opened_after_end = log.closed
        self._log = log
        self._read_offset = 0
        self._parser = parser.MarkdownParser(stacks.find_stack(run.stack, run.side).default_path)
        self.full_answer = Document(run.id, None, "markdown", log)
        self.files = []
        self._is_pinned = False
        self._shown = self.full_answer
        self.run_method("write", run.id, 0, "")
        self.run_method("setLive", not log.closed)
        self._timer.activate()
        self._send(self.full_answer, from_start=True)
        self._flush()

    def show(self, document: Document, *, pinned: bool = True) -> None:
        """Put a document in view; a ``pinned`` one stays there while others are written."""
        self._is_pinned = pinned and document is not self.active_file
        self._shown = document
        self._send(document, from_start=True)

    def replace_files(self, files: list[Document]) -> None:
        """Show these files in place of those that came with the run; the one in view stays in view."""
        path, spliced = self._shown.path, self._spliced_document
        self.files = files
        for file in files:
            if spliced and file.path == spliced.path:
                file.splice_offset = _map_offset(spliced.splice_offset or 0, spliced.log.text, file.log.text)
        if path is not None and files:
            self.show(next((file for file in files if file.path == path), files[0]), pinned=self._is_pinned)

    def set_problems(self, document: Document, problems: tuple[Problem, ...]) -> None:
        """Mark what is wrong with a document."""
        document.problems = problems
        if document is self._shown:
            self._mark_problems(document)

    def jump_to_line(self, line: int) -> None:
        """Bring a line of the document in view to where it can be read."""
        self.run_method("jump", line)

    def _mark_problems(self, document: Document) -> None:
        marks = [[problem.line, problem.message] for problem in document.problems]
        self.run_method("markProblems", document.id, marks)

    def _flush(self) -> None:
        log = self._log
        if log is None:
            return
        previous_state = (len(self.files), self.active_file)
        piece = log.read(self._read_offset, self._max_read_length())
        if piece.text:
            self.run_method("write", log.state.id, piece.offset, piece.text)
            self._read_offset = piece.end
            self._apply_events(self._parser.feed(piece.text))
            self._note_splice()
        ended = log.closed and self._read_offset == log.length
        if ended:
            self._timer.deactivate()
            self._apply_events(self._parser.close())
            self._show_main_file()
        if previous_state != (len(self.files), self.active_file) and not self._is_pinned:
            self.show(self.files[-1] if self.files else self.full_answer, pinned=False)
        self._send(self._shown)
        if ended or previous_state != (len(self.files), self.active_file):
            self.run_method("setLive", self._is_growing(self._shown))
            self._on_change()

    def _show_main_file(self) -> None:
        """Who opens a run that is over begins at its main file, not where the model ended."""
        if self._opened_after_end and self.files and not self._is_pinned:
            main_path = stacks.find_stack(self._log.state.stack, self._log.state.side).default_path if self._log else ""
            self.show(next((file for file in self.files if file.path == main_path), self.files[0]))

    def _max_read_length(self) -> int:
        """How much to read at most, so that one portion ends at the seam."""
        if self._splice_offset is None or self._read_offset >= self._splice_offset:
            return MAX_READ_LENGTH
        return min(MAX_READ_LENGTH, self._splice_offset - self._read_offset)

    def _note_splice(self) -> None:
        if self._read_offset == self._splice_offset:
            self.full_answer.splice_offset = self._splice_offset
            if active := self.active_file:
                active.splice_offset = active.log.length
                self._spliced_document = active

    def _apply_events(self, events: list[parser.ParserEvent]) -> None:
        for event in events:
            match event:
                case parser.FileOpened():
                    self._open_file(event)
                case parser.FileText(text=text):
                    self.files[-1].log.append(text)
                case parser.FileClosed():
                    self.files[-1].is_open = False
                case _:
                    pass  # prose is in the whole answer only

    def _open_file(self, file: parser.FileOpened) -> None:
        self.files.append(Document(f"{self.full_answer.id}/{len(self.files)}", file.path, file.language, RunLog(None)))

    def _send(self, document: Document, *, from_start: bool = False) -> None:
        """Send what the browser has not got of a document; all of it, and the document itself, ``from_start``."""
        language = _CODEMIRROR_LANGUAGES.get(document.language, document.language)
        if from_start:
            document.sent_length = 0
            self.run_method("setLive", self._is_growing(document))
            self.run_method("show", document.id, language, 0, "", document.path)
        end = self._read_offset if document is self.full_answer else document.log.length
        previously_sent = document.sent_length
        while document.sent_length < end:
            piece = document.log.read(document.sent_length, min(MAX_READ_LENGTH, end - document.sent_length))
            self.run_method("show", document.id, language, document.sent_length, piece.text)
            document.sent_length = piece.end
        if from_start:
            self._mark_problems(document)
        if document.splice_offset is not None and previously_sent <= document.splice_offset <= document.sent_length:
            self.run_method("markSeam", document.id, document.splice_offset)

    def _resync(self) -> None:
        """A browser that has just come, or missed something: what has been read is sent again."""
        if self._log is None:
            return
        sent = 0
        while sent < self._read_offset:
            piece = self._log.read(sent, min(MAX_READ_LENGTH, self._read_offset - sent))
            self.run_method("write", self._log.state.id, sent, piece.text)
            sent = piece.end
        self._send(self._shown, from_start=True)

    def _is_growing(self, document: Document) -> bool:
        """Whether its end is the one to watch: not where someone looks at a finished file while others are written."""
        return self._timer.active and (document is self.full_answer or document.is_open or not self._is_pinned)


def _map_offset(offset: int, text: str, formatted: str) -> int:
    """Where the place of a text is once a formatter has moved it: after as many signs that are no blanks."""
    remaining = sum(not char.isspace() for char in text[:offset])
    for position, char in enumerate(formatted):
        if remaining == 0:
            return position
        remaining -= not char.isspace()
    return len(formatted)
