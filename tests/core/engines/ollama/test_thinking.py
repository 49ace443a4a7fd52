"""What a model thinks travels beside its text; an answer without text says why it has none."""

from typing import Any

import pytest

from core.engines.protocol import Finished, Loading, Piece, Text, Thinking
from tests.support.engines.engine_answers import hear
from tests.support.engines.ollama_engine import against, heard_from, last
from tests.support.servers.scripted_server import DONE, Script, answer, answer_json, line, status

THINKS = {"/api/show": answer_json({"capabilities": ["completion", "thinking"]})}
REFUSED = status(400, b'{"error":"\\"m\\" does not support thinking"}')


def said(pieces: list[Piece]) -> list[Piece]:
    return [piece for piece in pieces if isinstance(piece, Text | Thinking)]


async def test_thinking_before_the_text() -> None:
    heard = await heard_from(answer(line("", thinking="hm "), line("", thinking="so"), line("a"), DONE))
    assert said(heard.pieces) == [Thinking("hm "), Thinking("so"), Text("a")]
    assert heard.text == "a"


async def test_thinking_and_text_in_one_line_and_in_turns() -> None:
    heard = await heard_from(answer(line("a", thinking="x"), line("", thinking="y"), line("b", thinking="z"), DONE))
    assert said(heard.pieces) == [Thinking("x"), Text("a"), Thinking("y"), Thinking("z"), Text("b")]


async def test_thinking_without_a_role_is_thinking_too() -> None:
    bare = {"message": {"content": "a", "thinking": "x"}, "done": False}
    heard = await heard_from(answer(bare, DONE))
    assert said(heard.pieces) == [Thinking("x"), Text("a")]


async def test_thinking_that_never_ends_is_explained() -> None:
    heard = await heard_from(answer(line("", thinking="hm"), last(done_reason="length")))
    assert heard.kind == "only_thinking"
    assert heard.error
    assert "thought" in heard.error.message


async def test_thinking_with_a_failure_is_kept_apart() -> None:
    heard = await heard_from(answer(line("", thinking="hm"), {"error": "out of memory"}))
    assert (heard.text, heard.kind) == ("", "out_of_memory")
    assert said(heard.pieces) == [Thinking("hm")]


async def test_a_call_of_a_tool_instead_of_text_is_explained() -> None:
    call = {"function": {"name": "write", "arguments": {"path": "a.py"}}}
    heard = await heard_from(answer(line("", tool_calls=[call]), DONE))
    assert heard.kind == "tool_call"
    assert (await heard_from(answer(line("a", tool_calls=[call]), DONE))).text == "a"


@pytest.mark.parametrize("thinking", [None, 7, [], {}])
async def test_odd_thinking_is_no_fault(thinking: Any) -> None:
    assert said((await heard_from(answer(line("a", thinking=thinking), DONE))).pieces) == [Text("a")]


@pytest.mark.parametrize("script", [REFUSED, answer({"error": '"m" does not support thinking'})])
async def test_a_model_that_may_not_be_told_is_asked_again_without(script: Script) -> None:
    async with against(script, answer(line("a"), DONE), routes=THINKS) as (engine, server):
        heard = await hear(engine)
        assert heard.text == "a"
        assert ["think" in call.body for call in server.chats] == [True, False]
        assert isinstance(heard.pieces[-1], Finished)
        assert isinstance(heard.pieces[0], Loading)


async def test_a_second_refusal_is_told() -> None:
    async with against(REFUSED, routes=THINKS) as (engine, server):
        assert (await hear(engine)).kind == "no_thinking"
        assert len(server.chats) == 2
