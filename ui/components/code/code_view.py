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
from core.runs.log import SLICE, RunLog
from core.runs.state import RunInfo
from core.versions.diff import Way

FLUSH_SECONDS = 0.1

# What CodeMirror calls the languages whose name here is another.
_CODEMIRROR = {"text": ""}


@dataclass(eq=False, slots=True)
class Document:
    """Something to show: a file of the run, or its whole answer. ``sent`` counts code points in the browser.

    At ``seam`` begins what a later run wrote. ``way`` is what became of the file since the version before.
    """

    id: str
    path: str | None
    language: str
    log: RunLog[Any]
    sent: int = 0
    open: bool = True
    seam: int | None = None
    problems: tuple[Problem, ...] = ()
    way: Way = Way.SAME

    @classmethod
    def of(cls, run_id: str, file: SourceFile, problems: tuple[Problem, ...]) -> Self:
        """A finished file in one of its forms."""
        log: RunLog[Any] = RunLog(None, file.text, closed=True)
        form = f"{len(file.text)}-{hash(file.text)}"  # another form of a file is another document
        return cls(f"{run_id}/{file.path}/{form}", file.path, file.language, log, open=False, problems=problems)

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
        self._read = 0
        self._seam: int | None = None
        self._seamed: Document | None = None
        self._late = False
        self._parser = parser.FenceParser("")
        self.whole = Document("", None, "markdown", RunLog(None))
        self.files: list[Document] = []
        self._shown = self.whole
        self._chosen = False
        self._props["label"] = f"Code of the {side}"
        self._props["data-testid"] = f"code-{side}"
        self.on("resync", self._resync)
        self._timer = ui.timer(FLUSH_SECONDS, self._flush, active=False)

    @property
    def shown(self) -> Document:
        """The document in view."""
        return self._shown

    @property
    def writing(self) -> Document | None:
        """The file that the model is in."""
        return self.files[-1] if self.files and self.files[-1].open else None

    @property
    def ended(self) -> bool:
        """Whether all of the run has been read, and no more will come."""
        return self._log is not None and self._log.closed and not self._timer.active

    def follow(self, log: RunLog[RunInfo], seam: int | None = None) -> None:
        """Show this run, live or ended, from its beginning; at ``seam`` it goes on from an earlier one."""
        run = log.state
        self._seam, self._seamed = seam, None
        self._late = log.closed
        self._log = log
        self._read = 0
        self._parser = parser.FenceParser(stacks.stack(run.stack, run.side).default_path)
        self.whole = Document(run.id, None, "markdown", log)
        self.files = []
        self._chosen = False
        self._shown = self.whole
        self.run_method("write", run.id, 0, "")
        self.run_method("setLive", not log.closed)
        self._timer.activate()
        self._send(self.whole, anew=True)
        self._flush()

    def show(self, document: Document, *, chosen: bool = True) -> None:
        """Put a document in view; a ``chosen`` one stays there while others are written."""
        self._chosen = chosen and document is not self.writing
        self._shown = document
        self._send(document, anew=True)

    def replace(self, files: list[Document]) -> None:
        """Show these files in place of those that came with the run; the one in view stays in view."""
        path, seamed = self._shown.path, self._seamed
        self.files = files
        for file in files:
            if seamed and file.path == seamed.path:
                file.seam = _same_place(seamed.seam or 0, seamed.log.text, file.log.text)
        if path is not None and files:
            self.show(next((file for file in files if file.path == path), files[0]), chosen=self._chosen)

    def tell(self, document: Document, problems: tuple[Problem, ...]) -> None:
        """Mark what is wrong with a document."""
        document.problems = problems
        if document is self._shown:
            self._mark(document)

    def jump(self, line: int) -> None:
        """Bring a line of the document in view to where it can be read."""
        self.run_method("jump", line)

    def _mark(self, document: Document) -> None:
        marks = [[problem.line, problem.message] for problem in document.problems]
        self.run_method("markProblems", document.id, marks)

    def _flush(self) -> None:
        log = self._log
        if log is None:
            return
        before = (len(self.files), self.writing)
        piece = log.read(self._read, self._before_seam())
        if piece.text:
            self.run_method("write", log.state.id, piece.offset, piece.text)
            self._read = piece.end
            self._hear(self._parser.feed(piece.text))
            self._note_seam()
        ended = log.closed and self._read == log.length
        if ended:
            self._timer.deactivate()
            self._hear(self._parser.close())
            self._show_first()
        if before != (len(self.files), self.writing) and not self._chosen:
            self.show(self.files[-1] if self.files else self.whole, chosen=False)
        self._send(self._shown)
        if ended or before != (len(self.files), self.writing):
            self.run_method("setLive", self._grows(self._shown))
            self._on_change()

    def _show_first(self) -> None:
        """Who opens a run that is over begins at its main file, not where the model ended."""
        if self._late and self.files and not self._chosen:
            main = stacks.stack(self._log.state.stack, self._log.state.side).default_path if self._log else ""
            self.show(next((file for file in self.files if file.path == main), self.files[0]))

    def _before_seam(self) -> int:
        """How much to read at most, so that one portion ends at the seam."""
        if self._seam is None or self._read >= self._seam:
            return SLICE
        return min(SLICE, self._seam - self._read)

    def _note_seam(self) -> None:
        if self._read == self._seam:
            self.whole.seam = self._seam
            if writing := self.writing:
                writing.seam = writing.log.length
                self._seamed = writing

    def _hear(self, events: list[parser.Event]) -> None:
        for event in events:
            match event:
                case parser.FileOpened():
                    self._open(event)
                case parser.Text(text=text):
                    self.files[-1].log.append(text)
                case parser.FileClosed():
                    self.files[-1].open = False
                case _:
                    pass  # prose is in the whole answer only

    def _open(self, file: parser.FileOpened) -> None:
        self.files.append(Document(f"{self.whole.id}/{len(self.files)}", file.path, file.language, RunLog(None)))

    def _send(self, document: Document, *, anew: bool = False) -> None:
        """Send what the browser has not got of a document; all of it, and the document itself, ``anew``."""
        language = _CODEMIRROR.get(document.language, document.language)
        if anew:
            document.sent = 0
            self.run_method("setLive", self._grows(document))
            self.run_method("show", document.id, language, 0, "", document.path)
        end = self._read if document is self.whole else document.log.length
        had = document.sent
        while document.sent < end:
            piece = document.log.read(document.sent, min(SLICE, end - document.sent))
            self.run_method("show", document.id, language, document.sent, piece.text)
            document.sent = piece.end
        if anew:
            self._mark(document)
        if document.seam is not None and had <= document.seam <= document.sent:
            self.run_method("markSeam", document.id, document.seam)

    def _resync(self) -> None:
        """A browser that has just come, or missed something: what has been read is sent again."""
        if self._log is None:
            return
        sent = 0
        while sent < self._read:
            piece = self._log.read(sent, min(SLICE, self._read - sent))
            self.run_method("write", self._log.state.id, sent, piece.text)
            sent = piece.end
        self._send(self._shown, anew=True)

    def _grows(self, document: Document) -> bool:
        """Whether its end is the one to watch: not where someone looks at a finished file while others are written."""
        return self._timer.active and (document is self.whole or document.open or not self._chosen)


def _same_place(offset: int, text: str, formatted: str) -> int:
    """Where the place of a text is once a formatter has moved it: after as many signs that are no blanks."""
    signs = sum(not sign.isspace() for sign in text[:offset])
    for place, sign in enumerate(formatted):
        if signs == 0:
            return place
        signs -= not sign.isspace()
    return len(formatted)
