"""Markdown into files, incrementally: the events are the same however the text is cut into pieces.

Markdown says where a block is, the lines around it say which file it is (``path_hints``). A block that nothing names is
a file if none before it has a name or if it looks like a whole one, and otherwise belongs to no file. The time is
proportional to the text. Content is streamed before its line has ended, unless the line may still become a fence.
"""

from collections.abc import Iterator

from core.files.markdown.events import ParserEvent, merge_adjacent
from core.files.markdown.line_parser import LineParser
from core.files.markdown.names.path_hints import MAX_PATH_LINE_LENGTH
from core.files.markdown.open_block import BlockRole, OpenBlock


class MarkdownParser:
    """Parses one text, up to ``close``. ``default_path`` is for a file that nothing in the text names."""

    def __init__(self, default_path: str) -> None:
        self._lines = LineParser(default_path)
        self._blocks = self._lines.blocks
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
            yield from self._parse_whole_line(self._take_partial_line())
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

    def _parse_whole_line(self, line: str) -> Iterator[ParserEvent]:
        is_started, self._is_line_started = self._is_line_started, False
        yield from self._lines.parse_line(line, is_started=is_started)

    def _flush(self) -> Iterator[ParserEvent]:
        if line := self._take_partial_line():
            yield from self._parse_whole_line(line)
        else:
            self._blocks.line -= 1
        yield from self._lines.close()
