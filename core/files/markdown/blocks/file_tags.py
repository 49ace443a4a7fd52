"""Files in tags, as models write them for tools: by attribute, or a path and a content in tags of their own."""

import re
from dataclasses import dataclass

from core.files.markdown.blocks.delimited_block import closing_tag
from core.files.markdown.names.path_hints import MAX_PATH_LINE_LENGTH, looks_like_path, may_be_path

_PATH_NAMES = r"(?:path|file_?path|file_?name|target_?file|absolute_path|relative_path|file|name|source)"
_CONTENT_NAMES = r"(?:contents?|file_?text|file_?contents?|code|text|body|code_edit|document_content)"
_CALL_NAMES = r"(?:write|create|save|add|edit|update)_?(?:to_?)?(?:file|source)"
_FILE_TAG = re.compile(
    r"^<(?P<tag>[A-Za-z][\w:-]*+)\b(?=[^<>]*?\s(?:path|file_?path|file_?name|file|name|src|title)\s*+=\s*+"
    r"[\"'](?P<path>[^\"'<>]++)[\"'])[^<>]*+>",
    re.IGNORECASE,
)
_WRITES = re.compile(rf"(?:file|{_CALL_NAMES}|boltAction|dyad-write)$", re.IGNORECASE)
"""Tags whose path may be any name."""
_PATH_TAG = re.compile(
    rf"^(?:<(?:(?P<only_path>\w*path|\w*file_?name|target_?file)|{_PATH_NAMES})>|<parameter(?:=|\s+name=\"){_PATH_NAMES}\"?>)(?P<path>[^<>\n]*+)(?P<end></[\w]++>)?",
    re.IGNORECASE,
)
_CONTENT_TAG = re.compile(
    rf"^<(?P<tag>{_CONTENT_NAMES}|parameter(?=[=\s]))(?:(?<=parameter)(?:=|\s+name=\"){_CONTENT_NAMES}\"?)?>",
    re.IGNORECASE,
)
_FRAME_TAG = re.compile(
    r"^</?(?:tool_calls?|tool_use|tools?|(?:\w+:)?function_calls?|(?:\w+:)?invoke|function|files?|documents?|parameters?"
    rf"|arguments|path|arg_value|boltArtifact|{_CALL_NAMES})(?:[=\s][^<>]*+)?>|^</{_CONTENT_NAMES}>",
    re.IGNORECASE,
)
_CALL_TAG = re.compile(
    rf"^<(?:/|(?=(?:function=|(?:\w+:)?invoke\s+name=\"){_CALL_NAMES}\b))(?:\w+:)?(?:function|invoke)\b"
)
"""The tag of a call that writes a file, which may give the content before the path; or the end of one."""
_KEY_TAG = re.compile(r"^<arg_key>(?P<name>\w++)</arg_key>", re.IGNORECASE)
_VALUE_TAG = re.compile(r"^<(?P<tag>arg_value)>", re.IGNORECASE)
_PATH_ARGUMENTS = frozenset({"path", "file_path", "filepath", "filename", "file_name", "file"})
_CONTENT_ARGUMENTS = frozenset({"content", "contents", "file_text", "text", "code"})
_WRITING_TAG = re.compile(
    rf"^\s*+<(?:(?:{_CALL_NAMES}|boltArtifact|boltAction|dyad-write|tool_calls?|tool_use|(?:\w+:)?function_calls"
    r"|(?:\w+:)?invoke)\b|files?\s+(?:path|name|file_?path|filename)\s*+=|files?>\s*+$)",
    re.IGNORECASE,
)
_LANGUAGE_TAG = re.compile(r"^\[(?P<tag>PYTHON|JAVASCRIPT|TYPESCRIPT|JAVA|HTML|CSS|GO|RUST|CODE)\]\s*+$")


@dataclass(frozen=True, slots=True)
class TagResult:
    """What the tags at the beginning of a line say; ``rest`` follows them.

    ``closing`` is there where a file begins, whose ``path`` is None where nothing names it. ``path_before`` is that of
    the file before, whose call gives the content first.
    """

    rest: str
    closing: re.Pattern[str] | None = None
    path: str | None = None
    language: str = ""
    path_before: str | None = None


class FileTags:
    """Reads lines of prose; keeps the path that one tag gives for the content in the next."""

    def __init__(self) -> None:
        self._path: str | None = None
        self.waits_for_path = False
        self._argument = ""
        self._is_in_call = False
        self._has_nameless_file = False

    def read(self, line: str) -> TagResult | None:
        """What the line's tags say; None for a line without any."""
        begins_with_tag = line.lstrip().startswith("<")
        if self.waits_for_path and line.strip():
            self.waits_for_path = False
            if not begins_with_tag:
                return self._read_path_line(line)
        if begins_with_tag:
            return self._read_tags(line.lstrip())
        if language := _LANGUAGE_TAG.match(line[:MAX_PATH_LINE_LENGTH].strip()):
            tag = language["tag"]
            return TagResult("", re.compile(rf"\[/{tag}\]"), None, "" if tag == "CODE" else tag.lower())
        return None

    def _read_path_line(self, line: str) -> TagResult | None:
        word = line[:MAX_PATH_LINE_LENGTH].partition("<")[0]
        if not looks_like_path(word.strip()):
            return None
        self._path = word.strip()
        return TagResult(line[len(word) :], path_before=self._take_path_before())

    def _take_path_before(self) -> str | None:
        if not self._has_nameless_file or not self._path:
            return None
        path, self._path, self._has_nameless_file = self._path, None, False
        return path

    def _read_tags(self, rest: str) -> TagResult | None:
        start = rest
        while rest.startswith("<"):
            head = rest[:MAX_PATH_LINE_LENGTH]
            if opened := self._read_opening(rest, head):
                return opened
            end = self._read_argument(head) or self._read_path(head)
            if not end:
                break
            rest = rest[end:].lstrip()
            if path := self._take_path_before():
                return TagResult(rest, path_before=path)
        return TagResult(rest) if rest != start else None

    def _read_opening(self, rest: str, head: str) -> TagResult | None:
        """A tag that begins the content of a file."""
        content = _CONTENT_TAG.match(head)
        if content is None and self._argument in _CONTENT_ARGUMENTS:
            content = _VALUE_TAG.match(head)
        if content and self._path:
            path, self._path, self._argument = self._path, None, ""
            return TagResult(rest[content.end() :], closing_tag(content["tag"]), path)
        if content and self._is_in_call and content["tag"] == "parameter":
            self._has_nameless_file = True
            return TagResult(rest[content.end() :], closing_tag("parameter"))
        file = _FILE_TAG.match(head)
        if file and (looks_like_path(file["path"]) or (_WRITES.match(file["tag"]) and may_be_path(file["path"]))):
            return TagResult(rest[file.end() :], closing_tag(file["tag"]), file["path"])
        return None

    def _read_argument(self, head: str) -> int:
        if key := _KEY_TAG.match(head):
            self._argument = key["name"].lower()
            return key.end()
        value = _VALUE_TAG.match(head) if self._argument in _PATH_ARGUMENTS else None
        if value is None:
            return 0
        self.waits_for_path = True
        return value.end()

    def _read_path(self, head: str) -> int:
        match = _PATH_TAG.match(head)
        path = match["path"].strip() if match else ""
        is_path = looks_like_path(path) or (match and match["only_path"] and match["end"] and may_be_path(path))
        if match and (is_path or (not path and not match["end"])):
            self._path, self.waits_for_path = path or None, not path
            return match.end()
        frame = _FRAME_TAG.match(head)
        if frame and _CALL_TAG.match(head):
            self._is_in_call, self._has_nameless_file, self._path = head[1] != "/", False, None
        return frame.end() if frame else 0


def begins_file_tags(line: str) -> bool:
    """Whether a block that begins with this line holds tags that write files, not XML of its own."""
    return _WRITING_TAG.match(line[:MAX_PATH_LINE_LENGTH]) is not None
