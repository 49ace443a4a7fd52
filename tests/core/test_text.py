"""Wherever a text is cut, its normal form is the same."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.text import TextNormalizer, check_storable, split_lines
from tests.support.normalization import normalize

TRICKY = st.text(alphabet=st.sampled_from("a\r\n\0\ud83d\ude00\udfff\ud800é😀\x85\u2028 "), max_size=30)
ANY = st.text(alphabet=st.characters(exclude_categories=()), max_size=30)


def in_pieces(text: str, cuts: list[int]) -> str:
    bounds = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    normalizer = TextNormalizer()
    pieces = [normalizer.feed(text[start:end]) for start, end in pairwise(bounds)]
    return "".join([*pieces, normalizer.close()])


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("", ""),
        ("plain \t text\n", "plain \t text\n"),
        ("a\r\nb\rc\n\rd", "a\nb\nc\n\nd"),
        ("\r\r\n\n", "\n\n\n"),
        ("a\0b", "a\ufffdb"),
        ("\ud83d\ude00", "😀"),
        ("\ud83d", "\ufffd"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
        ("\ud83d\r\n", "\ufffd\n"),
        ("\x85\u2028\x1c", "\x85\u2028\x1c"),
    ],
)
def test_the_three_rules(text: str, normal: str) -> None:
    assert normalize(text) == normal
    assert in_pieces(text, list(range(len(text)))) == normal


@given(st.one_of(TRICKY, ANY), st.lists(st.integers(0, 30)))
def test_cuts_never_show(text: str, cuts: list[int]) -> None:
    assert in_pieces(text, cuts) == normalize(text)


@given(st.one_of(TRICKY, ANY))
def test_a_normal_text_is_utf8_and_stays_as_it_is(text: str) -> None:
    normal = normalize(text)
    normal.encode("utf-8")
    assert normalize(normal) == normal
    assert not {"\r", "\0"} & set(normal)


def test_a_return_at_the_end_of_a_piece_is_a_line_end_at_once() -> None:
    normalizer = TextNormalizer()
    assert [normalizer.feed(piece) for piece in ["a\r", "", "\n", "b"]] == ["a\n", "", "", "b"]


def test_a_piece_without_anything_special_is_returned_as_it_is() -> None:
    piece = "def f() -> None: ..." * 1000
    assert TextNormalizer().feed(piece) is piece


def test_what_people_send_is_stored_as_it_is_or_refused() -> None:
    check_storable("prompt", "é😀\r\n\x85\u2028")
    for wrong in ("a\0", "\ud800", "\udfffb"):
        with pytest.raises(InvalidInput) as refused:
            check_storable("prompt", wrong)
        assert refused.value.errors[0].field == "prompt"


@pytest.mark.parametrize("text", ["", "a", "a\n", "a\nb", "\n\n", "a\fb\x85c\u2028\n"])
def test_only_a_newline_ends_a_line(text: str) -> None:
    lines = split_lines(text)
    assert "".join(lines) == text
    assert len(lines) == text.count("\n") + (not text.endswith("\n") and text != "")
