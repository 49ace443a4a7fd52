"""However Ollama's bytes are cut, and whatever they contain: no character is lost, added or changed."""

from typing import Any

import pytest

from core.engines.protocol import Progress, StreamEnd
from tests.support.engines.engine_answers import collect_answer
from tests.support.engines.ollama_engine import ask_ollama, final_line, ollama_with_server
from tests.support.normalization import normalize
from tests.support.servers.scripted_server import (
    DONE_LINE,
    Call,
    Script,
    answer_bytes,
    answer_lines,
    content_line,
    encode_lines,
)

TRICKY = 'é€😀 \x85\u2028\u2029\x1c <&> "q" \\/ \b\f\t data: [DONE]\n\n```{"error":"x"}<think>'


def chunked(data: bytes, size: int) -> Script:
    """The body in HTTP chunks of ``size`` bytes, each in a segment of its own."""

    async def script(call: Call) -> None:
        await call.send_head(transfer_encoding="chunked")
        for start in range(0, len(data), size):
            part = data[start : start + size]
            await call.send(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        await call.send(b"0\r\n\r\n")

    return script


async def test_an_answer() -> None:
    heard = await ask_ollama(
        answer_lines(content_line("a"), content_line(""), content_line(" \n"), content_line("b"), DONE_LINE)
    )
    assert heard.text == "a \nb"
    assert isinstance(heard.events[0], Progress)
    assert heard.finish == StreamEnd("stop", prompt_tokens=12, completion_tokens=3, generation_seconds=1.5)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7])
async def test_no_cut_of_the_bytes_changes_a_character(size: int) -> None:
    heard = await ask_ollama(answer_lines(content_line(TRICKY), content_line("\0\r\n\ufeff"), DONE_LINE, size=size))
    assert heard.text == TRICKY + "\0\r\n\ufeff"


def cut_at(data: bytes, place: int) -> Script:
    async def script(call: Call) -> None:
        await call.send_head()
        await call.send(data[:place])
        await call.send(data[place:])

    return script


async def test_a_cut_at_every_single_byte() -> None:
    data = encode_lines(content_line("é😀"), DONE_LINE)
    places = range(1, len(data))
    async with ollama_with_server(*(cut_at(data, place) for place in places)) as (engine, _):
        assert [(await collect_answer(engine)).text for _ in places] == ["é😀"] * len(places)


async def test_many_lines_in_one_segment_keep_their_order() -> None:
    words = [f"{number} " for number in range(5000)]
    assert (await ask_ollama(answer_lines(*map(content_line, words), DONE_LINE))).text == "".join(words)


@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize("text", ["é", "€", "😀", "e\u0301", "👩‍👩‍👧"])
async def test_a_character_cut_over_http_chunks(text: str, size: int) -> None:
    assert (await ask_ollama(chunked(encode_lines(content_line(text), DONE_LINE), size))).text == text


@pytest.mark.parametrize("text", ["\x85", "\u2028", "\u2029", "\x0b\x0c\x1c\x1d\x1e"])
async def test_a_line_ends_at_a_line_feed_alone(text: str) -> None:
    assert (await ask_ollama(answer_lines(content_line(f"a{text}b"), DONE_LINE))).text == f"a{text}b"


async def test_escapes_are_what_they_stand_for() -> None:
    body = (
        rb'{"message":{"content":"\u003c\u003e\u0026\u2028\/\b\f\"\\\ud83d\ude00"}}' + b"\n" + encode_lines(DONE_LINE)
    )
    assert (await ask_ollama(answer_bytes(body))).text == '<>&\u2028/\b\f"\\😀'


@pytest.mark.parametrize(
    ("halves", "text"),
    [((r"\ud83d", r"\ude00"), "😀"), ((r"\ud83d", "x"), "\ufffdx"), ((r"\ude00", r"\ud83d"), "\ufffd\ufffd")],
)
async def test_half_a_surrogate_pair(halves: tuple[str, str], text: str) -> None:
    body = "".join(f'{{"message":{{"content":"{half}"}}}}\n' for half in halves).encode() + encode_lines(DONE_LINE)
    heard = await ask_ollama(answer_bytes(body))
    assert normalize(heard.text) == text
    assert heard.finish.finish_reason == "stop"


@pytest.mark.parametrize("text", ["\0", "\x7f", "\x1b[31m", "\r", "\r\n", "\t\t", "\ufeff", "\x01\x1f"])
async def test_control_characters_stay(text: str) -> None:
    assert (
        await ask_ollama(answer_lines(content_line(text), content_line(f"a{text}"), DONE_LINE))
    ).text == f"{text}a{text}"


@pytest.mark.parametrize(
    "text",
    [
        *("data: x", "[DONE]", "\n\n", "```", '{"error":"x"}', '"done":true'),
        *("<think>", "</think>", "<tool_call>{}", ": ping"),
    ],
)
async def test_what_looks_like_a_protocol_is_text(text: str) -> None:
    assert (await ask_ollama(answer_lines(content_line(text), DONE_LINE))).text == text


@pytest.mark.parametrize("text", [" ", "\n", "    ", "\t", "\n\n\n"])
async def test_whitespace_is_text(text: str) -> None:
    assert (
        await ask_ollama(
            answer_lines(content_line(text), content_line(f"{text}a{text}"), content_line(text), DONE_LINE)
        )
    ).text == (f"{text}{text}a{text}{text}")
    assert (await ask_ollama(answer_lines(content_line(text), DONE_LINE))).text == text


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"message": None},
        {"message": {"content": None}},
        {"message": {"content": 7}},
        {"message": []},
        {"logprobs": [{"token": "x"}], "message": {"content": ""}},
        {"model": "another", "new_key": {"deep": [1]}, "done": "yes", "message": {}},
    ],
)
async def test_lines_that_carry_no_text_are_no_fault(odd: dict[str, Any]) -> None:
    assert (await ask_ollama(answer_lines(odd, content_line("a"), odd, DONE_LINE))).text == "a"


async def test_crlf_blank_lines_and_spaces_before_a_line() -> None:
    body = (
        b"\r\n\n"
        + encode_lines(content_line("a")).replace(b"\n", b"\r\n")
        + b"\n  \n\t "
        + encode_lines(content_line("b"))
        + b"\n\n"
        + encode_lines(DONE_LINE)
    )
    assert (await ask_ollama(answer_bytes(body))).text == "ab"


async def test_a_last_line_without_an_end() -> None:
    assert (await ask_ollama(answer_bytes(encode_lines(content_line("a"), DONE_LINE).rstrip()))).finish
    failed = await ask_ollama(answer_bytes(encode_lines(content_line("a"), {"error": "CUDA out of memory"}).rstrip()))
    assert (failed.text, failed.error_kind) == ("a", "out_of_memory")


async def test_the_last_of_two_equal_keys_counts() -> None:
    assert (
        await ask_ollama(answer_bytes(b'{"message":{"content":"a","content":"b"}}\n' + encode_lines(DONE_LINE)))
    ).text == "b"


async def test_another_model_than_asked_for_is_no_fault() -> None:
    assert (
        await ask_ollama(answer_lines(content_line("a") | {"model": "other"}, final_line(model="other")))
    ).text == "a"
