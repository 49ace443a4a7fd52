"""Unified diffs, and patches of the tool *apply_patch*, which have ``*** Update File: path`` and hunks. No I/O."""

import re
from collections.abc import Iterable

from core.files.diffs.changes import Change, FileEdit
from core.files.markdown.names.path_hints import MAX_PATH_LINE_LENGTH, looks_like_path

_HEADER_PATH = re.compile(
    r"^(?:\+\+\+ |--- |diff --git (?:a/)?(?P<old>.+?) (?=b/(?P=old)$)|diff --git \S+ )"
    r"(?P<prefix>[ab]/)?(?P<path>[^\t\n]+?)"
    r"(?:\s+\d{4}-\d\d-.*)?\s*$"
)
_PATCH_FILE = re.compile(r"^\*\*\* (?P<what>Add|Update|Delete) File: (?P<path>.*\S)")
_FRAME = re.compile(r"^\*\*\* (?:Begin Patch|End Patch|End of File)")
_REFUSED = re.compile(r"^(?P<what>rename from|\*\*\* Move to:|Binary files|deleted file mode) ")
_REFUSALS = {
    "rename from": "rename a file",
    "*** Move to:": "rename a file",
    "Binary files": "change binary files",
    "deleted file mode": "remove a file",
}
NO_FILE = "/dev/null"


class DiffReader:
    """Reads the lines of a diff or a patch. Lines with signs count without a hunk's head, too."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._edits: dict[str, list[Change]] = {}
        self._refusals: dict[str, str] = {}
        self._hunk: list[str] | None = []
        self._is_in_header = False

    def feed(self, line: str, following: str) -> None:
        """The next line, and the one behind it."""
        if self._is_in_header:
            self._read_new_path(line)
        elif line.startswith("--- ") and following.startswith("+++ "):
            self._begin(header_path(line))
            self._is_in_header = True
        elif line.startswith("diff --git "):
            self._begin(header_path(line))
            self._hunk = None
        elif line.startswith("*** ") and (patch := _PATCH_FILE.match(line[:MAX_PATH_LINE_LENGTH])):
            self._begin(patch["path"])
            if patch["what"] == "Delete":
                self._refuse("remove a file")
        elif line.startswith("@@"):
            self._begin(None)
        else:
            self._read_line(line)

    def close(self) -> list[FileEdit]:
        """The changes of each file, and what is refused."""
        self._begin(None)
        found = [FileEdit(path, tuple(edit)) for path, edit in self._edits.items() if path not in self._refusals]
        return [*found, *(FileEdit(path, (), why) for path, why in self._refusals.items())] or [
            FileEdit(self._path, ())
        ]

    def _begin(self, path: str | None) -> None:
        """A hunk begins, of another file where it has a path."""
        if change := _change_of(self._hunk or ()):
            self._edits.setdefault(self._path, []).append(change)
        self._hunk = []
        self._path = path or self._path

    def _read_new_path(self, line: str) -> None:
        self._is_in_header = False
        self._path = header_path(line) or self._path
        if line[4:].strip() == NO_FILE:
            self._refuse("remove a file")

    def _read_line(self, line: str) -> None:
        refused = _REFUSED.match(line)
        if refused and (self._hunk is None or line.startswith("***")):
            self._refuse(_REFUSALS[refused["what"]])
        elif self._hunk is not None and not _FRAME.match(line):
            self._hunk.append(line)

    def _refuse(self, what: str) -> None:
        self._refusals.setdefault(self._path, f"`{self._path}` stays: a version cannot {what}.")


def header_path(line: str) -> str | None:
    """The path in a line above the hunks; None where it holds none."""
    match = _HEADER_PATH.match(line[:MAX_PATH_LINE_LENGTH])
    if match is None or match["path"] == NO_FILE:
        return None
    path = match["path"].strip('"')
    return path if match["prefix"] or looks_like_path(path) else None


def _change_of(hunk: Iterable[str]) -> Change | None:
    lines = [line for line in hunk if not line.startswith("\\")]
    while lines and not lines[-1].strip():
        lines.pop()
    if not any(line.startswith(("+", "-")) for line in lines):
        return None
    old = tuple(_content(line) for line in lines if not line.startswith("+"))
    new = tuple(_content(line) for line in lines if not line.startswith("-"))
    return Change(old, new)


def _content(line: str) -> str:
    """A line of a hunk without its sign; models leave out the blank one of an empty line."""
    text = line[1:] if line.startswith((" ", "+", "-")) else line
    return text if text.endswith("\n") else f"{text}\n"


def path_of_patch(line: str) -> str | None:
    """The path of a file that a patch changes, by the line that begins its part."""
    match = _PATCH_FILE.match(line[:MAX_PATH_LINE_LENGTH])
    return match["path"] if match else None
