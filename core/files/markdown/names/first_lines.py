"""The first lines of a block that nothing before it names: they may name it."""

import re
from collections.abc import Container
from dataclasses import dataclass, field

from core.files.diffs.edits import may_begin_edit, path_of_edit
from core.files.markdown.blocks.fence import Fence
from core.files.markdown.names.path_hints import (
    MAX_PATH_LINE_LENGTH,
    FenceInfo,
    comment_path,
    find_path_hint,
    is_file_marker,
    looks_like_path,
)
from core.files.markdown.prose import parse_first_line, split_inline_fence

MAX_LINES = 3
"""Lines with text that are looked at."""

_PREAMBLE = re.compile(
    r"^\s*+(?:#!.*|<\?php|<!doctype[^>]*+>|#\s*-\*-.*"
    r"|['\"]use \w++['\"];?+|[rRuU]?\"\"\"|[rRuU]?'''|/\*++|<!--|\{-|\(\*)\s*+$",
    re.IGNORECASE,
)
_OPENER = re.compile(r"^\s*+(?:[rRuU]?\"\"\"|[rRuU]?'''|/\*++|<!--|\{-|\(\*)\s*+$")


@dataclass(slots=True)
class FirstLines:
    """The lines of a block so far, and which of them have text; ``opener`` is its opening fence."""

    opener: str
    lines: list[str] = field(default_factory=list)
    text_lines: list[str] = field(default_factory=list)
    _naming_line: int | None = None

    def append(self, content: str) -> bool:
        """Take more content. Returns whether what is there decides on the block."""
        self.lines.append(content)
        if not content.strip():
            return False
        self.text_lines.append(content)
        return len(self.text_lines) >= MAX_LINES or not _may_need_more(content)

    def lone_path_line(self) -> str | None:
        """The only line so far, if it names a file and is no part of it."""
        return self.text_lines[0] if len(self.text_lines) == 1 and _is_path_alone(self.text_lines[0]) else None

    def path_before(self, line: str, info: FenceInfo) -> str | None:
        """What to read before ``line``, a fence that opens the block again after a line that named it."""
        fence = Fence.parse(line) if len(self.text_lines) == 1 else None
        if fence is None or not fence.info_string:
            return None
        content = self.text_lines[0]
        if _is_path_alone(content):
            return content
        path = comment_path(content)
        return f"{path}\n" if path and (fence.info_string == Fence.info_of(self.opener) or not info.language) else None

    def find_path(self, info: FenceInfo, known_paths: Container[str]) -> str | None:
        """The path that the lines give the block."""
        if path := path_of_edit(self.text_lines):
            is_naming_line = path == self.text_lines[0].strip()
            self._naming_line = self.lines.index(self.text_lines[0]) if is_naming_line else None
            return path
        for index, content in enumerate(self.text_lines):
            text = f"# {content.strip()}\n" if index and _OPENER.match(self.text_lines[index - 1]) else content
            path, rest = parse_first_line(text, info, known_paths)
            if path:
                self._naming_line = None if rest else self.lines.index(content)
                return path
            if not _PREAMBLE.match(content):
                return None
        return None

    def take_naming_line(self) -> str:
        """Take out the line that gave the path, where it is no part of the file; empty where it is."""
        if self._naming_line is None:
            return ""
        line, self.lines[self._naming_line] = self.lines[self._naming_line], ""
        return line


def _may_need_more(content: str) -> bool:
    return len(content) <= MAX_PATH_LINE_LENGTH and (
        may_begin_edit(content)
        or _PREAMBLE.match(content) is not None
        or comment_path(content) is not None
        or _is_path_alone(content)
    )


def _is_path_alone(line: str) -> bool:
    stripped = line.strip()
    if len(stripped) > MAX_PATH_LINE_LENGTH or Fence.parse(line) or split_inline_fence(line):
        return False
    return looks_like_path(stripped) or (is_file_marker(line) and find_path_hint(line) is not None)
