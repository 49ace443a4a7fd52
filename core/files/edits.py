"""Changes of a file in place of its whole text: SEARCH/REPLACE blocks, and unified diffs. No I/O.

Both say which lines to look for and what to put there. Line numbers of a diff count for nothing: models get them wrong.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.files.markdown.path_hints import MAX_PATH_LINE_LENGTH, find_path_hint, looks_like_path
from core.text import pluralize, split_lines

MAX_BACKWARD_SEARCHES = 20
"""Changes of a file that may stand out of order. Each searches the file from its beginning."""

_SEARCH = re.compile(r"^<{5,9} ?(?:SEARCH|ORIGINAL)\b|^-{5,9} ?SEARCH\b")
_DIVIDER = re.compile(r"^={5,9}\s*$")
_REPLACE = re.compile(r"^>{5,9} ?(?:REPLACE|UPDATED|NEW|\w+)?\s*$|^\+{5,9} ?REPLACE\b")
_DIFF_START = re.compile(r"^(?:diff --git |--- \S|\+\+\+ \S|@@ )")
_HEADER_PATH = re.compile(r"^(?:\+\+\+ (?:b/)?|--- (?:a/)?|diff --git (?:a/)?\S+ (?:b/)?)(?P<path>[^\s]+)")
NO_FILE = "/dev/null"
SEARCH_BLOCK_END = re.compile(r"(?<=>>>>>>> REPLACE)\s*$")
"""Behind the line that ends a SEARCH/REPLACE block, which belongs to it."""


@dataclass(frozen=True, slots=True)
class Change:
    """Lines to look for, and those to put in their place, each with its line end."""

    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileEdit:
    """The changes of one file, in order; ``refusal`` is a sentence where they cannot be made, whatever it holds."""

    path: str
    changes: tuple[Change, ...]
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class EditResult:
    """The text after the changes that fit, and a sentence about the others, if there are any."""

    text: str
    refusal: str | None = None


def is_edit(path: str, text: str) -> bool:
    """Whether the text that came for a file is changes to it, not the file."""
    first = next((line for line in split_lines(text[:MAX_PATH_LINE_LENGTH]) if line.strip()), "")
    if _SEARCH.match(first):
        return True
    if path.endswith((".diff", ".patch")) or not _DIFF_START.match(first):
        return False
    return re.search(r"^@@ .*@@|^@@\s*$|^@@ \.\.\. @@", text, re.MULTILINE) is not None


def path_of_edit(lines: Sequence[str]) -> str | None:
    """The path in the first lines of a unified diff, or in the line before a SEARCH block; None for other lines."""
    first = lines[0] if lines else ""
    if len(lines) > 1 and _SEARCH.match(lines[1]):
        return first.strip() if looks_like_path(first.strip()) else None
    if not first.startswith("diff --git ") and not (len(lines) > 1 and lines[1].startswith("+++ ")):
        return None
    return next(filter(None, map(_header_path, reversed(lines))), None)


def begins_search_block(line: str) -> bool:
    """Whether a SEARCH/REPLACE block begins with this line."""
    return _SEARCH.match(line) is not None


def may_begin_edit(line: str) -> bool:
    """Whether the line may be the first one of a diff, or the path before a SEARCH block."""
    return _DIFF_START.match(line) is not None or looks_like_path(line.strip())


def parse_edits(path: str, text: str) -> list[FileEdit]:
    """The changes in a text of them; ``path`` is the file's where they name none. A change that is cut is left out."""
    lines = split_lines(text)
    is_diff = not any(map(_SEARCH.match, lines))
    return list(_parse_diff(path, lines) if is_diff else _parse_search_blocks(path, lines))


def apply_edit(text: str | None, edit: FileEdit) -> EditResult:
    """Apply the changes to the text, which is None where there is no such file."""
    if edit.refusal:
        return EditResult(text or "", edit.refusal)
    if not edit.changes:
        return EditResult(text or "", f"The change of `{edit.path}` is cut or holds no lines.")
    if text is None:
        added = [change for change in edit.changes if not any(line.strip() for line in change.old)]
        refusal = None if len(added) == len(edit.changes) else f"`{edit.path}` is not there to be changed."
        return EditResult("".join(line for change in added for line in change.new), refusal)
    return _apply_changes(text, edit)


def _apply_changes(text: str, edit: FileEdit) -> EditResult:
    lines = split_lines(text)
    finder = _LineFinder(lines)
    places = [(place, change) for change in edit.changes if (place := finder.find(change.old)) is not None]
    result: list[str] = []
    end = 0
    applied = 0
    for start, change in sorted(places, key=lambda found: found[0]):
        if start < end:  # two changes of the same lines
            continue
        result += (*lines[end:start], *change.new)
        end = start + len(change.old)
        applied += 1
    missing = len(edit.changes) - applied
    their = "its lines are" if missing == 1 else "their lines are"
    refusal = f"{pluralize(missing, 'change')} of `{edit.path}` left out: {their} not there." if missing else None
    return EditResult("".join((*result, *lines[end:])), refusal)


class _LineFinder:
    """Finds lines in a text, blanks at their ends apart; takes linear time for changes in order."""

    def __init__(self, lines: Sequence[str]) -> None:
        stripped = [f"{line.rstrip()}\n" for line in lines]
        self._text = "\n" + "".join(stripped)
        self._starts = [0]
        for line in stripped:
            self._starts.append(self._starts[-1] + len(line))
        self._position = 0
        self._backward_searches = 0

    def find(self, wanted: Sequence[str]) -> int | None:
        """The number of the line, from 0, with which the wanted ones begin; the next such place, if there are more."""
        if not any(line.strip() for line in wanted):
            return None
        needle = "\n" + "".join(f"{line.rstrip()}\n" for line in wanted)
        offset = self._text.find(needle, self._position)
        if offset < 0 and self._backward_searches < MAX_BACKWARD_SEARCHES:
            self._backward_searches += 1
            offset = self._text.find(needle, 0, self._position + len(needle))
        if offset < 0:
            return None
        self._position = offset + len(needle) - 1
        return bisect_left(self._starts, offset)


def _parse_search_blocks(path: str, lines: Iterable[str]) -> Iterable[FileEdit]:
    edits: dict[str, list[Change]] = {}
    old: list[str] | None = None
    new: list[str] | None = None
    for line in lines:
        if old is None:
            if _SEARCH.match(line):
                old = []
            elif hint := find_path_hint(line):
                path = hint.path
        elif new is None:
            if _DIVIDER.match(line):
                new = []
            else:
                old.append(line)
        elif _REPLACE.match(line):
            edits.setdefault(path, []).append(Change(tuple(old), tuple(new)))
            old = new = None
        else:
            new.append(line)
    return [FileEdit(name, tuple(changes)) for name, changes in edits.items()] or [FileEdit(path, ())]


def _parse_diff(path: str, lines: Sequence[str]) -> Iterable[FileEdit]:
    edits: dict[str, list[Change]] = {}
    removed: set[str] = set()
    old_path = path
    hunk: list[str] | None = None
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if line.startswith("--- ") and following.startswith("+++ "):
            _add_hunk(edits, path, hunk)
            hunk, old_path = None, _header_path(line) or path
        elif line.startswith("+++ ") and hunk is None:
            path = _header_path(line) or old_path
            removed |= {path} if line[4:].strip() == NO_FILE else set()
        elif line.startswith(("@@", "diff --git ")):
            _add_hunk(edits, path, hunk)
            hunk = [] if line.startswith("@@") else None
        elif hunk is not None:
            hunk.append(line)
    _add_hunk(edits, path, hunk)
    for name in removed:
        edits.pop(name, None)
    kept = [FileEdit(name, (), f"`{name}` stays: a version cannot remove a file.") for name in sorted(removed)]
    found = [FileEdit(name, tuple(changes)) for name, changes in edits.items()]
    return [*found, *kept] or [FileEdit(path, ())]


def _header_path(line: str) -> str | None:
    match = _HEADER_PATH.match(line)
    return match["path"] if match and looks_like_path(match["path"]) and match["path"] != NO_FILE else None


def _add_hunk(edits: dict[str, list[Change]], path: str, hunk: Sequence[str] | None) -> None:
    lines = [line for line in hunk or () if not line.startswith("\\")]
    while lines and not lines[-1].strip():
        lines.pop()
    if not any(line.startswith(("+", "-")) for line in lines):
        return
    old = tuple(_content(line) for line in lines if not line.startswith("+"))
    new = tuple(_content(line) for line in lines if not line.startswith("-"))
    edits.setdefault(path, []).append(Change(old, new))


def _content(line: str) -> str:
    """A line of a hunk without its sign; models leave out the blank one of an empty line."""
    text = line[1:] if line.startswith((" ", "+", "-")) else line
    return text if text.endswith("\n") else f"{text}\n"
