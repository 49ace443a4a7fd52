"""Calls of a tool that writes files, as one line of JSON: ``{"name": …, "arguments": {"path": …, "content": …}}``."""

import json
import re
from collections.abc import Iterator

from core.files.markdown.path_hints import looks_like_path

_PATH_KEYS = ("path", "file_path", "filePath", "filepath", "filename", "file_name", "target_file", "file")
_CONTENT_KEYS = ("content", "contents", "file_text", "text", "code", "code_edit")
_ARGUMENT_KEYS = ("arguments", "parameters", "input", "args", "function", "tool_calls", "files")
_PREFIX = re.compile(r"^\s*+(?:\[TOOL_CALLS\]|<\|python_tag\|>|<tool_call>|<\|tool_call\|>)?+\s*+(?=[\[{])")
_SUFFIX = re.compile(r"(?:</tool_call>|<\|/tool_call\|>)\s*+$")
_PATH_KEY = re.compile(rf"\\?\"(?:{'|'.join(_PATH_KEYS)})\\?\"\s*+:")


def parse_calls(line: str) -> list[tuple[str, str]]:
    """Paths and contents of the files that the line's calls write."""
    start = _PREFIX.match(line)
    if start is None or not _PATH_KEY.search(line):
        return []
    end = _SUFFIX.search(line)
    return list(_find_files(_load(line[start.end() : end.start() if end else None])))


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
            if content is not None and path is not None and looks_like_path(path):
                yield path, content
            else:
                waiting.extend(_decode(value[key]) for key in reversed(_ARGUMENT_KEYS) if key in value)


def _decode(value: object) -> object:
    """Arguments come as an object, or as its JSON in a string."""
    return _load(value) if isinstance(value, str) and value.lstrip().startswith(("{", "[")) else value


def _first_text(value: dict[str, object], keys: tuple[str, ...]) -> str | None:
    return next((text for key in keys if isinstance(text := value.get(key), str)), None)
