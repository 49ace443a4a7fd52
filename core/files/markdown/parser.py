"""Markdown into files, incrementally: the events are the same however the text is cut into pieces.

Markdown says where a block is, the lines around it say which file it is (``path_hints``). A block that nothing names is
a file if no other block has a name or if it looks like a whole one, and otherwise belongs to no file. The time is
proportional to the text. Content is streamed before its line has ended, unless the line may still become a fence.
"""

from collections.abc import Generator, Iterator

from core.files.edits import SEARCH_BLOCK_END, begins_search_block
from core.files.markdown.block_events import BlockEvents
from core.files.markdown.blocks.code_block import Fence, LineResult
from core.files.markdown.blocks.delimited_block import DelimitedBlock
from core.files.markdown.blocks.file_tags import FileTags, TagResult, begins_file_tags
from core.files.markdown.blocks.tool_calls import (
    CallReader,
    CallResult,
    WrittenFile,
    begins_call_channel,
    is_call_header,
)
from core.files.markdown.events import Markup, ParserEvent, Prose, Thinking, merge_adjacent
from core.files.markdown.marked_lines import MarkedLines
from core.files.markdown.open_block import BlockRole, OpenBlock
from core.files.markdown.path_hints import MAX_PATH_LINE_LENGTH, is_file_marker
from core.files.markdown.prose import split_inline_fence
from core.files.markdown.thinking import ThinkingFilter
from core.files.markdown.turn_tokens import strip_turn_tokens
from core.text import split_lines

MAX_PARTS_OF_LINE = 100
"""Tags, calls and thoughts that are read in one line. Each reads the rest of the line again; what follows is prose."""

LineEvents = Generator[ParserEvent, None, str]
"""The events of a line; returns the rest of it, which is to be read next."""


class MarkdownParser:
    """Parses one text, up to ``close``. ``default_path`` is for a file that nothing in the text names."""

    def __init__(self, default_path: str) -> None:
        self._default_path = default_path
        self._blocks = BlockEvents(default_path)
        self._marked = MarkedLines(self._blocks)
        self._thinking = ThinkingFilter()
        self._tags = FileTags()
        self._calls = CallReader()
        self._line_parts: list[str] = []
        self._is_line_started = False
        self._waits_for_newline = False

    def feed(self, text: str) -> list[ParserEvent]:
        """The events of the next piece of text."""
        return merge_adjacent(self._parse_text(text))

    def close(self) -> list[ParserEvent]:
        """The events that waited for more text; a file that is still open is closed as incomplete."""
        return merge_adjacent(self._flush())

    def _parse_text(self, text: str) -> Iterator[ParserEvent]:
        offset = 0
        while offset < len(text):
            end = self._skip_content(text, offset)
            if end > offset:
                yield self._blocks.stream(text[offset:end])
                self._blocks.line += text.count("\n", offset, end)
            else:
                end = text.find("\n", offset) + 1 or len(text)
                yield from self._parse_line_part(text[offset:end])
            offset = end

    def _skip_content(self, text: str, offset: int) -> int:
        block = self._open_file_block()
        if block is None or self._line_parts or self._is_line_started:
            return offset
        return block.reader.skip_content(text, offset)

    def _open_file_block(self) -> OpenBlock | None:
        block = self._blocks.block
        return block if block is not None and block.role is BlockRole.FILE else None

    def _parse_line_part(self, part: str) -> Iterator[ParserEvent]:
        self._line_parts.append(part)
        if part.endswith("\n"):
            self._waits_for_newline = False
            yield from self._parse_line(self._take_partial_line())
            self._blocks.line += 1
        elif (block := self._open_file_block()) is not None and not self._waits_for_newline:
            yield from self._emit_partial_line(block)

    def _emit_partial_line(self, block: OpenBlock) -> Iterator[ParserEvent]:
        part = self._take_partial_line()
        content_length = block.reader.streamable_length(part, is_started=self._is_line_started)
        self._line_parts.append(part[content_length:])
        self._is_line_started = self._is_line_started or content_length > 0
        # An unsent rest is looked at again only while it is short, so that the time stays linear.
        self._waits_for_newline = content_length < len(part) and (
            self._is_line_started or len(part) > MAX_PATH_LINE_LENGTH
        )
        if content_length:
            yield self._blocks.stream(part[:content_length])

    def _take_partial_line(self) -> str:
        line = "".join(self._line_parts)
        self._line_parts.clear()
        return line

    def _parse_line(self, line: str, *, may_call: bool = True) -> Iterator[ParserEvent]:
        is_started, self._is_line_started = self._is_line_started, False
        # A loop instead of recursion: a line may hold many tags and calls.
        parts = 0
        while line:
            parts += 1
            if self._blocks.block is not None:
                rest = yield from self._parse_block_line(self._blocks.block, line, is_started, may_call=may_call)
            elif parts > MAX_PARTS_OF_LINE:
                yield from self._blocks.feed_prose(line)
                return
            else:
                rest = yield from self._parse_prose_line(line, may_call=may_call)
            is_started = False
            # Blank lines that waited with this one, for what a fence before them is.
            *blank_lines, line = split_lines(rest) or ("",)
            for blank_line in blank_lines:
                yield from self._parse_line(blank_line)

    def _parse_block_line(self, block: OpenBlock, line: str, is_started: bool, *, may_call: bool) -> LineEvents:
        if block.may_hold_calls and may_call and (result := self._calls.feed(line)):
            if result.files:
                block.holds_calls = True
                yield from self._blocks.take_for_prose(block)
            return (yield from self._apply_calls(result))
        if block.is_new and begins_file_tags(line):
            block.holds_tags = True
            yield from self._blocks.take_for_prose(block)
        if block.holds_tags and not block.reader.is_waiting and (tags := self._tags.read(line)):
            return (yield from self._parse_tags(line, tags))
        is_undecided = block.role is BlockRole.UNDECIDED and not block.reader.is_waiting
        if is_undecided and (yield from self._parse_naming_line(block, line)):
            return line if self._blocks.block is None else ""
        result_of_line = block.reader.feed_line(line, is_started=is_started)
        yield from self._apply_line(result_of_line)
        return result_of_line.rest

    def _apply_line(self, result: LineResult) -> Iterator[ParserEvent]:
        yield from self._blocks.emit(result.content[:-1] if result.is_newline_added else result.content)
        if result.is_newline_added:
            yield from self._blocks.add_newline()
        yield from map(Markup, filter(None, [result.markup]))
        if result.is_closed:
            yield from self._blocks.close(is_complete=True)
            self._marked.note_block_end(result.rest)

    def _parse_naming_line(self, block: OpenBlock, line: str) -> Generator[ParserEvent, None, bool]:
        """Whether the line is no content: it names the block by a marker, or opens it again after its name."""
        first_lines = block.first_lines
        if not first_lines.heads and is_file_marker(line) and block.info.language != "markdown":
            first_lines.append(line)
            return True
        path_line = first_lines.path_before(line, block.info)
        if path_line is None:
            return False
        yield from self._blocks.reopen(path_line)
        return True

    def _flush(self) -> Iterator[ParserEvent]:
        if line := self._take_partial_line():
            yield from self._parse_line(line)
        else:
            self._blocks.line -= 1
        yield from self._parse_again(tuple(self._thinking.close()))
        yield from self._apply_all(self._calls.close())
        if block := self._blocks.block:
            result = block.reader.close()
            rest = result.rest
            yield from self._apply_line(result)
            yield from self._blocks.close(is_complete=False)
            yield from self._parse_again(split_lines(rest))
        while self._blocks.block:
            yield from self._blocks.close(is_complete=False)
        yield from self._marked.close()
        yield from self._blocks.ended.settle("")
        yield from self._blocks.release_prose(is_consumed=False)
        if not self._blocks.has_blocks:
            for path, text in self._blocks.prose.unfenced_files(self._default_path):
                yield from self._blocks.write_file(WrittenFile(path, text))

    def _parse_again(self, lines: tuple[str, ...], *, may_call: bool = True) -> Iterator[ParserEvent]:
        """Read lines that waited, the last of which is the current one."""
        last = self._blocks.line
        for number, line in enumerate(lines, last - len(lines) + 1):
            self._blocks.line = number
            yield from self._parse_line(line, may_call=may_call)
        self._blocks.line = last

    def _parse_prose_line(self, line: str, *, may_call: bool) -> LineEvents:
        if may_call and self._calls.is_reading and (result := self._calls.feed(line)):
            return (yield from self._apply_calls(result))
        if self._thinking.is_thinking or not begins_call_channel(line):
            parts = self._thinking.split(line)
            yield from map(Thinking, filter(None, [parts.thinking]))
            yield from map(Markup, filter(None, [parts.markup]))
            if len(parts.rest) < len(line):
                return parts.rest
        said = strip_turn_tokens(line)
        if said != line:
            yield Markup(line[len(said) - said.endswith("\n") : len(line) - said.endswith("\n")])
        return (yield from self._parse_said(said, may_call=may_call)) if said else ""

    def _parse_said(self, line: str, *, may_call: bool) -> LineEvents:
        ended = self._blocks.ended
        if ended.is_awaiting_name and line.isspace():
            ended.hold_blank(line)
        elif ended.is_awaiting_name and (yield from ended.settle(line)):
            yield Prose(line)
        elif self._marked.is_open or is_file_marker(line):
            yield from self._marked.feed(line)
        elif may_call and (result := self._calls.feed(line)):
            return (yield from self._apply_calls(result))
        else:
            return (yield from self._parse_opening(line))
        return ""

    def _parse_opening(self, line: str) -> LineEvents:
        """A line that may open a block."""
        if is_call_header(line):
            yield Markup(line)
        elif fence := Fence.parse(line):
            yield from self._blocks.open_fenced(fence, line)
        elif tags := self._tags.read(line):
            return (yield from self._parse_tags(line, tags))
        elif begins_search_block(line) and (path := self._blocks.path_of_edit()):
            yield from self._blocks.open_delimited(path, "", DelimitedBlock(SEARCH_BLOCK_END, is_tag=False))
            return line
        elif path_and_fence := split_inline_fence(line):
            yield from self._blocks.feed_prose(path_and_fence[0])
            return path_and_fence[1]
        else:
            yield from self._blocks.feed_prose(line)
            yield from self._blocks.open_heredoc(line)
        return ""

    def _parse_tags(self, line: str, tags: TagResult) -> LineEvents:
        rest = tags.rest if tags.rest.strip() else ""
        consumed = line[: len(line) - len(rest)]
        self._blocks.prose.note_line(consumed)
        yield from map(Markup, filter(None, [consumed]))
        if tags.closing is not None:
            yield from self._blocks.open_delimited(tags.path, tags.language, DelimitedBlock(tags.closing))
        return rest

    def _apply_calls(self, result: CallResult) -> LineEvents:
        yield from self._apply_all(result)
        if result.rest.strip():
            return result.rest
        yield from map(Markup, filter(None, [result.rest]))
        return ""

    def _apply_all(self, result: CallResult) -> Iterator[ParserEvent]:
        yield from map(Markup, filter(None, [result.markup]))
        for file in result.files:
            yield from self._blocks.write_file(file)
        yield from self._parse_again(result.released, may_call=False)
