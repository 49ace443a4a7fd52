"""Markdown into files, incrementally: the events are the same however the text is cut into pieces.

Markdown says where a block is, the lines around it say which file it is (``path_hints``). A block without a path is a
file if no other block has one, and otherwise an example. The time is proportional to the text. Content is streamed
before its line has ended, unless the line may still become a fence.
"""

from collections.abc import Generator, Iterator
from enum import Enum, auto

from core.errors import InvalidInput
from core.files.languages import LANGUAGE_BY_EXTENSION, is_source_name, language_of
from core.files.markdown.code_block import CodeBlock, Fence
from core.files.markdown.events import (
    FileClosed,
    FileOpened,
    FileText,
    ParserEvent,
    PathRejected,
    Prose,
    merge_adjacent,
)
from core.files.markdown.first_lines import FirstLines
from core.files.markdown.path_hints import MAX_PATH_LINE_LENGTH, FenceInfo, is_file_marker, parse_info_string
from core.files.markdown.prose import ProseReader, fallback_path, is_example, split_inline_fence
from core.files.markdown.turn_tokens import strip_turn_tokens
from core.files.paths import UniquePaths, safe_path

__all__ = ["FileClosed", "FileOpened", "FileText", "MarkdownParser", "ParserEvent", "PathRejected", "Prose"]


class _BlockRole(Enum):
    FILE = auto()
    PROSE = auto()
    UNDECIDED = auto()  # its first lines decide


class MarkdownParser:
    """Parses one text, up to ``close``. ``default_path`` is for a file that nothing in the text names."""

    def __init__(self, default_path: str) -> None:
        self._default_path = default_path
        self._paths = UniquePaths()
        self._has_named_file = False
        self._line_parts: list[str] = []
        self._is_line_started = False
        self._waits_for_newline = False
        self._block: CodeBlock | None = None
        self._role = _BlockRole.PROSE
        self._fence_info = FenceInfo("", None)
        self._first_lines = FirstLines("")
        self._prose = ProseReader()
        self._has_fences = False

    def feed(self, text: str) -> list[ParserEvent]:
        """The events of the next piece of text."""
        return merge_adjacent(self._parse_text(text))

    def close(self) -> list[ParserEvent]:
        """The events that waited for more text; a file that is still open is closed as incomplete."""
        return merge_adjacent(self._flush())

    def _parse_text(self, text: str) -> Iterator[ParserEvent]:
        offset = 0
        while offset < len(text):
            if self._block and self._role is _BlockRole.FILE and not self._line_parts and not self._is_line_started:
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
        elif self._block is not None and self._role is _BlockRole.FILE and not self._waits_for_newline:
            yield from self._emit_partial_line(self._block)

    def _emit_partial_line(self, block: CodeBlock) -> Iterator[ParserEvent]:
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

    def _file_text(self, block: CodeBlock, text: str) -> FileText:
        block.note_content(text)
        return FileText(text)

    def _take_partial_line(self) -> str:
        line = "".join(self._line_parts)
        self._line_parts.clear()
        return line

    def _parse_line(self, line: str) -> Iterator[ParserEvent]:
        is_started, self._is_line_started = self._is_line_started, False
        if self._block is None:
            yield from self._parse_prose_line(line)
            return
        if self._role is _BlockRole.UNDECIDED and (yield from self._parse_naming_line(line)):
            return
        result = self._block.feed_line(line, is_started=is_started)
        yield from self._emit_content(result.content)
        if result.is_closed:
            yield from self._close_block(is_complete=True)
            for rest in result.rest.splitlines(keepends=True):
                yield from self._parse_prose_line(rest)

    def _parse_naming_line(self, line: str) -> Generator[ParserEvent, None, bool]:
        first_lines = self._first_lines
        if not first_lines.heads and is_file_marker(line) and self._fence_info.language != "markdown":
            first_lines.append(line)
            return True
        path_line = first_lines.path_before(line, self._fence_info)
        if path_line is None:
            return False
        self._block = None
        yield from self._parse_prose_line(path_line)
        yield from self._parse_prose_line(line)
        return True

    def _flush(self) -> Iterator[ParserEvent]:
        if line := self._take_partial_line():
            yield from self._parse_line(line)
        if self._block is not None:
            result = self._block.close()
            yield from self._emit_content(result.content)
            yield from self._close_block(is_complete=result.is_closed)
        yield from map(Prose, self._prose.release(is_consumed=False))
        if not self._has_fences:
            yield from self._parse_unfenced()

    def _parse_prose_line(self, line: str) -> Iterator[ParserEvent]:
        line = strip_turn_tokens(self._prose.strip_thinking(line))
        if not line:
            return
        if fence := Fence.parse(line):
            yield from self._open_block(fence, line)
        elif path_and_fence := split_inline_fence(line):
            yield from map(Prose, self._prose.feed_line(path_and_fence[0]))
            yield from self._parse_prose_line(path_and_fence[1])
        else:
            yield from map(Prose, self._prose.feed_line(line))

    def _open_block(self, fence: Fence, line: str) -> Iterator[ParserEvent]:
        self._has_fences = True
        self._block = CodeBlock(fence)
        self._fence_info = parse_info_string(fence.info_string)
        path = self._prose.path_of(self._fence_info, self._paths)
        yield from map(Prose, self._prose.release(is_consumed=path is not None))
        if path is None:
            self._role, self._first_lines = _BlockRole.UNDECIDED, FirstLines(line)
        else:
            yield from self._open_file(path)

    def _open_file(self, raw_path: str) -> Iterator[ParserEvent]:
        try:
            path = safe_path(raw_path)
        except InvalidInput as error:
            self._role = _BlockRole.PROSE
            yield PathRejected(raw_path, error.message)
        else:
            self._has_named_file = True
            yield self._start_file(self._paths.claim(path))

    def _start_file(self, path: str) -> FileOpened:
        tag_language = (
            self._fence_info.language if self._fence_info.language in LANGUAGE_BY_EXTENSION.values() else "text"
        )
        language = language_of(path) if is_source_name(path) else tag_language
        self._role = _BlockRole.FILE
        if self._block is not None:
            self._block.set_language(language)
        return FileOpened(path, language)

    def _emit_content(self, content: str) -> Iterator[ParserEvent]:
        match self._role:
            case _BlockRole.FILE if content:
                if self._block is not None:
                    self._block.note_content(content)
                yield FileText(content)
            case _BlockRole.PROSE if content:
                yield Prose(content)
            case _BlockRole.UNDECIDED if content and self._first_lines.append(content):
                yield from self._decide_role()
            case _:
                pass

    def _decide_role(self) -> Iterator[ParserEvent]:
        first_lines = self._first_lines
        path = first_lines.find_path(self._fence_info, self._paths)
        if path:
            yield from self._open_file(path)
        elif self._has_named_file or is_example(first_lines.heads[0], self._fence_info):
            self._role = _BlockRole.PROSE
            yield Prose(first_lines.opener)
        else:
            yield self._start_file(self._paths.claim_unused(fallback_path(self._fence_info, self._default_path)))
        for text in first_lines.lines:
            yield from self._emit_content(text)

    def _close_block(self, *, is_complete: bool) -> Iterator[ParserEvent]:
        if self._role is _BlockRole.UNDECIDED and self._first_lines.heads and not self._first_lines.lone_path_line():
            yield from self._decide_role()
        self._block = None
        if self._role is _BlockRole.FILE:
            yield FileClosed(is_complete)
        elif self._role is _BlockRole.UNDECIDED:
            if path_line := self._first_lines.lone_path_line():
                yield from self._parse_prose_line(path_line)
            else:
                yield from map(Prose, (self._first_lines.opener, *self._first_lines.lines))

    def _parse_unfenced(self) -> Iterator[ParserEvent]:
        for path, text in self._prose.unfenced_files(self._default_path):
            yield from self._open_file(path)
            yield from self._emit_content(text)
            yield from self._close_block(is_complete=True)
