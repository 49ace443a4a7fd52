"""A text that grows: whatever was appended and read, a read is a slice of the plain string."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.runs.text_buffer import TextBuffer, TextSlice

TEXT = st.text("ab😀\n", max_size=5)
READ = st.tuples(st.integers(0, 30), st.integers(0, 9))
JOIN = st.none()


@given(TEXT, st.lists(st.one_of(TEXT, READ, JOIN)))
def test_any_appends_and_reads_agree_with_the_plain_string(
    first: str, steps: list[str | tuple[int, int] | None]
) -> None:
    buffer, plain = TextBuffer(first), first
    for step in steps:
        match step:
            case str():
                buffer.append(step)
                plain += step
            case (offset, max_length) if offset <= len(plain):
                assert buffer.read(offset, max_length) == TextSlice(offset, plain[offset : offset + max_length])
            case (offset, _):
                with pytest.raises(ValueError, match="outside"):
                    buffer.read(offset)
            case None:
                assert buffer.text == plain
        assert buffer.length == len(plain)
    assert buffer.text == plain


@given(st.lists(st.text(max_size=4)), st.data())
def test_a_read_is_a_slice_of_the_text(parts: list[str], data: st.DataObject) -> None:
    buffer = TextBuffer()
    for part in parts:
        buffer.append(part)
    whole = "".join(parts)
    offset = data.draw(st.integers(0, len(whole)))
    limit = data.draw(st.integers(0, len(whole) + 1))
    assert buffer.read(offset, limit) == TextSlice(offset, whole[offset : offset + limit])


@pytest.mark.parametrize("offset", [-1, 4])
def test_an_offset_outside_the_text_is_refused(offset: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        TextBuffer("abc").read(offset)


def test_offsets_count_code_points() -> None:
    buffer = TextBuffer("a😀b")
    assert buffer.length == 3
    assert buffer.read(2).text == "b"


def test_one_read_hands_out_a_bounded_portion() -> None:
    buffer = TextBuffer("x" * 200_000)
    assert buffer.read(0).end == 64 * 1024


def test_a_slice_knows_where_it_ends() -> None:
    assert TextSlice(3, "a😀").end == 5


def test_readers_at_one_offset_share_one_slice() -> None:
    buffer = TextBuffer("abc")
    buffer.append("def")
    assert buffer.read(2) is buffer.read(2)


def test_the_last_part_is_handed_out_without_a_copy() -> None:
    part = "def, a part of its own"
    buffer = TextBuffer("abc")
    buffer.append(part)
    assert buffer.read(3).text is part


def test_a_new_text_is_empty() -> None:
    buffer = TextBuffer()
    assert (buffer.length, buffer.text, buffer.read(0)) == (0, "", TextSlice(0, ""))
