"""Two versions side by side: which files differ, and how, line by line. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

from core.files.source_file import SourceFile

AROUND = 3
"""Unchanged lines shown on either side of a change; what lies between is folded."""
LEAST_FOLD = 4
HEAVIEST = 300_000
"""Pairs of equal lines that are weighed against each other; a stretch with more counts as written anew."""


class Way(StrEnum):
    """What became of a file, or of a line."""

    SAME = "same"
    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"


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


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is not in both versions as it is; an absent one is empty. ``rows`` are the lines of both sides."""

    path: str
    language: str
    way: Way
    before: str
    after: str
    rows: tuple[Row, ...]

    @property
    def new(self) -> int:
        """How many lines came."""
        return sum(row.way is Way.NEW for row in self.rows)

    @property
    def gone(self) -> int:
        """How many lines went."""
        return sum(row.way is Way.GONE for row in self.rows)


def changes(before: Sequence[SourceFile], after: Sequence[SourceFile]) -> list[Change]:
    """The files that differ, in the order of the newer version, those that are gone last.

    Takes up to a second for each file of 10,000 lines that repeat each other.
    """
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
    return list(_folded(change.rows))


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


def replaced(change: Change) -> list[tuple[int, int]]:
    """The lines that became others, as numbers of both sides."""
    pairs = [part for part in side_by_side(change) if not isinstance(part, Fold)]
    return [(old.before, new.after) for old, new in pairs if old.after is None and old.before and new.after]


def differing(before: str, after: str) -> tuple[slice, slice] | None:
    """Which words of a line became which; None where too little is the same to be worth a look."""
    head = _whole_words(before, after, _shared(before, after))
    back, front = before[head:][::-1], after[head:][::-1]
    tail = _whole_words(back, front, _shared(back, front))
    if 3 * len((before[:head] + before[len(before) - tail :]).strip()) < max(len(before.strip()), len(after.strip())):
        return None
    return slice(head, len(before) - tail), slice(head, len(after) - tail)


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
    return Change(file.path, file.language, way, before, after, tuple(_rows(lines_of(before), lines_of(after))))


def _rows(before: Sequence[str], after: Sequence[str]) -> Iterator[Row]:
    """What both begin and end with is set aside first: most changes are small."""
    head = _shared(before, after)
    tail = _shared(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    equal = [(0, 0, head), *((i + head, k + head, size) for i, k, size in _equal(old, new))]
    at = done = 0
    for i, k, size in [*equal, (len(before) - tail, len(after) - tail, tail)]:
        yield from (Row(n + 1, None) for n in range(at, i))
        yield from (Row(None, n + 1) for n in range(done, k))
        yield from (Row(i + n + 1, k + n + 1) for n in range(size))
        at, done = i + size, k + size


def _equal(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int, int]]:
    """Stretches that are in both: where they begin, and how many lines they have."""
    often = Counter(after)
    popular = max(len(after) // 100 + 1, 200)  # difflib passes over what is more frequent, which costs nothing
    if sum(often[line] for line in before if often[line] <= popular) > HEAVIEST:
        return []
    return [(block.a, block.b, block.size) for block in SequenceMatcher(None, before, after).get_matching_blocks()]


def _shared(before: Sequence[str], after: Sequence[str]) -> int:
    """How much both begin with."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((at for at, (old, new) in pairs if old != new), min(len(before), len(after)))


def _whole_words(before: str, after: str, shared: int) -> int:
    """So much of what both begin with that no word goes on after it."""
    after_it = before[shared : shared + 1] + after[shared : shared + 1]
    while shared and _in_word(before[shared - 1]) and any(map(_in_word, after_it)):
        after_it = before[shared - 1]
        shared -= 1
    return shared


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _folded(rows: Sequence[Row]) -> Iterator[Row | Fold]:
    near = [False] * len(rows)
    for at, row in enumerate(rows):
        if row.way is not Way.SAME:
            around = range(max(0, at - AROUND), min(len(rows), at + AROUND + 1))
            near[around.start : around.stop] = [True] * len(around)
    waiting: list[Row] = []
    for row, shown in zip(rows, near, strict=True):
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
