"""Replacements by offsets in bytes."""

from core.review.repairs.text_edits import Replacement, apply_replacements, line_end, line_start, with_last_line_ended


def test_replacements_are_made_from_the_first_to_the_last_whatever_their_order() -> None:
    assert apply_replacements("é = a + b\n", [Replacement(9, 10, "c"), Replacement(0, 2, "x")]) == "x = a + c\n"


def test_the_ends_of_a_line_are_found() -> None:
    assert (line_start(b"a\nbc\nd", 3), line_end(b"a\nbc\nd", 3), line_end(b"a\nbc", 3)) == (2, 4, 4)


def test_a_last_line_is_ended_once() -> None:
    assert [with_last_line_ended(text) for text in ("", "a", "a\n")] == ["", "a\n", "a\n"]
