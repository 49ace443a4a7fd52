"""Wherever the bytes are cut, the lines and events are the same."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.wire import NdjsonDecoder, SseDecoder, SseEvent, WireError, encode_comment, encode_event
from tests.support.normalization import normalize

TEXT = st.text(alphabet=st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\n :\x85\u2028")))
DATA = TEXT.map(normalize)
LINE = st.text(alphabet=st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), min_size=1)


def pieces_of(data: bytes, cuts: list[int]) -> list[bytes]:
    bounds = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[start:end] for start, end in pairwise(bounds)]


def lines(pieces: list[bytes]) -> list[str]:
    decoder = NdjsonDecoder()
    return [line for piece in pieces for line in decoder.feed(piece)] + list(decoder.close())


def events(pieces: list[bytes]) -> list[SseEvent]:
    decoder = SseDecoder()
    return [event for piece in pieces for event in decoder.feed(piece)]


@given(st.lists(TEXT), st.lists(st.integers(0)), st.booleans(), st.sampled_from([b"\n", b"\r\n", b"\n\n \n"]))
def test_json_lines_come_back_however_cut(texts: list[str], cuts: list[int], ended: bool, end: bytes) -> None:
    data = end.join(json.dumps(text, ensure_ascii=False).encode() for text in texts) + end * ended
    assert [json.loads(line) for line in lines(pieces_of(data, cuts))] == texts


def test_json_lines_cut_at_every_byte() -> None:
    data = '{"a":"é\x85\u2028😀"}\r\n\n  {"b":1}'.encode()
    for cut in range(len(data)):
        assert lines([data[:cut], data[cut:]]) == ['{"a":"é\x85\u2028😀"}', '{"b":1}']
    assert lines([bytes([byte]) for byte in data]) == lines([data])


def test_a_line_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(WireError, match="UTF-8"):
        lines([b'"\xff"\n'])


@pytest.mark.parametrize("decoder", [NdjsonDecoder(max_bytes=10), SseDecoder(max_bytes=10)])
def test_a_line_beyond_the_limit_is_refused_before_it_ends(decoder: NdjsonDecoder | SseDecoder) -> None:
    assert not list(decoder.feed(b"01234"))
    with pytest.raises(WireError, match="longer than 10"):
        list(decoder.feed(b"567890"))


def test_a_huge_line_in_tiny_pieces_takes_linear_time() -> None:
    decoder = NdjsonDecoder(max_bytes=32 << 20)
    piece = b"x" * 64
    for _ in range((20 << 20) // 64):
        assert not list(decoder.feed(piece))
    [line] = decoder.feed(b"\n")
    assert len(line) == 20 << 20


def test_many_tiny_lines_in_one_piece_take_linear_time() -> None:
    assert len(lines([b"{}\n" * 200_000])) == 200_000


@given(st.lists(st.tuples(LINE, DATA, st.none() | LINE), max_size=5), st.lists(st.integers(0)))
def test_what_is_encoded_is_decoded(sent: list[tuple[str, str, str | None]], cuts: list[int]) -> None:
    wire = b"".join(encode_event(event, data, last_id) + encode_comment("still there") for event, data, last_id in sent)
    expected, last = [], ""
    for event, data, last_id in sent:
        last = last if last_id is None else last_id
        expected.append(SseEvent(event, data, last))
    assert events(pieces_of(wire, cuts)) == expected


@pytest.mark.parametrize("data", ["", " ", "\n", "\n\n", " a\n  b\n", ":x", "data: y", "\ufeff"])
def test_data_comes_back_exactly(data: str) -> None:
    assert events([encode_event("code-chunk", data, "7")]) == [SseEvent("code-chunk", data, "7")]


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_every_line_end_however_cut(end: bytes) -> None:
    text = ["\ufeffretry: 2000", ": hello", "event:a", "data:  x", "data", "id: 1", "id: 2\0", "unknown: y", "", "", ""]
    data = end.join(line.encode() for line in text)
    for cut in range(len(data)):
        assert events([data[:cut], data[cut:]]) == [SseEvent("a", " x\n", "1")]
    assert events([bytes([byte]) for byte in data]) == [SseEvent("a", " x\n", "1")]


def test_comments_do_not_add_up() -> None:
    decoder = SseDecoder(max_bytes=20)
    assert not list(decoder.feed(b": still there\n" * 10))
    assert list(decoder.feed(b"data: x\n\n")) == [SseEvent("message", "x")]


def test_retry_is_kept_and_nonsense_is_not() -> None:
    decoder = SseDecoder()
    assert not list(decoder.feed(b"retry: 2000\n\nretry: soon\n\n"))
    assert decoder.retry == 2000


def test_an_event_without_its_blank_line_is_no_event() -> None:
    assert events([b"data: x\n"]) == []


@pytest.mark.parametrize(("event", "data", "last_id"), [("a\nb", "", None), ("a", "x\ry", None), ("a", "", "1\n2")])
def test_what_cannot_be_sent_is_refused(event: str, data: str, last_id: str | None) -> None:
    with pytest.raises(ValueError, match=r"line|carriage"):
        encode_event(event, data, last_id)
