"""Calls of a tool that writes files, as JSON: ``{"name": …, "arguments": {"path": …, "content": …}}``."""

import re
from dataclasses import dataclass

from core.files.markdown.blocks.call_values import WrittenFile, files_in
from core.files.markdown.blocks.fence import Fence
from core.files.markdown.blocks.json_scanner import JsonScanner, ScanState
from core.files.markdown.names.path_hints import MAX_PATH_LINE_LENGTH, is_file_marker
from core.text import split_lines

_CHANNEL = (
    r"(?:<\|start\|>assistant)?(?=(?:(?!<\|message\|>)[^\n]){0,120}\bto=)(?:\s*+to=[\w.-]++\s*+)?<\|channel\|>[^<\n]*+"
    r"(?:<\|constrain\|>\s*+\w++\s*+)?<\|message\|>"
)
"""Harmony: a channel that speaks to a tool, not to the person."""
_HEADER = (
    r"\[TOOL_CALLS\](?:\s*+[\w.-]++)?(?:\[CALL_ID\]\w++)?(?:\[ARGS\])?|<\|python_tag\|>|<tool_call>|<\|tool_call\|>"
    r"|(?:<\|tool_calls_section_begin\|>)?\s*+<\|tool_call_begin\|>[^<\n]*+<\|tool_call_argument_begin\|>"
    rf"|<function=[\w.-]++>|(?i:action[ _]input|arguments|parameters)\s?:|{_CHANNEL}"
)
_PREFIX = re.compile(rf"^\s*+(?:{_HEADER}|[,;])?+\s*+(?=[\[{{]\s*+(?:[\"'{{\[\]}}]|$))")
_HEADER_LINE = re.compile(rf"^\s*+(?:\[/?TOOL_CALLS\]|<\|/?tool_call\|>|<\|python_tag\|>|{_CHANNEL})\s*+$")
_CALL_CHANNEL = re.compile(rf"^\s*+{_CHANNEL}")
_CALL_IN_LINE = re.compile(
    r"(?<=[\s:.])(?=<tool_call>|\[TOOL_CALLS\]|\{\s?[\"'](?:name|tool|tool_name|function|action)[\"']\s?:\s?[\"'{])"
)
_NEXT_CALL_SIGNS = (",", ";", "{", "[", "<")


@dataclass(frozen=True, slots=True)
class CallResult:
    """What the lines read so far are: calls in ``markup``, or ``released`` lines that are something else.

    Nothing at all while that is open. ``rest`` follows the calls on their last line.
    """

    files: tuple[WrittenFile, ...] = ()
    markup: str = ""
    rest: str = ""
    released: tuple[str, ...] = ()


class CallReader:
    """Collects the lines of a call from the one that may begin it."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._scanner = JsonScanner()

    @property
    def is_reading(self) -> bool:
        """Whether the next line goes on with what may be a call."""
        return bool(self._lines)

    def feed(self, line: str) -> CallResult | None:
        """The next line; None where it neither belongs to a call nor begins one."""
        start = 0
        if not self._lines:
            prefix = _PREFIX.match(line)
            if prefix is None:
                return None
            start = prefix.end()
            self._scanner = JsonScanner()
        elif is_file_marker(line) or Fence.parse(line):
            return self._release(line)
        self._lines.append(line[start:])
        state, end = self._scanner.feed(line[start:])
        match state:
            case ScanState.OPEN:
                self._lines[-1] = line
                return CallResult()
            case ScanState.CLOSED:
                return self._finish(line, start, end)
            case ScanState.INVALID:
                self._lines.pop()
                return self._release(line)

    def close(self) -> CallResult:
        """The text has ended inside of what was collected, if anything."""
        if not self._lines:
            return CallResult()
        text, self._lines = "".join(self._lines), []
        prefix = _PREFIX.match(text)
        value = text[prefix.end() if prefix else 0 :].removesuffix("\\") + self._scanner.completion
        files = files_in(value)
        if not files:
            return CallResult(released=split_lines(text))
        *whole, last = files
        return CallResult((*whole, WrittenFile(last.path, last.content, is_complete=False)), text)

    def _finish(self, line: str, start: int, end: int) -> CallResult:
        self._lines[-1] = line
        text, rest = "".join(self._lines), line[start + end :]
        markup = text[: len(text) - len(rest)]
        prefix = _PREFIX.match(text)
        files = files_in(markup[prefix.end() if prefix else 0 :])
        if not files and not rest.lstrip().startswith(_NEXT_CALL_SIGNS):
            self._lines.pop()
            return self._release(line)
        self._lines.clear()
        if not files:
            return CallResult(rest=rest, released=split_lines(markup))
        return CallResult(files, markup, rest)

    def _release(self, line: str) -> CallResult:
        lines, self._lines = (*self._lines, line), []
        return CallResult(released=lines)


def is_call_header(line: str) -> bool:
    """Whether the line only announces a call."""
    return len(line) <= MAX_PATH_LINE_LENGTH and _HEADER_LINE.match(line) is not None


def begins_call_channel(line: str) -> bool:
    """Whether the line begins a channel that speaks to a tool, not to the person."""
    return _CALL_CHANNEL.match(line) is not None


def split_call_in_line(line: str) -> tuple[str, str] | None:
    """The words before a call on its line, and the call."""
    match = _CALL_IN_LINE.search(line)
    return (line[: match.start()], line[match.start() :]) if match else None
