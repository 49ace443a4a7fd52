"""Thinking is kept apart from the text; an answer without text says why it has none."""

from typing import Any

import pytest

from core.engines.protocol import EngineEvent, TextDelta, ThinkingDelta
from tests.support.engines.ollama_engine import ask_ollama, final_line
from tests.support.servers.scripted_server import (
    DONE_LINE,
    answer_lines,
    content_line,
)


def said(pieces: list[EngineEvent]) -> list[EngineEvent]:
    return [piece for piece in pieces if isinstance(piece, TextDelta | ThinkingDelta)]


async def test_thinking_before_the_text() -> None:
    heard = await ask_ollama(
        answer_lines(content_line("", thinking="hm "), content_line("", thinking="so"), content_line("a"), DONE_LINE)
    )
    assert said(heard.events) == [ThinkingDelta("hm "), ThinkingDelta("so"), TextDelta("a")]
    assert heard.text == "a"


async def test_thinking_and_text_in_one_line_and_in_turns() -> None:
    heard = await ask_ollama(
        answer_lines(
            content_line("a", thinking="x"), content_line("", thinking="y"), content_line("b", thinking="z"), DONE_LINE
        )
    )
    assert said(heard.events) == [
        ThinkingDelta("x"),
        TextDelta("a"),
        ThinkingDelta("y"),
        ThinkingDelta("z"),
        TextDelta("b"),
    ]


async def test_thinking_without_a_role_is_thinking_too() -> None:
    bare = {"message": {"content": "a", "thinking": "x"}, "done": False}
    heard = await ask_ollama(answer_lines(bare, DONE_LINE))
    assert said(heard.events) == [ThinkingDelta("x"), TextDelta("a")]


async def test_thinking_that_never_ends_is_explained() -> None:
    heard = await ask_ollama(answer_lines(content_line("", thinking="hm"), final_line(done_reason="length")))
    assert heard.error_kind == "only_thinking"
    assert heard.error
    assert "thought" in heard.error.message


async def test_thinking_with_a_failure_is_kept_apart() -> None:
    heard = await ask_ollama(answer_lines(content_line("", thinking="hm"), {"error": "out of memory"}))
    assert (heard.text, heard.error_kind) == ("", "out_of_memory")
    assert said(heard.events) == [ThinkingDelta("hm")]


async def test_a_call_of_a_tool_instead_of_text_is_explained() -> None:
    call = {"function": {"name": "write", "arguments": {"path": "a.py"}}}
    heard = await ask_ollama(answer_lines(content_line("", tool_calls=[call]), DONE_LINE))
    assert heard.error_kind == "tool_call"
    assert (await ask_ollama(answer_lines(content_line("a", tool_calls=[call]), DONE_LINE))).text == "a"


@pytest.mark.parametrize("thinking", [None, 7, [], {}])
async def test_odd_thinking_is_no_fault(thinking: Any) -> None:
    assert said((await ask_ollama(answer_lines(content_line("a", thinking=thinking), DONE_LINE))).events) == [
        TextDelta("a")
    ]
