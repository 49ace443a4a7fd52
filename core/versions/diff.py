"""Two versions side by side: which files differ, and how, line by line. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

from core.files.source_file import SourceFile

CONTEXT_LINES = 3
"""Unchanged lines shown on either side of a change; what lies between is folded."""
MIN_FOLD_LINES = 4
MAX_LINE_PAIRS = 300_000
"""Pairs of equal lines that are weighed against each other; a stretch with more counts as written anew."""


class ChangeType(StrEnum):
    """What became of a file, or of a line."""

    UNCHANGED = "same"
    ADDED = "new"
    REMOVED = "gone"
    MODIFIED = "changed"


@dataclass(frozen=True, slots=True)
class DiffRow:
    """A line of either side by its number, from 1; None where the side has none there."""

    old_line: int | None
    new_line: int | None

    @property
    def change_type(self) -> ChangeType:
        """Whether it came, went, or stayed."""
        return (
            ChangeType.ADDED
            if self.old_line is None
            else ChangeType.REMOVED
            if self.new_line is None
            else ChangeType.UNCHANGED
        )


@dataclass(frozen=True, slots=True)
class FoldedRows:
    """Unchanged rows that nobody needs to read."""

    rows: tuple[DiffRow, ...]


@dataclass(frozen=True, slots=True)
class FileDiff:
    """A file that is not in both versions as it is; an absent one is empty. ``rows`` are the lines of both sides."""

    path: str
    language: str
    change_type: ChangeType
    old_text: str
    new_text: str
    rows: tuple[DiffRow, ...]

    @property
    def added_count(self) -> int:
        """How many lines came."""
        return sum(row.change_type is ChangeType.ADDED for row in self.rows)

    @property
    def removed_count(self) -> int:
        """How many lines went."""
        return sum(row.change_type is ChangeType.REMOVED for row in self.rows)


def diff_files(before: Sequence[SourceFile], after: Sequence[SourceFile]) -> list[FileDiff]:
    """The files that differ, in the order of the newer version, those that are gone last.

    Takes up to a second for each file of 10,000 lines that repeat each other.
    """
    old = {file.path: file for file in before}
    new = {file.path: file for file in after}
    diffs = [_diff_file(old.get(path), new.get(path)) for path in {**new, **old}]
    return [change for change in diffs if change is not None]


def change_types(before: Sequence[SourceFile], after: Sequence[SourceFile]) -> dict[str, ChangeType]:
    """What became of each file of the newer version."""
    old = {file.path: file.text for file in before}
    return {
        file.path: ChangeType.ADDED
        if file.path not in old
        else ChangeType.UNCHANGED
        if old[file.path] == file.text
        else ChangeType.MODIFIED
        for file in after
    }


def unified_rows(change: FileDiff) -> list[DiffRow | FoldedRows]:
    """The rows one below the other, what went before what came."""
    return list(_fold_rows(change.rows))


def side_by_side_rows(change: FileDiff) -> list[tuple[DiffRow, DiffRow] | FoldedRows]:
    """Pairs of rows; where lines were replaced, the old and the new ones stand beside each other."""
    paired: list[tuple[DiffRow, DiffRow] | FoldedRows] = []
    removed: list[DiffRow] = []
    added: list[DiffRow] = []
    for part in [*unified_rows(change), FoldedRows(())]:
        if isinstance(part, DiffRow) and part.change_type is not ChangeType.UNCHANGED:
            (removed if part.change_type is ChangeType.REMOVED else added).append(part)
            continue
        paired += zip_longest(removed, added, fillvalue=DiffRow(None, None))
        removed, added = [], []
        paired.append(part if isinstance(part, FoldedRows) else (part, part))
    return paired[:-1]


def replaced_lines(change: FileDiff) -> list[tuple[int, int]]:
    """The lines that became others, as numbers of both sides."""
    pairs = [part for part in side_by_side_rows(change) if not isinstance(part, FoldedRows)]
    return [
        (old.old_line, new.new_line) for old, new in pairs if old.new_line is None and old.old_line and new.new_line
    ]


def changed_spans(before: str, after: str) -> tuple[slice, slice] | None:
    """Which words of a line became which; None where too little is the same to be worth a look."""
    prefix_length = _trim_to_word(before, after, _common_prefix_length(before, after))
    reversed_before, reversed_after = before[prefix_length:][::-1], after[prefix_length:][::-1]
    suffix_length = _trim_to_word(
        reversed_before, reversed_after, _common_prefix_length(reversed_before, reversed_after)
    )
    if 3 * len((before[:prefix_length] + before[len(before) - suffix_length :]).strip()) < max(
        len(before.strip()), len(after.strip())
    ):
        return None
    return slice(prefix_length, len(before) - suffix_length), slice(prefix_length, len(after) - suffix_length)


def split_lines(text: str) -> list[str]:
    """Lines as an editor has them: only a line feed ends one."""
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]


def _diff_file(old: SourceFile | None, new: SourceFile | None) -> FileDiff | None:
    file = new or old
    before, after = old.text if old else "", new.text if new else ""
    if file is None or (old and new and before == after):
        return None
    change_type = ChangeType.MODIFIED if old and new else ChangeType.ADDED if new else ChangeType.REMOVED
    return FileDiff(
        file.path, file.language, change_type, before, after, tuple(_diff_rows(split_lines(before), split_lines(after)))
    )


def _diff_rows(before: Sequence[str], after: Sequence[str]) -> Iterator[DiffRow]:
    """What both begin and end with is set aside first: most changes are small."""
    prefix_length = _common_prefix_length(before, after)
    suffix_length = _common_prefix_length(before[prefix_length:][::-1], after[prefix_length:][::-1])
    old, new = before[prefix_length : len(before) - suffix_length], after[prefix_length : len(after) - suffix_length]
    blocks = [
        (0, 0, prefix_length),
        *((i + prefix_length, k + prefix_length, size) for i, k, size in _matching_blocks(old, new)),
    ]
    old_index = new_index = 0
    for i, k, size in [*blocks, (len(before) - suffix_length, len(after) - suffix_length, suffix_length)]:
        yield from (DiffRow(n + 1, None) for n in range(old_index, i))
        yield from (DiffRow(None, n + 1) for n in range(new_index, k))
        yield from (DiffRow(i + n + 1, k + n + 1) for n in range(size))
        old_index, new_index = i + size, k + size


def _matching_blocks(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int, int]]:
    """Stretches that are in both: where they begin, and how many lines they have."""
    line_counts = Counter(after)
    max_frequency = max(len(after) // 100 + 1, 200)  # difflib passes over what is more frequent, which costs nothing
    if sum(line_counts[line] for line in before if line_counts[line] <= max_frequency) > MAX_LINE_PAIRS:
        return []
    return [(block.a, block.b, block.size) for block in SequenceMatcher(None, before, after).get_matching_blocks()]


def _common_prefix_length(before: Sequence[str], after: Sequence[str]) -> int:
    """How much both begin with."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((at for at, (old, new) in pairs if old != new), min(len(before), len(after)))


def _trim_to_word(before: str, after: str, shared: int) -> int:
    """So much of what both begin with that no word goes on after it."""
    next_characters = before[shared : shared + 1] + after[shared : shared + 1]
    while shared and _is_word_character(before[shared - 1]) and any(map(_is_word_character, next_characters)):
        next_characters = before[shared - 1]
        shared -= 1
    return shared


def _is_word_character(character: str) -> bool:
    return character.isalnum() or character == "_"


def _fold_rows(rows: Sequence[DiffRow]) -> Iterator[DiffRow | FoldedRows]:
    is_visible = [False] * len(rows)
    for index, row in enumerate(rows):
        if row.change_type is not ChangeType.UNCHANGED:
            around = range(max(0, index - CONTEXT_LINES), min(len(rows), index + CONTEXT_LINES + 1))
            is_visible[around.start : around.stop] = [True] * len(around)
    hidden_rows: list[DiffRow] = []
    for row, shown in zip(rows, is_visible, strict=True):
        if not shown:
            hidden_rows.append(row)
            continue
        yield from _fold_if_long(hidden_rows)
        hidden_rows = []
        yield row
    yield from _fold_if_long(hidden_rows)


def _fold_if_long(rows: list[DiffRow]) -> Iterator[DiffRow | FoldedRows]:
    if len(rows) < MIN_FOLD_LINES:
        yield from rows
    else:
        yield FoldedRows(tuple(rows))
