"""Places of problems."""

import pytest

from core.review.checking.problem import Problem, ProblemKind, abbreviate, column_of, lines_of, problem_at


@pytest.mark.parametrize(("offset", "place"), [(0, (1, 1)), (2, (1, 3)), (3, (2, 1)), (5, (3, 1)), (6, (3, 2))])
def test_an_offset_has_a_line_and_a_column(offset: int, place: tuple[int, int]) -> None:
    problem = problem_at("ab\nc\nd", offset, "x", ProblemKind.NAME)
    assert problem == Problem(*place, "x", ProblemKind.NAME)


@pytest.mark.parametrize(
    ("line", "byte_offset", "column"), [(1, 0, 1), (1, 2, 2), (1, 3, 3), (1, 1, 1), (2, 1, 2), (3, 5, 1), (0, 0, 1)]
)
def test_bytes_of_utf8_are_counted_as_characters(line: int, byte_offset: int, column: int) -> None:
    assert column_of("éa\nb", line, byte_offset) == column


def test_lines_end_at_line_feeds_alone() -> None:
    assert lines_of("a\x0cb\n\nc") == ("a\x0cb", "", "c")


@pytest.mark.parametrize(
    ("code", "short"),
    [("  a = 1\nb", "`a = 1`"), ("x" * 40, f"`{'x' * 40}`"), ("x" * 41, f"`{'x' * 37}…`"), ("", "``")],
)
def test_code_in_a_sentence_is_one_short_line(code: str, short: str) -> None:
    assert abbreviate(code) == short
