"""Puts the changes of a file into its text. No I/O.

Only the lines that a change looks for count: the line numbers of a diff are wrong too often.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from core.files.diffs.changes import FileEdit
from core.text import pluralize, split_lines

MAX_BACKWARD_SEARCHES = 20
"""Changes of a file that may stand out of order. Each searches the file from its beginning."""


@dataclass(frozen=True, slots=True)
class EditResult:
    """The text after the changes that fit, and a sentence about the others, if there are any."""

    text: str
    refusal: str | None = None


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
