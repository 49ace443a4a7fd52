"""The tail of the thinking: bounded, and read by offsets that count from its beginning."""

from hypothesis import given
from hypothesis import strategies as st

from core.runs.text_buffer import TextSlice
from core.runs.thinking import MAX_THINKING_LENGTH, ThinkingTail

SIZES = st.integers(0, MAX_THINKING_LENGTH + 50)


def test_what_is_thought_is_read_from_an_offset() -> None:
    tail = ThinkingTail()
    assert (tail.length, tail.read()) == (0, TextSlice(0, ""))
    tail.append("abc")
    tail.append("de")
    assert (tail.length, tail.read(), tail.read(4)) == (5, TextSlice(0, "abcde"), TextSlice(4, "e"))
    assert tail.read(5) == TextSlice(5, "")


def test_what_was_dropped_is_left_out_and_the_offsets_stay() -> None:
    tail = ThinkingTail()
    tail.append("ab" + "x" * MAX_THINKING_LENGTH)
    assert tail.length == MAX_THINKING_LENGTH + 2
    assert tail.read() == tail.read(1) == TextSlice(2, "x" * MAX_THINKING_LENGTH)


@given(st.lists(st.tuples(st.sampled_from("ab😀"), SIZES), max_size=6), st.integers(0, 3 * MAX_THINKING_LENGTH))
def test_any_appends_keep_the_end_of_the_whole(parts: list[tuple[str, int]], offset: int) -> None:
    tail, whole = ThinkingTail(), ""
    for character, size in parts:
        tail.append(character * size)
        whole += character * size
    offset = min(offset, len(whole))
    start = max(offset, len(whole) - MAX_THINKING_LENGTH)
    assert tail.length == len(whole)
    assert tail.read(offset) == TextSlice(start, whole[start:])
