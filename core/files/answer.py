"""What is in a run's text: files, changes of files, and what belongs to none of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.errors import InvalidInput
from core.files.diffs.changes import FileEdit
from core.files.diffs.edits import is_edit, parse_edits
from core.files.file_copies import FileCopies, FileCopy
from core.files.markdown.events import FileClosed, FileOpened, FileRenamed, FileText, ParserEvent, UnassignedBlock
from core.files.markdown.parser import MarkdownParser
from core.files.paths import safe_path
from core.files.source_file import SourceFile

READ_LENGTH = 4_000
"""Characters that are read at a time where the first file is enough."""


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """What is in a run's text: files, changes of files, and the blocks that belong to none of them."""

    files: tuple[SourceFile, ...]
    edits: tuple[FileEdit, ...] = ()
    unassigned: tuple[UnassignedBlock, ...] = ()


def parse_answer(text: str, default_path: str) -> ParsedAnswer:
    """What is in a run's text; ``default_path`` names a file that nothing names.

    The files are in the order of their first copies; ``FileCopies`` says what becomes of further ones.
    """
    parser = MarkdownParser(default_path)
    events = [*parser.feed(text), *parser.close()]
    copies = FileCopies()
    edits: list[FileEdit] = []
    for copy in _collect_copies(events):
        if is_edit(copy.file.path, copy.file.text):
            edits += map(_with_safe_path, parse_edits(copy.file.path, copy.file.text))
        else:
            copies.add(copy)
    unassigned = [*(event for event in events if isinstance(event, UnassignedBlock)), *copies.unassigned]
    return ParsedAnswer(copies.files, tuple(edits), tuple(sorted(unassigned, key=lambda block: block.line)))


def parse_files(text: str, default_path: str) -> list[SourceFile]:
    """The files in a run's text that are there as a whole, as in ``parse_answer``."""
    return list(parse_answer(text, default_path).files)


def holds_file(text: str, default_path: str) -> bool:
    """Whether there is any file in a run's text, or a change of one; reads no further than to the first."""
    has_fence = "```" in text or "~~~" in text
    # Code without a fence is a file as a whole, which its beginning shows: all of it would take long to read.
    if len(text) > READ_LENGTH and not has_fence and holds_file(text[:READ_LENGTH], default_path):
        return True
    parser = MarkdownParser(default_path)
    for start in range(0, len(text), READ_LENGTH):
        if _opens_file(parser.feed(text[start : start + READ_LENGTH])):
            return True
    return _opens_file(parser.close())


def block_text(text: str, block: UnassignedBlock) -> str:
    """The lines of a block in a run's text."""
    # Not splitlines, which takes form feeds and other characters for line ends, too.
    lines = text.split("\n")[block.line - 1 : block.line - 1 + block.lines]
    return "".join(f"{line}\n" for line in lines)


def _collect_copies(events: Iterable[ParserEvent]) -> list[FileCopy]:
    copies: list[FileCopy] = []
    opened = FileOpened("", "text")
    parts: list[str] = []
    for event in events:
        match event:
            case FileOpened():
                opened, parts = event, []
            case FileText(text):
                parts.append(text)
            case FileClosed(is_complete, place):
                file = SourceFile(opened.path, opened.language, "".join(parts), is_complete)
                copies.append(FileCopy(file, place, opened.continues))
            case FileRenamed(path, language):
                copies[-1] = replace(copies[-1], file=replace(copies[-1].file, path=path, language=language))
            case _:
                pass
    return copies


def _opens_file(events: Iterable[ParserEvent]) -> bool:
    return any(isinstance(event, FileOpened) for event in events)


def _with_safe_path(edit: FileEdit) -> FileEdit:
    try:
        return replace(edit, path=safe_path(edit.path))
    except InvalidInput as error:
        return replace(edit, refusal=f"`{edit.path}` is not changed: {error.message[:1].lower()}{error.message[1:]}")
