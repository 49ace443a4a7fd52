"""The matcher that the compare view and the unified diff share."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.files.diffs.line_diff import (
    MAX_EQUAL_PAIRS,
    MatchingBlock,
    common_prefix_length,
    matching_blocks,
    split_lines,
)
from tests.support.cpu_time import cpu_limit

LINES = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=30)


@pytest.mark.parametrize(
    ("text", "lines"),
    [("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\n\n", ["a", ""]), ("a\x0cb\u2028", ["a\x0cb\u2028"])],
)
def test_only_a_line_feed_ends_a_line(text: str, lines: list[str]) -> None:
    assert split_lines(text) == lines


def test_the_blocks_are_the_shared_lines_and_the_last_one_ends_both_texts() -> None:
    assert list(matching_blocks(["a", "b", "c", "d"], ["a", "x", "c", "e", "d"])) == [
        MatchingBlock(0, 0, 1),
        MatchingBlock(2, 2, 1),
        MatchingBlock(3, 4, 1),
    ]
    assert list(matching_blocks(["a"], ["b"])) == [MatchingBlock(1, 1, 0)]
    assert list(matching_blocks(["a"], ["a"])) == [MatchingBlock(0, 0, 1), MatchingBlock(1, 1, 0)]


@given(LINES, LINES)
def test_blocks_hold_equal_lines_and_never_overlap(before: list[str], after: list[str]) -> None:
    blocks = list(matching_blocks(before, after))
    for block in blocks:
        assert before[block.old : block.old + block.size] == after[block.new : block.new + block.size]
    for block, following in pairwise(blocks):
        assert block.old + block.size <= following.old
        assert block.new + block.size <= following.new
    assert (blocks[-1].old + blocks[-1].size, blocks[-1].new + blocks[-1].size) == (len(before), len(after))


def test_lines_that_repeat_too_often_count_as_replaced() -> None:
    kinds, lines = 150, 15_000
    assert lines * lines // kinds > MAX_EQUAL_PAIRS
    before = [str(number % kinds) for number in range(lines)]
    blocks = list(matching_blocks(["head", *before, "tail"], ["head", *before[::-1], "tail"]))
    assert blocks == [MatchingBlock(0, 0, 1), MatchingBlock(lines + 1, lines + 1, 1)]


def test_as_many_pairs_as_the_bound_are_still_matched() -> None:
    kinds, copies = 3_000, 10
    before = [str(number % kinds) for number in range(kinds * copies)]
    assert kinds * copies * copies == MAX_EQUAL_PAIRS
    assert sum(block.size for block in matching_blocks(["x", *before], [*before, "y"])) == len(before)


@pytest.mark.parametrize("lines", [20_000, 80_000])
def test_the_time_is_bounded_however_the_lines_repeat(lines: int) -> None:
    before = [str(number * 7 % 102) for number in range(lines)]
    after = [str(number * 5 % 102) for number in range(lines)]
    with cpu_limit(2):
        list(matching_blocks(before, after))


@pytest.mark.parametrize(("one", "other", "length"), [("", "a", 0), ("ab", "ac", 1), ("a", "ab", 1), ("ab", "ab", 2)])
def test_the_common_beginning_of_two_texts(one: str, other: str, length: int) -> None:
    assert common_prefix_length(one, other) == length
