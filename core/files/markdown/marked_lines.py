"""The lines after ``### FILE: path`` while it is open whether a fence follows, or the lines themselves are the file."""

from collections.abc import Iterator

from core.files.markdown.block_events import BlockEvents
from core.files.markdown.blocks.call_values import WrittenFile
from core.files.markdown.blocks.fence import Fence
from core.files.markdown.events import Markup, ParserEvent
from core.files.markdown.names.path_hints import find_path_hint, is_file_marker
from core.files.markdown.prose import split_inline_fence


class MarkedLines:
    """Collects the lines from the marker on, and gives them to ``blocks``."""

    def __init__(self, blocks: BlockEvents) -> None:
        self._blocks = blocks
        self._lines: list[str] = []
        self._last_line = 0  # its number in the text
        self._is_fence_left_open = False

    @property
    def is_open(self) -> bool:
        """Whether a marker waits for its file."""
        return bool(self._lines)

    def note_block_end(self, rest: str) -> None:
        """A block has ended; a marker in ``rest`` means that its fence was not closed."""
        self._is_fence_left_open = is_file_marker(rest)

    def feed(self, line: str) -> Iterator[ParserEvent]:
        """A marker, or a line after one."""
        fence = Fence.parse(line)
        if is_file_marker(line):
            yield from self._begin(line)
        elif fence and self._is_fence_left_open and self._has_text() and not fence.info_string:
            yield from self.close()
            yield Markup(line)
        elif fence:
            yield from self._feed_as_prose()
            yield from self._blocks.open_fenced(fence, line)
        else:
            self._lines.append(line)
            self._last_line = self._blocks.line

    def close(self) -> Iterator[ParserEvent]:
        """No more lines belong to the marker: those with text are its file."""
        hint = find_path_hint(self._lines[0]) if self._has_text() else None
        if hint is None:
            yield from self._feed_as_prose()
            return
        (marker, *lines), self._lines = self._lines, []
        yield from self._blocks.release_prose(is_consumed=False)
        yield Markup(marker)
        file = WrittenFile(hint.path, "".join(lines))
        yield from self._blocks.write_file(file, len(lines), is_derived=False, last_line=self._last_line)

    def _begin(self, line: str) -> Iterator[ParserEvent]:
        yield from self.close()
        path_and_fence = split_inline_fence(line)
        if path_and_fence and (fence := Fence.parse(path_and_fence[1])):
            yield from self._blocks.feed_prose(path_and_fence[0])
            yield from self._blocks.open_fenced(fence, path_and_fence[1])
        else:
            self._lines = [line]

    def _feed_as_prose(self) -> Iterator[ParserEvent]:
        lines, self._lines = self._lines, []
        for line in lines:
            yield from self._blocks.feed_prose(line)

    def _has_text(self) -> bool:
        return any(line.strip() for line in self._lines[1:])
