"""Changes of a file in place of its whole text: SEARCH/REPLACE blocks, unified diffs and patches. No I/O.

All say which lines to look for and what to put there. Line numbers of a diff count for nothing: models get them wrong.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from core.files.diffs.changes import Change, FileEdit
from core.files.diffs.diff_reader import DiffReader, header_path, path_of_patch
from core.files.languages import language_of
from core.files.markdown.names.path_hints import MAX_PATH_LINE_LENGTH, find_path_hint, looks_like_path
from core.text import split_lines

MAX_LINES_BEFORE_EDIT = 3
"""Lines with text that may stand before a change: a path, or what it does."""

_SEARCH = re.compile(r"^(?P<signs><{3,9}|-{5,9}) ?(?:SEARCH|ORIGINAL)\b")
_DIVIDER = re.compile(r"^(?P<signs>={3,9})\s*$")
_REPLACE = re.compile(r"^(?P<signs>>{3,9}) ?(?:REPLACE|UPDATED|NEW|\w+)?\s*$|^\+{5,9} ?REPLACE\b")
_DIFF_START = re.compile(
    r"^(?:diff --git |--- \S|\+\+\+ \S|@@ |@@$|\*\*\* (?:Begin Patch|(?:Add|Update|Delete) File: ))"
)
_HUNK = re.compile(r"^(?:@@ .*@@|@@\s*$|@@ \.\.\. @@|\+\+\+ \S|diff --git |\*\*\* \w+ File: )", re.MULTILINE)
_PATCH_START = re.compile(r"^\*\*\* (?:Begin Patch\s*$|(?:Add|Update|Delete) File: \S)")
WORDS = frozenset({"text", "markdown", "yaml"})
"""Languages whose lines may all begin with the signs of a diff."""
SEARCH_BLOCK_END = re.compile(r"(?<=>>>> REPLACE)\s*$")
"""Behind the line that ends a SEARCH/REPLACE block, which belongs to it."""
PATCH_END = re.compile(r"^\*\*\* End Patch\s*$")


def is_edit(path: str, text: str) -> bool:
    """Whether the text that came for a file is changes to it, not the file."""
    firsts = list(islice(filter(str.strip, split_lines(text[: 4 * MAX_PATH_LINE_LENGTH])), MAX_LINES_BEFORE_EDIT + 1))
    if not firsts or path.endswith((".diff", ".patch")):
        return False
    if _SEARCH.match(firsts[0]):
        return True
    if _DIFF_START.match(firsts[0]):
        return _HUNK.search(text) is not None
    if language_of(path) == "markdown":
        return False
    return _holds_search_block(firsts, text) or _is_bare_diff(path, text)


def _holds_search_block(firsts: Sequence[str], text: str) -> bool:
    """Whether a change stands behind a few words."""
    lines = split_lines(text)
    return any(map(_SEARCH.match, firsts)) and any(map(_DIVIDER.match, lines)) and any(map(_REPLACE.match, lines))


def _is_bare_diff(path: str, text: str) -> bool:
    """Whether each line has a sign of a diff, though nothing says that it is one."""
    signs = {line[0] for line in split_lines(text) if line.strip()}
    if not signs <= {"+", "-", " "} or "+" not in signs:
        return False
    return language_of(path) not in WORDS


def path_of_edit(lines: Sequence[str]) -> str | None:
    """The path in the first lines of a diff or a patch, or in the line before a SEARCH block; None for other lines."""
    first = lines[0] if lines else ""
    if len(lines) > 1 and _SEARCH.match(lines[1]):
        return first.strip() if looks_like_path(first.strip()) else None
    if path := next(filter(None, map(path_of_patch, lines)), None):
        return path if _PATCH_START.match(first) else None
    if not first.startswith("diff --git ") and not (len(lines) > 1 and lines[1].startswith("+++ ")):
        return None
    return next(filter(None, map(header_path, reversed(lines))), None)


def begins_search_block(line: str) -> bool:
    """Whether a SEARCH/REPLACE block begins with this line."""
    return _SEARCH.match(line) is not None


def begins_patch(line: str) -> bool:
    """Whether the line announces a patch."""
    return line.startswith("*** Begin Patch")


def may_begin_edit(line: str) -> bool:
    """Whether the line may be the first one of a diff, or the path before a SEARCH block."""
    return _DIFF_START.match(line) is not None or looks_like_path(line.strip())


def parse_edits(path: str, text: str) -> list[FileEdit]:
    """The changes in a text of them; ``path`` is the file's where they name none. One that is cut is refused."""
    lines = split_lines(text)
    if any(map(_SEARCH.match, lines)):
        return list(_parse_search_blocks(path, lines))
    diff = DiffReader(path)
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        diff.feed(line, following)
    return diff.close()


def _parse_search_blocks(path: str, lines: Iterable[str]) -> Iterable[FileEdit]:
    edits: dict[str, list[Change]] = {}
    signs = ""
    old: list[str] | None = None
    new: list[str] | None = None
    for line in lines:
        if old is None:
            if start := _SEARCH.match(line):
                old, signs = [], start["signs"]
            elif hint := find_path_hint(line):
                path = hint.path
        elif new is None:
            if _has_signs(_DIVIDER.match(line), signs):
                new = []
            else:
                old.append(line)
        elif _has_signs(_REPLACE.match(line), signs):
            edits.setdefault(path, []).append(Change(tuple(old), tuple(new)))
            old = new = None
        else:
            new.append(line)
    found = [FileEdit(name, tuple(changes)) for name, changes in edits.items()]
    return [*found, FileEdit(path, ())] if old is not None or not found else found


def _has_signs(match: re.Match[str] | None, signs: str) -> bool:
    """Whether a line of signs belongs to a block that begins with these; many are written one too few or too many."""
    if match is None or match["signs"] is None:
        return match is not None
    return len(match["signs"]) == len(signs) or min(len(match["signs"]), len(signs)) > 4
