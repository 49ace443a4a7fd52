"""Several copies of one file in an answer: which of them is the file, and what becomes of the others. No I/O."""

import re
from dataclasses import dataclass, replace

from core.files.markdown.events import UnassignedBlock
from core.files.source_file import SourceFile

MAX_EXCERPT_SHARE = 0.5
"""Of the lines of a file: a copy that has more of them is a new version of it."""
MIN_KNOWN_SHARE = 0.6
"""Of the lines of an excerpt that the file has as well."""
MAX_LONE_LINES = 3
"""Lines with text of a copy that is an excerpt whatever stands in it: "in `main.py`, change line 3"."""
_ELISION = re.compile(r"^[ \t]*+(?:#|//|/\*|<!--|--|\{/\*)?[ \t]*+(?:\.\.\.|\u2026)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FileCopy:
    """A file as it stands in an answer; ``place`` is None where it has no text."""

    file: SourceFile
    place: UnassignedBlock | None = None
    continues: bool = False


class FileCopies:
    """The files of an answer, in the order of their first copies, and the copies that are none of them."""

    def __init__(self) -> None:
        self._kept: dict[str, _KeptCopy] = {}
        self._others: list[FileCopy] = []

    @property
    def files(self) -> tuple[SourceFile, ...]:
        """One for each path."""
        return tuple(kept.file for kept in self._kept.values())

    @property
    def unassigned(self) -> tuple[UnassignedBlock, ...]:
        """Where the copies stand that another one replaces, and the excerpts."""
        return tuple(copy.place for copy in self._others if copy.place)

    def add(self, copy: FileCopy) -> None:
        """The next copy in the answer: a part of the one before, a new version of it, or an excerpt."""
        path = copy.file.path
        kept = self._kept.get(path)
        if kept is None or not kept.lines:
            self._kept[path] = _KeptCopy(copy)
        elif copy.continues:
            kept.append(copy.file)
        elif copy.file.text == kept.copy.file.text:
            self._kept[path] = _KeptCopy(copy) if copy.file.is_complete else kept
        elif kept.has_excerpt(copy.file):
            self._others.append(copy)
        else:
            self._others.append(kept.copy)
            self._kept[path] = _KeptCopy(copy)


class _KeptCopy:
    """The copy that is the file so far. What it is compared by is found once, however many copies come."""

    def __init__(self, copy: FileCopy) -> None:
        self.copy = copy
        self._parts = [copy.file]
        self.lines = _lines_with_text(copy.file.text)
        self._known = set(self.lines)
        self._is_shortened = _ELISION.search(copy.file.text) is not None

    @property
    def file(self) -> SourceFile:
        """With the parts that came later."""
        text = "".join(part.text for part in self._parts)
        return replace(self.copy.file, text=text, is_complete=self._parts[-1].is_complete)

    def append(self, part: SourceFile) -> None:
        """The next part of the file."""
        self._parts.append(part)
        lines = _lines_with_text(part.text)
        self.lines += lines
        self._known.update(lines)

    def has_excerpt(self, file: SourceFile) -> bool:
        """Whether a later copy shows only a part of this one; a cut one never replaces a whole one."""
        is_complete = self._parts[-1].is_complete
        if file.is_complete != is_complete:
            return is_complete
        lines = _lines_with_text(file.text)
        if len(lines) > MAX_EXCERPT_SHARE * len(self.lines):
            return False
        is_shortened = not self._is_shortened and _ELISION.search(file.text) is not None
        shared = sum(line in self._known for line in lines)
        return len(lines) <= MAX_LONE_LINES or is_shortened or shared >= MIN_KNOWN_SHARE * len(lines)


def _lines_with_text(text: str) -> list[str]:
    return [line for line in map(str.strip, text.split("\n")) if line]
