"""The blocks of a text as they open and close, as events."""

from collections.abc import Iterator

from core.files.markdown.blocks.call_values import WrittenFile
from core.files.markdown.blocks.code_block import CodeBlock
from core.files.markdown.blocks.delimited_block import DelimitedBlock
from core.files.markdown.blocks.fence import Fence
from core.files.markdown.blocks.heredoc import parse_heredoc
from core.files.markdown.ended_block import EndedBlock
from core.files.markdown.events import (
    FileClosed,
    FileOpened,
    FileRenamed,
    FileText,
    Markup,
    ParserEvent,
    Prose,
    UnassignedBlock,
)
from core.files.markdown.names.file_paths import FilePaths
from core.files.markdown.names.first_lines import FirstLines
from core.files.markdown.names.info_strings import parse_info_string
from core.files.markdown.names.path_hints import FenceInfo
from core.files.markdown.open_block import BlockRole, OpenBlock
from core.files.markdown.prose import ProseReader, is_example

NO_INFO = FenceInfo("", None)


class BlockEvents:
    """The open ``block`` if any, and the one that ``ended`` last. ``line`` is the number of the line that is read."""

    def __init__(self, default_path: str) -> None:
        self.line = 1
        self.block: OpenBlock | None = None
        self.has_blocks = False
        self.prose = ProseReader()
        self._paths = FilePaths(default_path)
        self.ended = EndedBlock(self._paths)
        self._last_edit_path: str | None = None

    def open_fenced(self, fence: Fence, line: str) -> Iterator[ParserEvent]:
        """A fence opens a block; its info string and the lines before it may name it."""
        info = parse_info_string(fence.info_string)
        path = self.prose.path_of(info, self._paths.known)
        continues = path is not None and self.prose.hint_continues
        yield from self.release_prose(is_consumed=path is not None)
        yield Markup(line)
        block = self._open(OpenBlock(CodeBlock(fence), info, FirstLines(line)))
        if path is not None:
            yield from self._open_file(block, path, continues=continues)

    def open_delimited(self, path: str | None, language: str, reader: DelimitedBlock) -> Iterator[ParserEvent]:
        """A tag or a heredoc opens a file, which may have no path."""
        yield from self.release_prose(is_consumed=False)
        block = self._open(OpenBlock(reader, FenceInfo(language, None), FirstLines("")))
        if path is None:
            yield self._start_file(block, self._paths.claim_unnamed(block.info))
        else:
            yield from self._open_file(block, path)

    def open_heredoc(self, line: str) -> Iterator[ParserEvent]:
        """The line may be a command that writes a file, in prose or in a block that is no file."""
        outer = self.block.reader if self.block else None
        if not isinstance(outer, DelimitedBlock) and (heredoc := parse_heredoc(line)):
            block = DelimitedBlock(heredoc.closing, is_tag=False, outer=outer.fence if outer else None)
            yield from self.open_delimited(heredoc.path, "", block)

    def path_of_edit(self) -> str | None:
        """The path of the SEARCH/REPLACE block that begins outside of a fence: several of one file may follow it."""
        self._last_edit_path = self.prose.path_of(NO_INFO, ()) or self._last_edit_path
        return self._last_edit_path

    def write_file(
        self, file: WrittenFile, lines: int, *, is_derived: bool = True, last_line: int | None = None
    ) -> Iterator[ParserEvent]:
        """A file that is there as a whole, in prose or in the open block: ``lines`` up to this one, or ``last_line``.

        With ``is_derived`` other events have its text, as it stands there.
        """
        self.has_blocks = True
        self.ended.forget_caption()
        yield from self.release_prose(is_consumed=False)
        opened = self._paths.claim(file.path, NO_INFO)
        place = _place_of(file, last_line or self.line, lines)
        yield opened
        if not isinstance(opened, FileOpened):
            if not is_derived:
                yield Prose(file.content)
            yield from filter(None, [place])
            return
        if self.block is not None:
            self.block.holds_file = True
        if file.content:
            yield FileText(file.content, is_derived)
        yield FileClosed(file.is_complete, place)

    def rename_last(self, path: str) -> Iterator[ParserEvent]:
        """The file that was closed last, which nothing had named, has this path."""
        named = self._paths.claim(path, NO_INFO)
        if isinstance(named, FileOpened):
            yield FileRenamed(named.path, named.language)

    def take_for_prose(self, block: OpenBlock) -> Iterator[ParserEvent]:
        """The block is new, and is no file: it holds some in another notation."""
        if block.role is BlockRole.UNDECIDED:
            yield from map(Prose, block.first_lines.lines)
        block.role = BlockRole.PROSE

    def stream(self, text: str) -> FileText:
        """More of the open file: whole lines, or a part of one that has not ended."""
        if self.block is not None:
            self.block.reader.note_content(text)
            self.block.content.note(text, self.line + text.count("\n") - text.endswith("\n"))
        return FileText(text)

    def emit(self, content: str) -> Iterator[ParserEvent]:
        """More content of the open block."""
        if self.block is not None and content:
            self.block.content.note(content, self.line)
            yield from self._emit_noted(self.block, content)

    def add_newline(self) -> Iterator[ParserEvent]:
        """The content ends with a line end that the text does not have there."""
        if self.block is not None and self.block.role is BlockRole.FILE:
            self.block.reader.note_content("\n")
            yield FileText("\n", is_derived=True)
        elif self.block is not None:
            self.block.lacks_newline = True

    def close(self, *, is_complete: bool) -> Iterator[ParserEvent]:
        """The open block has ended."""
        block = self.block
        if block is None:
            return
        yield from self._decide_at_end(block)
        self.block, block.is_complete = block.outer, is_complete
        match block.role:
            case BlockRole.FILE:
                yield FileClosed(is_complete, block.place)
            case BlockRole.PROSE:
                yield from block.unassigned()
            case BlockRole.UNDECIDED:
                for line in block.first_lines.lines:
                    yield from self.feed_prose(line)
            case BlockRole.HELD:
                pass
        if block.is_unnamed:
            self.ended.await_name(block)

    def _decide_at_end(self, block: OpenBlock) -> Iterator[ParserEvent]:
        """A line that may be a name alone stays undecided: it names the next block."""
        first_lines = block.first_lines
        if block.role is BlockRole.UNDECIDED and first_lines.text_lines and not first_lines.lone_path_line():
            yield from self._decide(block)
            if self._is_file(block) and block.lacks_newline:
                yield FileText("\n", is_derived=True)

    def reopen(self, path_line: str) -> Iterator[ParserEvent]:
        """The open block only named the one that opens now, by its first line."""
        if self.block is not None:
            yield from map(Markup, self.block.first_lines.lines)
        self.block = None
        self.prose.expect_block(path_line)

    def release_prose(self, *, is_consumed: bool) -> Iterator[ParserEvent]:
        """The lines that waited for a block; with ``is_consumed`` they named it."""
        for line in filter(None, self.prose.release()):
            yield Markup(line) if is_consumed else Prose(line)
        if is_consumed:
            self.prose.forget_hint()

    def feed_prose(self, line: str) -> Iterator[ParserEvent]:
        """A line outside of blocks."""
        yield from map(Prose, self.prose.feed_line(line))

    def _open(self, block: OpenBlock) -> OpenBlock:
        self.has_blocks = True
        self.ended.forget_caption()
        block.outer, self.block = self.block, block
        return block

    def _open_file(self, block: OpenBlock, raw_path: str, *, continues: bool = False) -> Iterator[ParserEvent]:
        opened = self._paths.claim(raw_path, block.info, continues=continues)
        if isinstance(opened, FileOpened):
            yield self._start_file(block, opened)
        else:
            block.role = BlockRole.PROSE
            yield opened

    def _start_file(self, block: OpenBlock, opened: FileOpened) -> FileOpened:
        block.role = BlockRole.FILE
        block.reader.set_language(opened.language)
        if block.outer is not None:
            block.outer.holds_file = True
        return opened

    def _decide(self, block: OpenBlock) -> Iterator[ParserEvent]:
        first_lines = block.first_lines
        path = first_lines.find_path(block.info, self._paths.known)
        if path:
            yield from self._open_file(block, path)
            if self._is_file(block):
                yield from map(Markup, filter(None, [first_lines.take_naming_line()]))
        elif parse_heredoc(first_lines.text_lines[-1]):
            block.role = BlockRole.PROSE
        elif self._paths.has_named_file or is_example(first_lines.text_lines[0], block.info):
            block.role, block.is_unnamed = BlockRole.HELD, True
        else:
            block.is_unnamed = True
            yield self._start_file(block, self._paths.claim_unnamed(block.info))
        for text in first_lines.lines:
            yield from self._emit_noted(self.block or block, text)

    def _emit_noted(self, block: OpenBlock, content: str) -> Iterator[ParserEvent]:
        match block.role:
            case BlockRole.FILE if content:
                block.reader.note_content(content)
                yield FileText(content)
            case BlockRole.PROSE if content:
                yield Prose(content)
                yield from self.open_heredoc(content)
            case BlockRole.HELD:
                yield from self._hold(block, content)
            case BlockRole.UNDECIDED if block.first_lines.append(content):
                yield from self._decide(block)
            case _:
                pass

    def _hold(self, block: OpenBlock, content: str) -> Iterator[ParserEvent]:
        if isinstance(block.reader, CodeBlock) and parse_heredoc(content):
            block.role, block.is_unnamed = BlockRole.PROSE, False
            yield from map(Prose, (*block.held, content))
            block.held.clear()
            yield from self.open_heredoc(content)
        else:
            block.held.append(content)

    @staticmethod
    def _is_file(block: OpenBlock) -> bool:
        return block.role is BlockRole.FILE


def _place_of(file: WrittenFile, last_line: int, lines: int) -> UnassignedBlock | None:
    first = file.content.partition("\n")[0]
    start = max(last_line - lines + 1, 1)
    return UnassignedBlock(start, lines, "", first) if file.content.strip() else None
