"""Two versions compared: which files differ, and how, line by line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from core.files.diffs.line_diff import common_prefix_length, matching_blocks, split_lines
from core.files.source_file import SourceFile

UNFOLDED_CONTEXT_LINES = 3
"""Unchanged lines shown on either side of a change; the others are folded."""
MIN_FOLD_LINES = 4
"""Fewer unchanged lines are shown, since a fold takes a line itself."""


class ChangeType(StrEnum):
    """How a file or a line differs between two versions."""

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
        """Never MODIFIED: a modified line is one removed and one added."""
        if self.old_line is None:
            return ChangeType.ADDED
        return ChangeType.REMOVED if self.new_line is None else ChangeType.UNCHANGED


@dataclass(frozen=True, slots=True)
class FoldedRows:
    """Unchanged rows far from any change."""

    rows: tuple[DiffRow, ...]


@dataclass(frozen=True, slots=True)
class FileDiff:
    """A file that differs. The text is empty on the side without the file; ``rows`` hold every line of both sides."""

    path: str
    language: str
    change_type: ChangeType
    old_text: str
    new_text: str
    rows: tuple[DiffRow, ...]

    @property
    def added_count(self) -> int:
        """Lines of the newer version alone."""
        return sum(row.change_type is ChangeType.ADDED for row in self.rows)

    @property
    def removed_count(self) -> int:
        """Lines of the older version alone."""
        return sum(row.change_type is ChangeType.REMOVED for row in self.rows)


def diff_files(before: Sequence[SourceFile], after: Sequence[SourceFile]) -> list[FileDiff]:
    """The files that differ, in the order of the newer version, removed ones last.

    Takes up to a second for a file of 10,000 lines that repeat each other.
    """
    old = {file.path: file for file in before}
    new = {file.path: file for file in after}
    # The keys keep the order of the newer version; those of the older one alone come after them.
    diffs = [_diff_file(old.get(path), new.get(path)) for path in {**new, **old}]
    return [change for change in diffs if change is not None]


def change_types(before: Sequence[SourceFile], after: Sequence[SourceFile]) -> dict[str, ChangeType]:
    """The change of each file of the newer version, by path."""
    old = {file.path: file.text for file in before}
    return {file.path: _change_type(old.get(file.path), file.text) for file in after}


def unified_rows(change: FileDiff) -> list[DiffRow | FoldedRows]:
    """The rows in one column, removed lines before the added ones."""
    return list(_fold_rows(change.rows))


def side_by_side_rows(change: FileDiff) -> list[tuple[DiffRow, DiffRow] | FoldedRows]:
    """The rows in two columns: a removed line stands beside the added line that replaces it."""
    paired: list[tuple[DiffRow, DiffRow] | FoldedRows] = []
    removed: list[DiffRow] = []
    added: list[DiffRow] = []
    # An empty fold after the last row has the last change paired like the others.
    for part in [*unified_rows(change), FoldedRows(())]:
        if isinstance(part, DiffRow) and part.change_type is not ChangeType.UNCHANGED:
            (removed if part.change_type is ChangeType.REMOVED else added).append(part)
            continue
        paired += zip_longest(removed, added, fillvalue=DiffRow(None, None))
        removed, added = [], []
        paired.append(part if isinstance(part, FoldedRows) else (part, part))
    return paired[:-1]


def replaced_lines(change: FileDiff) -> list[tuple[int, int]]:
    """Pairs of line numbers, old and new, of the lines that were replaced."""
    pairs = [part for part in side_by_side_rows(change) if not isinstance(part, FoldedRows)]
    return [
        (old.old_line, new.new_line) for old, new in pairs if old.new_line is None and old.old_line and new.new_line
    ]


def changed_spans(before: str, after: str) -> tuple[slice, slice] | None:
    """The part of each line that differs, in whole words; None where less than a third of the line is the same."""
    prefix_length = _trim_to_word(before, after, common_prefix_length(before, after))
    # Of what the common beginning leaves over, so that both parts never overlap.
    reversed_before, reversed_after = before[prefix_length:][::-1], after[prefix_length:][::-1]
    suffix_length = _trim_to_word(
        reversed_before, reversed_after, common_prefix_length(reversed_before, reversed_after)
    )
    if 3 * len((before[:prefix_length] + before[len(before) - suffix_length :]).strip()) < max(
        len(before.strip()), len(after.strip())
    ):
        return None
    return slice(prefix_length, len(before) - suffix_length), slice(prefix_length, len(after) - suffix_length)


def _diff_file(old: SourceFile | None, new: SourceFile | None) -> FileDiff | None:
    file = new or old
    before, after = old.text if old else "", new.text if new else ""
    if file is None or (old and new and before == after):
        return None
    change_type = _change_type(old.text if old else None, new.text if new else None)
    rows = _diff_rows(split_lines(before), split_lines(after))
    return FileDiff(file.path, file.language, change_type, before, after, tuple(rows))


def _change_type(before: str | None, after: str | None) -> ChangeType:
    if before is None:
        return ChangeType.ADDED
    if after is None:
        return ChangeType.REMOVED
    return ChangeType.UNCHANGED if before == after else ChangeType.MODIFIED


def _diff_rows(before: Sequence[str], after: Sequence[str]) -> Iterator[DiffRow]:
    old_index = new_index = 0
    for block in matching_blocks(before, after):
        # Removed before added, as every unified diff has it.
        yield from (DiffRow(index + 1, None) for index in range(old_index, block.old))
        yield from (DiffRow(None, index + 1) for index in range(new_index, block.new))
        yield from (DiffRow(block.old + index + 1, block.new + index + 1) for index in range(block.size))
        old_index, new_index = block.old + block.size, block.new + block.size


def _trim_to_word(before: str, after: str, shared: int) -> int:
    """The length of the common beginning up to the end of a whole word."""
    next_characters = before[shared : shared + 1] + after[shared : shared + 1]
    while shared and _is_word_character(before[shared - 1]) and any(map(_is_word_character, next_characters)):
        next_characters = before[shared - 1]
        shared -= 1
    return shared


def _is_word_character(character: str) -> bool:
    return character.isalnum() or character == "_"


def _fold_rows(rows: Sequence[DiffRow]) -> Iterator[DiffRow | FoldedRows]:
    # Marked before anything is folded: two changes may share the lines between them.
    is_visible = [False] * len(rows)
    for index, row in enumerate(rows):
        if row.change_type is not ChangeType.UNCHANGED:
            around = range(max(0, index - UNFOLDED_CONTEXT_LINES), min(len(rows), index + UNFOLDED_CONTEXT_LINES + 1))
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
