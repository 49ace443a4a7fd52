"""Two versions side by side: which files differ, and how, line by line. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

from core.files import SourceFile

AROUND = 3
"""Unchanged lines shown on either side of a change; what lies between is folded."""
LEAST_FOLD = 4


class Way(StrEnum):
    """What became of a file, or of a line."""

    SAME = "same"
    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is not in both versions as it is; an absent one is empty. ``new`` and ``gone`` count lines."""

    path: str
    language: str
    way: Way
    before: str
    after: str
    new: int
    gone: int


@dataclass(frozen=True, slots=True)
class Row:
    """A line of either side by its number, from 1; None where the side has none there."""

    before: int | None
    after: int | None

    @property
    def way(self) -> Way:
        """Whether it came, went, or stayed."""
        return Way.NEW if self.before is None else Way.GONE if self.after is None else Way.SAME


@dataclass(frozen=True, slots=True)
class Fold:
    """Unchanged rows that nobody needs to read."""

    rows: tuple[Row, ...]


def changes(before: Sequence[SourceFile], after: Sequence[SourceFile]) -> list[Change]:
    """The files that differ, in the order of the newer version, those that are gone last."""
    old = {file.path: file for file in before}
    new = {file.path: file for file in after}
    found = [_change(old.get(path), new.get(path)) for path in {**new, **old}]
    return [change for change in found if change is not None]


def ways(before: Sequence[SourceFile], after: Sequence[SourceFile]) -> dict[str, Way]:
    """What became of each file of the newer version."""
    old = {file.path: file.text for file in before}
    return {
        file.path: Way.NEW if file.path not in old else Way.SAME if old[file.path] == file.text else Way.CHANGED
        for file in after
    }


def unified(change: Change) -> list[Row | Fold]:
    """The rows one below the other, what went before what came."""
    return list(_folded(row for block in _blocks(change) for row in block))


def side_by_side(change: Change) -> list[tuple[Row, Row] | Fold]:
    """Pairs of rows; where lines were replaced, the old and the new ones stand beside each other."""
    paired: list[tuple[Row, Row] | Fold] = []
    gone: list[Row] = []
    new: list[Row] = []
    for part in [*unified(change), Fold(())]:
        if isinstance(part, Row) and part.way is not Way.SAME:
            (gone if part.way is Way.GONE else new).append(part)
            continue
        paired += zip_longest(gone, new, fillvalue=Row(None, None))
        gone, new = [], []
        paired.append(part if isinstance(part, Fold) else (part, part))
    return paired[:-1]


def lines_of(text: str) -> list[str]:
    """Lines as an editor has them: only a line feed ends one."""
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]


def _change(old: SourceFile | None, new: SourceFile | None) -> Change | None:
    file = new or old
    before, after = old.text if old else "", new.text if new else ""
    if file is None or (old and new and before == after):
        return None
    way = Way.CHANGED if old and new else Way.NEW if new else Way.GONE
    change = Change(file.path, file.language, way, before, after, 0, 0)
    rows = [row.way for block in _blocks(change) for row in block]
    return Change(file.path, file.language, way, before, after, rows.count(Way.NEW), rows.count(Way.GONE))


def _blocks(change: Change) -> Iterator[list[Row]]:
    before, after = lines_of(change.before), lines_of(change.after)
    for tag, i, j, k, m in SequenceMatcher(None, before, after).get_opcodes():
        if tag == "equal":
            yield [Row(i + n + 1, k + n + 1) for n in range(j - i)]
        else:
            yield [*(Row(n + 1, None) for n in range(i, j)), *(Row(None, n + 1) for n in range(k, m))]


def _folded(rows: Iterator[Row]) -> Iterator[Row | Fold]:
    every = list(rows)
    near = [False] * len(every)
    for at, row in enumerate(every):
        if row.way is not Way.SAME:
            near[max(0, at - AROUND) : at + AROUND + 1] = [True] * len(near[max(0, at - AROUND) : at + AROUND + 1])
    waiting: list[Row] = []
    for row, shown in zip(every, near, strict=True):
        if not shown:
            waiting.append(row)
            continue
        yield from _released(waiting)
        waiting = []
        yield row
    yield from _released(waiting)


def _released(rows: list[Row]) -> Iterator[Row | Fold]:
    if len(rows) < LEAST_FOLD:
        yield from rows
    else:
        yield Fold(tuple(rows))
