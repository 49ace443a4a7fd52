"""The live view of one side's code: it follows a run's log, and sends new text to the browser as deltas.

The stock ``ui.code`` renders and sends its whole text at every change: for a long file, some 400 times the CPU.
"""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

from nicegui import background_tasks, ui
from nicegui.elements import codemirror  # noqa: F401 - registers the CodeMirror bundle that the component imports
from nicegui.elements.mixins.content_element import ContentElement

from core.catalog.stacks import Side
from core.review.checking.problem import Problem
from core.runs.follow import RunEnded, StatusChanged, ThinkingChunk, follow
from core.runs.log import RunLog
from core.runs.state import RunInfo
from core.runs.text_buffer import MAX_READ_LENGTH, TextSlice
from core.workers.turns import Turn, turns
from ui.components import CLIPBOARD_SCRIPT
from ui.components.code.document import Document
from ui.components.code.run_documents import RunDocuments

_PARTS = ("edit_mode", "edit_strip", "file_edits", "highlight_style", "problem_marks")
SCRIPTS: list[str | Path] = [
    CLIPBOARD_SCRIPT,
    *(Path(__file__).with_name(f"{name}.js") for name in _PARTS),
]
"""Imported by code_view.js and by each other, each by its stem."""
MIN_FLUSH_INTERVAL = 0.1
"""The least time between two deltas: a browser that gets more of them falls behind."""
PARSED_LENGTH = 200
"""Characters between two looks at the clock: as many, full of fences, are parsed in some 5 ms."""
CODEMIRROR_LANGUAGES = {"text": ""}
"""CodeMirror's names, where they differ from ours."""


class CodeView(ui.code, component="code_view.js", dependencies=SCRIPTS):
    """Shows one run at a time.

    ``on_documents`` is called when a file opens or closes, and when the run has been read to its end; ``on_status``
    when its status changes, or the model has thought more.
    """

    def __init__(self, side: Side, on_documents: Callable[[], None], on_status: Callable[[], None]) -> None:
        ContentElement.__init__(self, content="")  # not Code's, which builds a Markdown view
        self._on_documents = on_documents
        self._on_status = on_status
        self._log: RunLog[RunInfo] | None = None
        self._documents = RunDocuments(Document("", None, "markdown", RunLog(None)))
        self._shown = self.full_answer
        self._is_pinned = False
        self._wanted_path: str | None = None
        self._has_undrawn_documents = False
        self._is_mounted = False
        self._follow_task: asyncio.Task[None] | None = None
        self._props["label"] = f"Code of the {side}"
        self._props["data-testid"] = f"code-{side}"
        self.on("resync", self._resync)
        self.client.on_delete(self.close)

    @property
    def shown(self) -> Document:
        """The document in view."""
        return self._shown

    @property
    def full_answer(self) -> Document:
        """All of the run's text."""
        return self._documents.full_answer

    @property
    def documents(self) -> RunDocuments:
        """What is known of the run's text as far as it has come."""
        return self._documents

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
        return self._log is not None and self._documents.is_closed

    def follow(self, log: RunLog[RunInfo], splice_offset: int | None = None, path: str | None = None) -> None:
        """Show this run, live or ended, from its beginning; up to ``splice_offset`` its text is an earlier run's.

        The file of this ``path`` is the one to begin with at its end.
        """
        self.close()
        self._wanted_path = path
        self._log = log
        self._documents = RunDocuments.of_run(log, splice_offset)
        self._is_pinned = False
        self._shown = self.full_answer
        self._call("write", log.state.id, 0, "")
        self._send(self.full_answer, from_start=True)
        self._take(log.read(0), Turn())  # at once, so that a page opens with it
        if log.closed and self._documents.read_length == log.length:
            self._finish()
        else:
            name = f"code view of run {log.state.id}"
            self._follow_task = background_tasks.create(self._follow(log), name=name, context=self)

    def close(self) -> None:
        """Stop following the run."""
        if self._follow_task:
            self._follow_task.cancel()
            self._follow_task = None

    def show(self, document: Document, *, pinned: bool = True) -> None:
        """Put a document in view; a ``pinned`` one stays in view when the next file begins."""
        # The file that is being written is followed anyway: to choose it is no wish to stay there.
        self._is_pinned = pinned and document is not self.active_file
        self._shown = document
        self._send(document, from_start=True)

    def replace_files(self, files: list[Document], hidden_files: int = 0) -> None:
        """Replace the files that were parsed from the run; the path in view stays in view."""
        path = self._shown.path
        self._documents.replace_files(files, hidden_files)
        if path is not None and files:
            self.show(next((file for file in files if file.path == path), files[0]), pinned=self._is_pinned)

    def show_entry_file(self) -> None:
        """Show the file to begin with: the first one with problems, else the main one; what a reader chose stays."""
        if self._is_pinned:
            return
        wanted = next((file for file in self.files if file.path == self._wanted_path), None)
        first = wanted or next((file for file in self.files if file.problems), self._documents.main_file)
        if first and first is not self._shown:
            self.show(first, pinned=bool(wanted))

    def set_problems(self, document: Document, problems: tuple[Problem, ...]) -> None:
        """Mark the problems of a document."""
        document.problems = problems
        if document is self._shown:
            self._mark_problems(document)

    def jump_to_line(self, line: int) -> None:
        """Scroll to a line (from 1) of the document in view."""
        self._call("jump", line)

    async def _follow(self, log: RunLog[RunInfo]) -> None:
        async with aclosing(follow(log, self._documents.read_length)) as events:
            async for event in events:
                match event:
                    case TextSlice():
                        rest = self._take(event, Turn())
                        while rest:
                            rest = self._take(rest, await turns.take())
                        await asyncio.sleep(MIN_FLUSH_INTERVAL)  # what is written meanwhile comes in one piece
                    case ThinkingChunk():
                        self._on_status()
                        await asyncio.sleep(MIN_FLUSH_INTERVAL)
                    case StatusChanged():
                        self._on_status()
                    case RunEnded():
                        self._finish()

    def _take(self, piece: TextSlice, turn: Turn) -> TextSlice | None:
        """Parse and send the next piece of the run's text; the rest, if parsing took too long for one go."""
        previous_state = self._files_state()
        length = 0
        while length < len(piece.text) and not (length and turn.is_over):
            part = piece.text[length : length + PARSED_LENGTH]
            self._documents.feed(part)
            length += len(part)
        self._call("write", self.full_answer.id, piece.offset, piece.text[:length])
        has_changed = previous_state != self._files_state()
        if has_changed and not self._is_pinned:
            self.show(self.files[-1] if self.files else self.full_answer, pinned=False)
        self._send(self._shown)
        self._has_undrawn_documents = self._has_undrawn_documents or has_changed
        if length < len(piece.text):
            return TextSlice(piece.offset + length, piece.text[length:])
        # Not before all is parsed: to draw the list of thousands of files after each part would take far longer.
        if self._has_undrawn_documents:
            self._has_undrawn_documents = False
            self._call("setLive", self._is_growing(self._shown))
            self._on_documents()
        return None

    def _files_state(self) -> tuple[int, Document | None, str | None]:
        # The last one's path, too: the words after a file may name it.
        return len(self.files), self.active_file, self.files[-1].path if self.files else None

    def _finish(self) -> None:
        """Note the end of the run."""
        self._documents.close()
        self.show_entry_file()
        self._send(self._shown)
        self._call("setLive", False)
        self._on_documents()

    def _send(self, document: Document, *, from_start: bool = False) -> None:
        """Send the part of a document that the browser lacks; with ``from_start`` all of it, as a new document."""
        language = CODEMIRROR_LANGUAGES.get(document.language, document.language)
        if from_start:
            document.sent_length = 0
            self._call("setLive", self._is_growing(document))
            self._call("show", document.id, language, 0, "", document.path)
        end = self._documents.readable_length(document)
        previously_sent = document.sent_length
        while document.sent_length < end:
            piece = document.log.read(document.sent_length, min(MAX_READ_LENGTH, end - document.sent_length))
            self._call("show", document.id, language, document.sent_length, piece.text)
            document.sent_length = piece.end
        # After the text: a mark needs its line.
        if from_start:
            self._mark_problems(document)
        if document.splice_offset is not None and previously_sent <= document.splice_offset <= document.sent_length:
            self._call("markSplice", document.id, document.splice_offset)

    def _mark_problems(self, document: Document) -> None:
        marks = [[problem.line, problem.message] for problem in document.problems]
        self._call("markProblems", document.id, marks)

    def _resync(self) -> None:
        """Send everything: the browser has just mounted the component, or has missed a delta."""
        self._is_mounted = True
        if self._log is None:
            return
        self._call("write", self.full_answer.id, 0, "")
        sent = 0
        while sent < self._documents.read_length:
            piece = self._log.read(sent, min(MAX_READ_LENGTH, self._documents.read_length - sent))
            self._call("write", self.full_answer.id, sent, piece.text)
            sent = piece.end
        self._send(self._shown, from_start=True)

    def _call(self, method: str, *arguments: Any) -> None:
        """Call a method of the component; before it is mounted, ``_resync`` is still to come and sends everything."""
        if self._is_mounted:
            self.run_method(method, *arguments)

    def _is_growing(self, document: Document) -> bool:
        """Whether the view follows the document's end: not for a finished file that the reader chose."""
        return not self.ended and (document is self.full_answer or document.is_open or not self._is_pinned)
