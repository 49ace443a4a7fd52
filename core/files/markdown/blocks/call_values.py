"""The files in the value of a call that writes some: ``{"path": …, "content": …}`` at any depth, or texts by path."""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.files.markdown.names.path_hints import looks_like_path, may_be_path

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
_PATH_KEY = re.compile(rf"\\?[\"'](?:{'|'.join(_PATH_KEYS)})\\?[\"']\s*+:")
_PATH_AS_KEY = re.compile(r"\"[^\"\n]{1,200}\.\w{1,10}\"\s*+:\s*+\"")
_MISTAKES = re.compile(
    r"\"{3}(?P<long>(?:[^\"]++|\"(?!\"\"))*+)\"{3}|\"(?:[^\"\\]++|\\.)*+\"|,(?=\s*+[}\]])", re.DOTALL
)
_ESCAPE = re.compile(r"\\(?:(?P<known>[\"\\/bfnrt]|u[0-9a-fA-F]{4})|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that a call writes; not ``is_complete`` where the text ended inside the call."""

    path: str
    content: str
    is_complete: bool = True


def files_in(text: str) -> tuple[WrittenFile, ...]:
    """The files that the value of a call writes, in its order."""
    if not _PATH_KEY.search(text) and not _PATH_AS_KEY.search(text):
        return ()
    return tuple(WrittenFile(path, content) for path, content in _find_files(_load(text)))


def _load(text: str) -> object:
    """The value of a call's JSON, also where it has the mistakes that models make."""
    for load, source in ((_load_json, text), (_load_json, _repair(text)), (ast.literal_eval, text)):
        # A text in single quotes is Python's; its parser is for what is surely that.
        if load is _load_json or text.lstrip("[{ \t\n").startswith("'"):
            try:
                return load(source)
            except (ValueError, SyntaxError, RecursionError, MemoryError):
                continue
    return None


def _load_json(text: str) -> object:
    value: object = json.loads(text, strict=False)
    return value


def _repair(text: str) -> str:
    """Without commas before brackets, and with strings in triple quotes or with unknown escapes as JSON has them."""
    return _MISTAKES.sub(_repair_part, text)


def _repair_part(part: re.Match[str]) -> str:
    if part["long"] is not None:
        return json.dumps(part["long"].removeprefix("\n"))
    return _ESCAPE.sub(_repair_escape, part[0]) if part[0].startswith('"') else ""


def _repair_escape(escape: re.Match[str]) -> str:
    return escape[0] if escape["known"] else f"\\{escape[0]}"


def _find_files(root: object) -> Iterator[tuple[str, str]]:
    if texts := _texts_by_path(root):
        yield from texts.items()
        return
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


def _texts_by_path(root: object) -> dict[str, str]:
    """The texts of an object whose keys are paths, or that has one under ``files``; of several lines, or it says what
    the files are for."""
    files = root.get("files", root) if isinstance(root, dict) else None
    if not isinstance(files, dict):
        return {}
    texts = {path: text for path, text in files.items() if isinstance(text, str) and looks_like_path(path)}
    return texts if len(texts) == len(files) and any("\n" in text for text in texts.values()) else {}


def _decode(value: object) -> object:
    """Arguments come as an object, or as its JSON in a string."""
    return _load(value) if isinstance(value, str) and value.lstrip().startswith(("{", "[")) else value


def _has_path_key(value: dict[str, object]) -> bool:
    """Whether the path stands under a key that holds nothing else."""
    return any(isinstance(value.get(key), str) for key in _PATH_KEYS[:-1] if key != "file")


def _first_text(value: dict[str, object], keys: tuple[str, ...]) -> str | None:
    return next((text for key in keys if isinstance(text := value.get(key), str)), None)
