"""Markdown into files, incrementally: the events are the same however the text is cut into pieces.

Markdown says where a block is, the lines around it say which file it is (``path_hints``). A block without a path is a
file if no other block has one, and otherwise an example. The time is proportional to the text. Content is streamed
before its line has ended, unless the line may still become a fence.
"""

from collections.abc import Generator, Iterator

from core.files.markdown.blocks.code_block import CodeBlock, Fence
from core.files.markdown.blocks.delimited_block import DelimitedBlock
from core.files.markdown.blocks.file_tags import TagResult
from core.files.markdown.blocks.tool_calls import parse_calls
from core.files.markdown.events import ParserEvent, Prose, merge_adjacent
from core.files.markdown.file_events import BlockRole, FileEvents
from core.files.markdown.first_lines import FirstLines
from core.files.markdown.path_hints import (
    MAX_PATH_LINE_LENGTH,
    FenceInfo,
    find_path_hint,
    is_file_marker,
    parse_info_string,
)
from core.files.markdown.prose import fallback_path, split_inline_fence
from core.files.markdown.turn_tokens import strip_turn_tokens


class MarkdownParser(FileEvents):
    """Parses one text, up to ``close``. ``default_path`` is for a file that nothing in the text names."""

    def feed(self, text: str) -> list[ParserEvent]:
        """The events of the next piece of text."""
        return merge_adjacent(self._parse_text(text))

    def close(self) -> list[ParserEvent]:
        """The events that waited for more text; a file that is still open is closed as incomplete."""
        return merge_adjacent(self._flush())

    def _parse_text(self, text: str) -> Iterator[ParserEvent]:
        offset = 0
        while offset < len(text):
            if self._block and self._role is BlockRole.FILE and not self._line_parts and not self._is_line_started:
                end = self._block.skip_content(text, offset)
                if end > offset:
                    yield self._file_text(self._block, text[offset:end])
                    offset = end
                    continue
            end = text.find("\n", offset) + 1 or len(text)
            yield from self._parse_line_part(text[offset:end])
            offset = end

    def _parse_line_part(self, part: str) -> Iterator[ParserEvent]:
        self._line_parts.append(part)
        if part.endswith("\n"):
            self._waits_for_newline = False
            yield from self._parse_line(self._take_partial_line())
        elif self._block is not None and self._role is BlockRole.FILE and not self._waits_for_newline:
            yield from self._emit_partial_line(self._block)

    def _emit_partial_line(self, block: CodeBlock | DelimitedBlock) -> Iterator[ParserEvent]:
        part = self._take_partial_line()
        content_length = block.streamable_length(part, is_started=self._is_line_started)
        self._line_parts.append(part[content_length:])
        self._is_line_started = self._is_line_started or content_length > 0
        # An unsent rest is looked at again only while it is short, so that the time stays linear.
        self._waits_for_newline = content_length < len(part) and (
            self._is_line_started or len(part) > MAX_PATH_LINE_LENGTH
        )
        if content_length:
            yield self._file_text(block, part[:content_length])

    def _take_partial_line(self) -> str:
        line = "".join(self._line_parts)
        self._line_parts.clear()
        return line

    def _parse_line(self, line: str) -> Iterator[ParserEvent]:
        is_started, self._is_line_started = self._is_line_started, False
        if self._block is None:
            yield from self._parse_prose_line(line)
            return
        if self._role is BlockRole.UNDECIDED and (yield from self._parse_naming_line(line)):
            return
        result = self._block.feed_line(line, is_started=is_started)
        yield from self._emit_content(result.content)
        if result.is_closed:
            yield from self._close_block(is_complete=True)
            self._is_fence_left_open = is_file_marker(result.rest)
            for rest in result.rest.splitlines(keepends=True):
                yield from self._parse_prose_line(rest)

    def _parse_naming_line(self, line: str) -> Generator[ParserEvent, None, bool]:
        first_lines = self._first_lines
        if not first_lines.heads and (calls := parse_calls(line)):
            self._role = BlockRole.PROSE
            yield from self._write_files(calls)
            return True
        if not first_lines.heads and is_file_marker(line) and self._fence_info.language != "markdown":
            first_lines.append(line)
            return True
        path_line = first_lines.path_before(line, self._fence_info)
        if path_line is None:
            return False
        self._block = None
        yield from map(Prose, self._prose.feed_line(path_line))
        yield from self._parse_prose_line(line)
        return True

    def _flush(self) -> Iterator[ParserEvent]:
        if line := self._take_partial_line():
            yield from self._parse_line(line)
        if self._block is not None:
            result = self._block.close()
            yield from self._emit_content(result.content)
            yield from self._close_block(is_complete=result.is_closed)
        for line in self._prose.thinking.close():
            yield from self._parse_line(line)
        if self._block is not None:
            result = self._block.close()
            yield from self._emit_content(result.content)
            yield from self._close_block(is_complete=result.is_closed)
        yield from self._close_marked()
        yield from map(Prose, self._prose.release(is_consumed=False))
        if not self._has_fences:
            yield from self._parse_unfenced()

    def _parse_prose_line(self, line: str) -> Iterator[ParserEvent]:
        line = strip_turn_tokens(self._prose.strip_thinking(line))
        if not line:
            return
        if self._marked_lines or is_file_marker(line):
            yield from self._parse_marked_line(line)
        elif fence := Fence.parse(line):
            yield from self._open_block(fence, line)
        elif calls := parse_calls(line):
            yield from self._write_files(calls)
        elif tags := self._tags.read(line):
            yield from self._parse_tags(tags)
        elif path_and_fence := split_inline_fence(line):
            yield from map(Prose, self._prose.feed_line(path_and_fence[0]))
            yield from self._parse_prose_line(path_and_fence[1])
        else:
            yield from map(Prose, self._prose.feed_line(line))
            yield from self._open_heredoc(line)

    def _parse_marked_line(self, line: str) -> Iterator[ParserEvent]:
        """A line after ``### FILE:``: a fence follows, or the lines themselves are the file."""
        fence = Fence.parse(line)
        path_and_fence = split_inline_fence(line)
        if is_file_marker(line):
            yield from self._close_marked()
            self._marked_lines = [] if path_and_fence else [line]
        elif fence and not (self._is_fence_left_open and self._has_marked_text() and not fence.info_string):
            lines, self._marked_lines = self._marked_lines, []
            yield from map(Prose, (text for marked in lines for text in self._prose.feed_line(marked)))
            yield from self._open_block(fence, line)
        elif fence:
            yield from self._close_marked()
        else:
            self._marked_lines.append(line)
        if is_file_marker(line) and path_and_fence and (inline_fence := Fence.parse(path_and_fence[1])):
            yield from map(Prose, self._prose.feed_line(path_and_fence[0]))
            yield from self._open_block(inline_fence, path_and_fence[1])

    def _has_marked_text(self) -> bool:
        return any(line.strip() for line in self._marked_lines[1:])

    def _close_marked(self) -> Iterator[ParserEvent]:
        has_text = self._has_marked_text()
        lines, self._marked_lines = self._marked_lines, []
        if not has_text:
            yield from map(Prose, (text for line in lines for text in self._prose.feed_line(line)))
        elif hint := find_path_hint(lines[0]):
            self._has_fences = True
            self._fence_info = FenceInfo("", None)
            yield from map(Prose, self._prose.release(is_consumed=False))
            yield from self._open_file(hint.path)
            yield from self._emit_content("".join(lines[1:]))
            yield from self._close_block(is_complete=True)

    def _parse_tags(self, tags: TagResult) -> Iterator[ParserEvent]:
        if tags.closing is None:
            if tags.rest.strip():
                yield from self._parse_prose_line(tags.rest)
            return
        self._fence_info = FenceInfo(tags.language, None)
        path = tags.path or self._paths.claim_unused(fallback_path(self._fence_info, self._default_path))
        yield from self._open_delimited(path, DelimitedBlock(tags.closing))
        if tags.rest.strip():
            yield from self._parse_line(tags.rest)

    def _open_block(self, fence: Fence, line: str) -> Iterator[ParserEvent]:
        self._has_fences = True
        self._block = CodeBlock(fence)
        self._fence_info = parse_info_string(fence.info_string)
        path = self._prose.path_of(self._fence_info, self._paths)
        yield from map(Prose, self._prose.release(is_consumed=path is not None))
        if path is None:
            self._role, self._first_lines = BlockRole.UNDECIDED, FirstLines(line)
        else:
            yield from self._open_file(path)

    def _parse_unfenced(self) -> Iterator[ParserEvent]:
        for path, text in self._prose.unfenced_files(self._default_path):
            yield from self._open_file(path)
            yield from self._emit_content(text)
            yield from self._close_block(is_complete=True)
