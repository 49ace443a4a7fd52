"""A block that a closing tag ends, or a line of its own: ``</file>``, ``[/PYTHON]``, the last line of a heredoc."""

import re

from core.files.markdown.blocks.code_block import Fence
from core.files.markdown.blocks.line_result import LineResult

_CDATA = re.compile(r"^\s*+<!\[CDATA\[\n?+")
_CDATA_END = r"\]\]>\s*+(?:{closing}|\Z)"
"""Not ``]]>`` alone: code may compare ``a[b[0]]>1``."""


class DelimitedBlock:
    """An open block; ``closing`` is searched in each line.

    Where it is a tag's, a blank first line is no part of the content, nor is a CDATA section or a fence around it.
    """

    is_markdown = False

    def __init__(self, closing: re.Pattern[str], *, is_tag: bool = True) -> None:
        self._closing = closing
        self._is_start = is_tag
        self._may_be_dressed = is_tag
        self._fence: Fence | None = None
        self._possible_end = ""

    @property
    def is_waiting(self) -> bool:
        """Whether the next line tells what the line before was."""
        return self._possible_end != ""

    def set_language(self, language: str) -> None:
        """The language of the file: a Markdown file may begin with a fence of its own."""
        self.is_markdown = language == "markdown"

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
        is_start, self._is_start = self._is_start and not is_started, False
        dress = self._undress(line) if self._may_be_dressed and line.strip() else ""
        body = line[len(dress) :]
        closing = self._closing.search(body)
        if closing:
            return self._close(dress, body, closing)
        if (dress and not body) or (is_start and not line.strip()):
            return LineResult(markup=line)
        return self._read_line(dress, body)

    def close(self) -> LineResult:
        """The text has ended; the block had, too, if the fence in it was closed."""
        return LineResult(is_closed=self._possible_end != "", markup=self._possible_end)

    def _undress(self, line: str) -> str:
        """What begins the section or the fence around the content; empty where nothing does."""
        if cdata := _CDATA.match(line):
            self._closing = re.compile(_CDATA_END.format(closing=self._closing.pattern), self._closing.flags)
            return cdata[0]
        self._may_be_dressed = False
        fence = None if self.is_markdown or self._closing.search(line) else Fence.parse(line)
        self._fence = fence
        return line if fence else ""

    def _read_line(self, dress: str, body: str) -> LineResult:
        fence = Fence.parse(body) if self._fence else None
        ends_fence = fence is not None and self._fence is not None and self._fence.is_closed_by(fence)
        if (ends_fence and not self._possible_end) or (self._possible_end and not body.strip()):
            self._possible_end += body
            return LineResult(markup=dress)
        content, self._possible_end = self._possible_end + body, ""
        return LineResult(content, markup=dress)

    def _close(self, dress: str, body: str, closing: re.Match[str]) -> LineResult:
        head, rest = body[: closing.start()], body[closing.end() :]
        end, self._possible_end = self._possible_end, ""
        fence = Fence.parse(head) if self._fence else None
        if not head.strip() or (fence and self._fence and self._fence.is_closed_by(fence)):
            return LineResult(is_closed=True, rest=rest, markup=f"{dress}{end}{head}{closing[0]}")
        return LineResult(f"{end}{head}\n", True, rest, dress + closing[0], is_newline_added=True)
