"""One line of a text after the other, as events: what opens a block, what is its content, and what is none."""

import re
from collections.abc import Generator, Iterator

from core.files.diffs.diff_reader import path_of_patch
from core.files.diffs.edits import PATCH_END, SEARCH_BLOCK_END, begins_patch, begins_search_block
from core.files.markdown.block_events import BlockEvents
from core.files.markdown.blocks.call_values import WrittenFile
from core.files.markdown.blocks.delimited_block import DelimitedBlock
from core.files.markdown.blocks.fence import Fence
from core.files.markdown.blocks.file_tags import FileTags, TagResult, begins_file_tags
from core.files.markdown.blocks.line_result import LineResult
from core.files.markdown.blocks.tool_calls import (
    CallReader,
    CallResult,
    begins_call_channel,
    is_call_header,
    split_call_in_line,
)
from core.files.markdown.events import Markup, ParserEvent, Prose, Thinking
from core.files.markdown.marked_lines import MarkedLines
from core.files.markdown.names.path_hints import is_file_marker
from core.files.markdown.open_block import BlockRole, OpenBlock
from core.files.markdown.prose import split_inline_fence
from core.files.markdown.thinking import ThinkingFilter
from core.files.markdown.turn_tokens import strip_turn_tokens
from core.text import split_lines

MAX_PARTS_OF_LINE = 100
"""Tags, calls and thoughts that are read in one line. Each reads the rest of the line again; what follows is prose."""

_MARKUP_SIGN = re.compile(r"[`~<\[{\u25c1]|@[\"']|^#{1,6} ?FILE:|^-{5}|^\*{3} ")
"""What each notation of a block, a call, a thought or a marker has: a line without any is prose, as most lines are."""

LineEvents = Generator[ParserEvent, None, str]
"""The events of a line; returns the rest of it, which is to be read next."""


class LineParser:
    """Gives each line to the reader of its notation; ``blocks`` is what is open."""

    def __init__(self, default_path: str) -> None:
        self.blocks = BlockEvents(default_path)
        self._default_path = default_path
        self._marked = MarkedLines(self.blocks)
        self._thinking = ThinkingFilter()
        self._tags = FileTags()
        self._calls = CallReader()

    def parse_line(self, line: str, *, is_started: bool = False, may_call: bool = True) -> Iterator[ParserEvent]:
        """The next line; ``is_started`` if its beginning was streamed already."""
        # A loop instead of recursion: a line may hold many tags and calls.
        parts = 0
        while line:
            parts += 1
            if self.blocks.block is not None:
                rest = yield from self._parse_block_line(self.blocks.block, line, is_started, may_call=may_call)
            elif parts <= MAX_PARTS_OF_LINE and (self._is_within_notation or _MARKUP_SIGN.search(line)):
                rest = yield from self._parse_prose_line(line, may_call=may_call)
            else:
                yield from self.blocks.feed_prose(line)
                return
            is_started = False
            # Blank lines that waited with this one, for what a fence before them is.
            *blank_lines, line = split_lines(rest) or ("",)
            for blank_line in blank_lines:
                yield from self.parse_line(blank_line)

    @property
    def _is_within_notation(self) -> bool:
        """Whether a line of prose may belong to what an earlier line has begun."""
        return (
            self._thinking.is_thinking
            or self._calls.is_reading
            or self._tags.waits_for_path
            or self._marked.is_open
            or self.blocks.ended.is_awaiting_name
        )

    def _parse_block_line(self, block: OpenBlock, line: str, is_started: bool, *, may_call: bool) -> LineEvents:
        if block.may_hold_calls and may_call and (result := self._calls.feed(line)):
            if result.files:
                block.holds_calls = True
                yield from self.blocks.take_for_prose(block)
            return (yield from self._apply_calls(result))
        if block.is_new and begins_file_tags(line):
            block.holds_tags = True
            yield from self.blocks.take_for_prose(block)
        if block.holds_tags and not block.reader.is_waiting and (tags := self._tags.read(line)):
            return (yield from self._parse_tags(line, tags))
        is_undecided = block.role is BlockRole.UNDECIDED and not block.reader.is_waiting
        if is_undecided and (yield from self._parse_naming_line(block, line)):
            return line if self.blocks.block is None else ""
        result_of_line = block.reader.feed_line(line, is_started=is_started)
        yield from self._apply_line(result_of_line)
        return result_of_line.rest

    def _apply_line(self, result: LineResult) -> Iterator[ParserEvent]:
        yield from self.blocks.emit(result.content[:-1] if result.is_newline_added else result.content)
        if result.is_newline_added:
            yield from self.blocks.add_newline()
        yield from map(Markup, filter(None, [result.markup]))
        if result.is_closed:
            yield from self.blocks.close(is_complete=True)
            self._marked.note_block_end(result.rest)

    def _parse_naming_line(self, block: OpenBlock, line: str) -> Generator[ParserEvent, None, bool]:
        """Whether the line is no content: it names the block by a marker, or opens it again after its name."""
        first_lines = block.first_lines
        if not first_lines.text_lines and is_file_marker(line) and block.info.language != "markdown":
            first_lines.append(line)
            return True
        path_line = first_lines.path_before(line, block.info)
        if path_line is None:
            return False
        yield from self.blocks.reopen(path_line)
        return True

    def close(self) -> Iterator[ParserEvent]:
        """The text has ended with the line that was read last."""
        yield from self._parse_again(tuple(self._thinking.close()))
        yield from self._apply_all(self._calls.close())
        if block := self.blocks.block:
            result = block.reader.close()
            rest = result.rest
            yield from self._apply_line(result)
            yield from self.blocks.close(is_complete=False)
            yield from self._parse_again(split_lines(rest))
        while self.blocks.block:
            yield from self.blocks.close(is_complete=False)
        yield from self._marked.close()
        yield from self.blocks.ended.settle("")
        yield from self.blocks.release_prose(is_consumed=False)
        if not self.blocks.has_blocks:
            for path, text in self.blocks.prose.unfenced_files(self._default_path):
                yield from self.blocks.write_file(WrittenFile(path, text), text.count("\n") or 1)

    def _parse_again(self, lines: tuple[str, ...], *, may_call: bool = True) -> Iterator[ParserEvent]:
        """Read lines that waited, the last of which is the current one."""
        last = self.blocks.line
        for number, line in enumerate(lines, last - len(lines) + 1):
            self.blocks.line = number
            yield from self.parse_line(line, may_call=may_call)
        self.blocks.line = last

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
        ended = self.blocks.ended
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
            yield from self.blocks.open_fenced(fence, line)
        elif tags := self._tags.read(line):
            return (yield from self._parse_tags(line, tags))
        elif begins_search_block(line) and (path := self.blocks.path_of_edit()):
            yield from self.blocks.open_delimited(path, "", DelimitedBlock(SEARCH_BLOCK_END, is_tag=False))
            return line
        elif begins_patch(line):
            yield Markup(line)
        elif path := path_of_patch(line):
            yield from self.blocks.open_delimited(path, "", DelimitedBlock(PATCH_END, is_tag=False))
            return line
        elif parts := split_inline_fence(line) or split_call_in_line(line):
            yield from self.blocks.feed_prose(parts[0])
            return parts[1]
        else:
            yield from self.blocks.feed_prose(line)
            yield from self.blocks.open_heredoc(line)
        return ""

    def _parse_tags(self, line: str, tags: TagResult) -> LineEvents:
        rest = tags.rest if tags.rest.strip() else ""
        consumed = line[: len(line) - len(rest)]
        self.blocks.prose.note_line(consumed)
        yield from map(Markup, filter(None, [consumed]))
        if self.blocks.block is not None and consumed:
            self.blocks.block.content.note(consumed, self.blocks.line)
        if tags.path_before is not None:
            yield from self.blocks.rename_last(tags.path_before)
        if tags.closing is not None:
            yield from self.blocks.open_delimited(tags.path, tags.language, DelimitedBlock(tags.closing))
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
            yield from self.blocks.write_file(file, result.markup.count("\n") or 1)
        yield from self._parse_again(result.released, may_call=False)
