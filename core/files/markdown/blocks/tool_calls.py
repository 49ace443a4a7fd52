"""Calls of a tool that writes files, as JSON: ``{"name": …, "arguments": {"path": …, "content": …}}``."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.files.markdown.blocks.fence import Fence
from core.files.markdown.blocks.json_scanner import JsonScanner, ScanState
from core.files.markdown.path_hints import MAX_PATH_LINE_LENGTH, is_file_marker, looks_like_path, may_be_path
from core.text import split_lines

_PATH_KEYS = (
    *("path", "file_path", "filePath", "filepath", "filename", "file_name", "fileName", "target_file", "file"),
    *("absolute_path", "relative_path", "TargetFile", "name"),
)
_CONTENT_KEYS = (
    *("content", "contents", "file_text", "text", "code", "code_edit"),
    *("file_content", "fileContent", "CodeContent"),
)
_ARGUMENT_KEYS = (
    *("arguments", "parameters", "input", "args", "function", "function_call", "tool_calls", "tool_input", "files"),
    *("params", "kwargs", "calls", "action_input"),
)
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
_PREFIX = re.compile(rf"^\s*+(?:{_HEADER}|[,;])?+\s*+(?=[\[{{]\s*+(?:[\"{{\[\]}}]|$))")
_HEADER_LINE = re.compile(rf"^\s*+(?:\[/?TOOL_CALLS\]|<\|/?tool_call\|>|<\|python_tag\|>|{_CHANNEL})\s*+$")
_CALL_CHANNEL = re.compile(rf"^\s*+{_CHANNEL}")
_NEXT_CALL_SIGNS = (",", ";", "{", "[", "<")
_PATH_KEY = re.compile(rf"\\?\"(?:{'|'.join(_PATH_KEYS)})\\?\"\s*+:")


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that a call writes; not ``is_complete`` where the text ended inside the call."""

    path: str
    content: str
    is_complete: bool = True


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
        files = _files_in(value)
        if not files:
            return CallResult(released=split_lines(text))
        *whole, last = files
        return CallResult((*whole, WrittenFile(last.path, last.content, is_complete=False)), text)

    def _finish(self, line: str, start: int, end: int) -> CallResult:
        self._lines[-1] = line
        text, rest = "".join(self._lines), line[start + end :]
        markup = text[: len(text) - len(rest)]
        prefix = _PREFIX.match(text)
        files = _files_in(markup[prefix.end() if prefix else 0 :])
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


def _files_in(text: str) -> tuple[WrittenFile, ...]:
    if not _PATH_KEY.search(text):
        return ()
    return tuple(WrittenFile(path, content) for path, content in _find_files(_load(text)))


def _load(text: str) -> object:
    try:
        value: object = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return value


def _find_files(root: object) -> Iterator[tuple[str, str]]:
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, dict):
            path, content = _first_text(value, _PATH_KEYS), _first_text(value, _CONTENT_KEYS)
            is_path = path is not None and (looks_like_path(path) or (_has_path_key(value) and may_be_path(path)))
            if content is not None and path is not None and is_path:
                yield path, content
            else:
                waiting.extend(_decode(value[key]) for key in reversed(_ARGUMENT_KEYS) if key in value)


def _decode(value: object) -> object:
    """Arguments come as an object, or as its JSON in a string."""
    return _load(value) if isinstance(value, str) and value.lstrip().startswith(("{", "[")) else value


def _has_path_key(value: dict[str, object]) -> bool:
    """Whether the path stands under a key that holds nothing else."""
    return any(isinstance(value.get(key), str) for key in _PATH_KEYS[:-1] if key != "file")


def _first_text(value: dict[str, object], keys: tuple[str, ...]) -> str | None:
    return next((text for key in keys if isinstance(text := value.get(key), str)), None)
