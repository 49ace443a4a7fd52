"""A block that a closing tag ends, or a line of its own: ``</file>``, ``[/PYTHON]``, the last line of a heredoc."""

import re

from core.files.markdown.blocks.code_block import LineResult


class DelimitedBlock:
    """An open block; ``closing`` is searched in each line. A blank first line is no part of its content."""

    is_markdown = False

    def __init__(self, closing: re.Pattern[str], *, may_begin_blank: bool = True) -> None:
        self._closing = closing
        self._is_start = may_begin_blank

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
        return LineResult(line)

    def close(self) -> LineResult:
        """The text has ended, and the block had not."""
        return LineResult()
