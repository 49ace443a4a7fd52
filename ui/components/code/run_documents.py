"""The documents of one run, parsed from its text as it comes. No I/O, and no element of a page."""

from typing import Self

from core.catalog import stacks
from core.files.diffs.edits import is_edit
from core.files.file_copies import FileCopies, FileCopy
from core.files.markdown.events import (
    FileClosed,
    FileOpened,
    FileRenamed,
    FileText,
    ParserEvent,
    Thinking,
    UnassignedBlock,
)
from core.files.markdown.parser import MarkdownParser
from core.files.source_file import SourceFile
from core.runs.log import RunLog
from core.runs.state import RunInfo
from ui.components.code.document import Document, map_offset

MAX_THINKING_LENGTH = 80
"""Characters of what the model thinks that are shown."""
MAX_FILES = 500
"""Files of a run that a page has: each is drawn, compared and kept. The whole answer and the download have all."""


class RunDocuments:
    """The whole answer and its first MAX_FILES files; ``read_length`` counts the code points that were fed,
    ``found_files`` says whether the text has any file,
    ``hidden_files`` counts those beyond, and ``thinking`` is the end of the thoughts that the text holds just now.

    ``main_path`` is the file that the run's stack starts with. ``splice_offset`` is where the text of a continuing
    run begins.
    """

    def __init__(self, full_answer: Document, main_path: str = "", splice_offset: int | None = None) -> None:
        self.full_answer = full_answer
        self.files: list[Document] = []
        self.read_length = 0
        self.is_closed = False
        self.found_files = False
        self.hidden_files = 0
        self.thinking = ""
        self._blocks: list[UnassignedBlock] = []
        self._copies = FileCopies()
        self._closed: FileClosed | None = None  # of the current file
        self._current_file: Document | None = None
        self._is_part = False
        self._main_path = main_path
        self._parser = MarkdownParser(main_path)
        self._splice_offset = splice_offset
        self._spliced_file: Document | None = None

    @classmethod
    def of_run(cls, log: RunLog[RunInfo], splice_offset: int | None = None) -> Self:
        """The documents of this run, before any of its text was fed."""
        run = log.state
        main_path = stacks.find_stack(run.stack, run.side).default_path
        return cls(Document(run.id, None, "markdown", log), main_path, splice_offset)

    @property
    def unassigned(self) -> list[UnassignedBlock]:
        """The blocks that belong to no file, and the copies of files that others replace."""
        return sorted([*self._blocks, *self._copies.unassigned], key=lambda block: block.line)

    @property
    def active_file(self) -> Document | None:
        """The file that the model is writing."""
        return self._current_file if self._current_file and self._current_file.is_open else None

    @property
    def main_file(self) -> Document | None:
        """The file that the run's stack starts with, else the first one; None if there is none."""
        return next((file for file in self.files if file.path == self._main_path), next(iter(self.files), None))

    def readable_length(self, document: Document) -> int:
        """How much of a document can be shown: the whole answer's log may be ahead of what was fed."""
        return self.read_length if document is self.full_answer else document.log.length

    def latest_thinking(self, log: RunLog[RunInfo] | None) -> str:
        """The end of what the model of this run, of which these are the documents, thinks just now, in one line."""
        if log is None or not log.state.is_live:
            return ""
        # Beside the text, or in it.
        thinking = log.thinking.read().text if log.state.progress else self.thinking
        return thinking[-MAX_THINKING_LENGTH:].replace("\n", " ")

    def feed(self, text: str) -> None:
        """Take the next piece of the run's text."""
        splice = len(text) if self._splice_offset is None else self._splice_offset - self.read_length
        if not 0 < splice <= len(text):
            splice = len(text)
        # In two steps, so that the parser has seen exactly the earlier run's text when the place is noted.
        self._parse(text[:splice])
        self._note_splice()
        self._parse(text[splice:])

    def close(self) -> None:
        """Note that no more text will come."""
        self.is_closed = True
        self._apply_events(self._parser.close())
        self._note_copy()

    def replace_files(self, files: list[Document], hidden_files: int = 0) -> None:
        """Replace the parsed files by finished ones; a splice stays at its place in the text."""
        spliced = self._spliced_file
        self.files, self.hidden_files = files, hidden_files
        for file in files:
            if spliced and file.path == spliced.path:
                file.splice_offset = map_offset(spliced.splice_offset or 0, spliced.log.text, file.log.text)

    def _parse(self, text: str) -> None:
        self.read_length += len(text)
        self._apply_events(self._parser.feed(text))

    def _note_splice(self) -> None:
        if self.read_length == self._splice_offset:
            self.full_answer.splice_offset = self._splice_offset
            if active := self.active_file:
                active.splice_offset = active.log.length
                self._spliced_file = active

    def _apply_events(self, events: list[ParserEvent]) -> None:
        for event in events:
            self.thinking = f"{self.thinking}{event.text}"[-MAX_THINKING_LENGTH:] if isinstance(event, Thinking) else ""
            match event:
                case FileOpened():
                    self._open_file(event)
                case UnassignedBlock():
                    self._blocks.append(event)
                case FileClosed() if self._current_file:
                    self._closed = event
                    self._current_file.is_open = False
                case _ if self._current_file:
                    _apply_to_file(self._current_file, event)
                case _:
                    pass  # prose belongs to no file, and some files are not shown

    def _open_file(self, opened: FileOpened) -> None:
        self._note_copy()
        self.found_files = True
        parts = [file for file in self.files if file.path == opened.path] if opened.continues else []
        self._is_part = bool(parts)
        if parts:
            self._current_file = parts[-1]
            self._current_file.is_open = True
        elif len(self.files) == MAX_FILES:
            self._current_file = None
            self.hidden_files += 1
        else:
            id_ = f"{self.full_answer.id}/{len(self.files)}"
            self._current_file = Document(id_, opened.path, opened.language, RunLog(None))
            self.files.append(self._current_file)

    def _note_copy(self) -> None:
        """The current file is whole, and has the name that it keeps."""
        file, closed, self._closed = self._current_file, self._closed, None
        if file and file.path and closed and not self._is_part and not is_edit(file.path, file.log.text):
            source = SourceFile(file.path, file.language, file.log.text, closed.is_complete)
            self._copies.add(FileCopy(source, closed.block))


def _apply_to_file(file: Document, event: ParserEvent) -> None:
    match event:
        case FileText(text=text):
            file.log.append(text)
        case FileRenamed(path=path, language=language):
            file.path, file.language = path, language
        case _:
            pass  # prose belongs to no file
