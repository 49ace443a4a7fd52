"""A block that a closing tag ends, or a line of its own: ``</file>``, ``[/PYTHON]``, the last line of a heredoc."""

import re

from core.files.markdown.code_block import Fence, LineResult


class DelimitedBlock:
    """An open block; ``closing`` is searched in each line. A fence around all of the content is no part of it."""

    is_markdown = False

    def __init__(self, closing: re.Pattern[str], *, may_be_fenced: bool = True) -> None:
        self._closing = closing
        self._is_start = may_be_fenced
        self._fence: Fence | None = None
        self._held_fence = ""

    def set_language(self, language: str) -> None:
        """The language changes nothing here."""

    def note_content(self, text: str) -> None:
        """The content changes nothing here."""

    def skip_content(self, _text: str, start: int) -> int:
        """No line is surely content before it was read."""
        return start

    def streamable_length(self, _partial_line: str, *, is_started: bool) -> int:
        """Lines go out whole; ``is_started`` is never true."""
        return int(is_started)

    def feed_line(self, line: str, *, is_started: bool = False) -> LineResult:
        """The next line; ``is_started`` is never true."""
        is_start, self._is_start = self._is_start and not line.strip() and not is_started, False
        closing = self._closing.search(line)
        if closing:
            head = line[: closing.start()]
            head = f"{head}\n" if head.strip() else ""
            return LineResult(head, is_closed=True, rest=line[closing.end() :])
        if is_start:
            return LineResult()
        return self._feed_content(line)

    def open_fence(self, fence: Fence) -> None:
        """The content stands in a fence of its own."""
        self._fence = fence

    def close(self) -> LineResult:
        """The text has ended, and the block had not."""
        return LineResult(self._held_fence)

    def _feed_content(self, line: str) -> LineResult:
        held, self._held_fence = self._held_fence, ""
        fence = Fence.parse(line) if self._fence else None
        if fence and self._fence and self._fence.is_closed_by(fence):
            self._held_fence = line
            return LineResult(held)
        return LineResult(held + line)
