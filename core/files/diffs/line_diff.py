"""Which lines two texts share: difflib's matcher with a bound on its work."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate

MAX_EQUAL_PAIRS = 300_000
"""Pairs of equal lines that difflib may weigh against each other: about a second of work."""
MAX_MATCHING_STEPS = 3_000_000
"""Lines and pairs of equal lines that difflib may pass in all: it passes those between two blocks once for each block.
Also about a second of work."""
MIN_LINES_WITH_JUNK = 200
"""From this length on, difflib ignores the lines that make up more than 1 % of the newer text (``autojunk``)."""


@dataclass(frozen=True, slots=True)
class MatchingBlock:
    """``size`` equal lines, from index ``old`` of the older text and ``new`` of the newer one."""

    old: int
    new: int
    size: int


def split_lines(text: str) -> list[str]:
    """The lines without their ends; only a line feed ends one, so the lines of editors and of git agree."""
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]


def matching_blocks(before: Sequence[str], after: Sequence[str]) -> Iterator[MatchingBlock]:
    """The shared lines in order; the last block ends both texts, and may be empty.

    Between a common beginning and a common end, lines that repeat too often count as replaced; where there are too
    many blocks, so do the lines before those at the end.
    """
    start = common_prefix_length(before, after)
    end = common_prefix_length(before[start:][::-1], after[start:][::-1])
    old_end, new_end = len(before) - end, len(after) - end
    if start:
        yield MatchingBlock(0, 0, start)
    for block in _bounded_blocks(before[start:old_end], after[start:new_end]):
        yield MatchingBlock(block.old + start, block.new + start, block.size)
    yield MatchingBlock(old_end, new_end, end)


def common_prefix_length(before: Sequence[str], after: Sequence[str]) -> int:
    """How many lines, or characters, both begin with."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((index for index, (old, new) in pairs if old != new), min(len(before), len(after)))


def _bounded_blocks(before: Sequence[str], after: Sequence[str]) -> Iterator[MatchingBlock]:
    counts = Counter(after)
    max_count = len(after) // 100 + 1 if len(after) >= MIN_LINES_WITH_JUNK else len(after)
    if sum(counts[line] for line in before if counts[line] <= max_count) > MAX_EQUAL_PAIRS:
        return
    steps = [0, *accumulate(1 + min(counts[line], max_count) for line in before)]
    yield from sorted(_longest_blocks(before, after, steps), key=lambda block: block.old)


def _longest_blocks(before: Sequence[str], after: Sequence[str], steps: Sequence[int]) -> Iterator[MatchingBlock]:
    """``SequenceMatcher.get_matching_blocks`` with a bound; ``steps`` are those of the lines before each one."""
    matcher = SequenceMatcher(None, before, after)
    remaining_steps = MAX_MATCHING_STEPS
    ranges = [(0, len(before), 0, len(after))]
    while ranges:
        old_start, old_end, new_start, new_end = ranges.pop()
        remaining_steps -= steps[old_end] - steps[old_start]
        if remaining_steps < 0:
            return
        old, new, size = matcher.find_longest_match(old_start, old_end, new_start, new_end)
        if size:
            yield MatchingBlock(old, new, size)
            if old_start < old and new_start < new:
                ranges.append((old_start, old, new_start, new))
            if old + size < old_end and new + size < new_end:
                ranges.append((old + size, old_end, new + size, new_end))
