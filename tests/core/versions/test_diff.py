"""Which files of two versions differ, and how, line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.files.source_file import SourceFile
from core.versions.diff import (
    ChangeType,
    DiffRow,
    FileDiff,
    FoldedRows,
    change_types,
    changed_spans,
    diff_files,
    replaced_lines,
    side_by_side_rows,
    unified_rows,
)


def file(path: str, text: str) -> SourceFile:
    return SourceFile(path, "python", text)


def change(before: str, after: str) -> FileDiff:
    [found] = diff_files([file("a.py", before)], [file("a.py", after)])
    return found


def test_files_come_go_change_and_stay() -> None:
    before = [file("gone.py", "x\n"), file("same.py", "x\n"), file("changed.py", "1\n2\n")]
    after = [file("new.py", "x\ny\n"), file("same.py", "x\n"), file("changed.py", "1\n3\n4\n")]
    found = {c.path: (c.change_type, c.added_count, c.removed_count) for c in diff_files(before, after)}
    assert found == {
        "new.py": (ChangeType.ADDED, 2, 0),
        "changed.py": (ChangeType.MODIFIED, 2, 1),
        "gone.py": (ChangeType.REMOVED, 0, 1),
    }
    assert change_types(before, after) == {
        "new.py": ChangeType.ADDED,
        "same.py": ChangeType.UNCHANGED,
        "changed.py": ChangeType.MODIFIED,
    }


def test_what_went_stands_before_what_came() -> None:
    assert unified_rows(change("a\nb\n", "a\nc\n")) == [DiffRow(1, 1), DiffRow(2, None), DiffRow(None, 2)]


def test_replaced_lines_stand_beside_each_other() -> None:
    assert side_by_side_rows(change("a\nb\n", "a\nc\nd\n")) == [
        (DiffRow(1, 1), DiffRow(1, 1)),
        (DiffRow(2, None), DiffRow(None, 2)),
        (DiffRow(None, None), DiffRow(None, 3)),
    ]


def test_long_unchanged_stretches_are_folded() -> None:
    lines = "".join(f"{n}\n" for n in range(20))
    parts = unified_rows(change(lines, lines + "new\n"))
    assert isinstance(parts[0], FoldedRows)
    assert len(parts[0].rows) == 17
    assert parts[-1] == DiffRow(None, 21)


TEXTS = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=30).map(lambda lines: "".join(f"{x}\n" for x in lines))


@given(TEXTS, TEXTS)
def test_both_views_hold_every_line_of_both_sides_in_order(before: str, after: str) -> None:
    for found in diff_files([file("a.py", before)], [file("a.py", after)]):
        rows = [row for part in unified_rows(found) for row in (part.rows if isinstance(part, FoldedRows) else [part])]
        pairs = [
            pair
            for part in side_by_side_rows(found)
            for pair in ([(row, row) for row in part.rows] if isinstance(part, FoldedRows) else [part])
        ]
        for numbers in ([row.old_line for row in rows], [pair[0].old_line for pair in pairs]):
            assert [n for n in numbers if n] == list(range(1, len(before.splitlines()) + 1))
        for numbers in ([row.new_line for row in rows], [pair[1].new_line for pair in pairs]):
            assert [n for n in numbers if n] == list(range(1, len(after.splitlines()) + 1))


def test_a_stretch_that_repeats_itself_too_often_counts_as_written_anew() -> None:
    before = [f"{n % 150}\n" for n in range(15_000)]
    after = [f"{n % 150}\n" for n in reversed(range(15_000))]
    found = change("head\n" + "".join(before) + "tail\n", "head\n" + "".join(after) + "tail\n")
    assert (found.added_count, found.removed_count) == (15_000, 15_000)
    assert (found.rows[0], found.rows[-1]) == (DiffRow(1, 1), DiffRow(15_002, 15_002))


def test_a_long_file_with_many_blank_lines_is_lined_up() -> None:
    lines = [f"value_{n} = {n}\n\n\n" for n in range(3000)]
    found = change("".join(lines), "".join([*lines[:1000], "more\n", *lines[1000:2000], *lines[2001:]]))
    assert (found.added_count, found.removed_count) == (1, 3)


def test_lines_that_became_others_know_each_other() -> None:
    assert replaced_lines(change("a\nb\nc\n", "a\nd\ne\nc\nf\n")) == [(2, 2)]


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ("return value * 20", "return value * 21", ("20", "21")),
        ("f(a)", "f(a, b)", ("", ", b")),
        ("x = some_name + y", "x = some_game + y", ("some_name", "some_game")),
        ("aa", "aaa", None),
        ("return 1", "yield 2", None),
        ("    x", "    y", None),
    ],
)
def test_the_part_of_a_line_that_differs(before: str, after: str, parts: tuple[str, str] | None) -> None:
    found = changed_spans(before, after)
    assert (found and (before[found[0]], after[found[1]])) == parts
