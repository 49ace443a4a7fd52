"""A cut answer goes on although the server refuses to go on in the middle of one."""

from collections.abc import AsyncGenerator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engines.continuation import EchoFilter, Splice, splice_stream
from core.engines.protocol import EngineEvent, GenerationRequest, Message, StreamEnd, TextDelta
from core.errors import EngineError
from tests.support.engines.engine_answers import collect_answer
from tests.support.engines.ollama_engine import ollama_with_server
from tests.support.engines.openai_engine import answer_chunks, delta, openai_with_server
from tests.support.servers.scripted_server import DONE_LINE, answer_lines, answer_status, content_line

CUT = "### FILE: main.py\n```python\nimport os\n\ndef main() -> None:\n    print(os.na"
CONTINUE = GenerationRequest("m", (Message("user", "write"), Message("assistant", CUT)))
REFUSALS = [
    "Assistant response prefill is incompatible with enable_thinking.",
    "Cannot have 2 or more assistant messages at the end of the list.",
    "Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant",
    "After the optional system message, conversation roles must alternate user/assistant/user/assistant/...",
]


@pytest.mark.parametrize(
    ("rest", "fresh"),
    [
        ("    print(os.name)\n```\n", "me)\n```\n"),  # the last line again
        ("def main() -> None:\n    print(os.name)\n", "me)\n"),  # the last two
        ("me)\n```\n", "me)\n```\n"),  # nothing again
        ("na(1)\n", "na(1)\n"),  # too short to be more than chance
        ("```python\n    print(os.name)\n```\n", "me)\n```\n"),  # the fence again, too
        ("### FILE: main.py\n```python\n    print(os.name)\n", "me)\n"),  # and the path
        ("\n\n```python\nme)\n", "me)\n"),
        ("", ""),
        ("    print(os.na", ""),
    ],
)
def test_what_is_repeated_is_left_out(rest: str, fresh: str) -> None:
    seam = Splice(CUT)
    assert seam.feed(rest) + seam.close() == fresh


def test_a_fence_outside_a_file_stays() -> None:
    assert Splice("Here it is:\n").feed("```python\nx = 1\n") == "```python\nx = 1\n"


@given(st.lists(st.integers(0, 60), max_size=4), st.sampled_from([CUT, CUT[:40], "a" * 50]), st.integers(0, 50))
def test_cutting_the_rest_anywhere_changes_nothing(cuts: list[int], cut: str, again: int) -> None:
    rest = cut[len(cut) - again :] + "me, 'and more')\n```\nThat is all."
    whole, pieced = Splice(cut), Splice(cut)
    places = [0, *sorted(place for place in cuts if place < len(rest)), len(rest)]
    parts = [rest[a:b] for a, b in pairwise(places)]
    texts = ["".join(map(seam.feed, of)) + seam.close() for seam, of in ((whole, [rest]), (pieced, parts))]
    assert texts[0] == texts[1]
    assert whole.warning == pieced.warning


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_an_openai_server_that_refuses_is_asked_for_the_rest(refusal: str) -> None:
    refused = answer_status(400, f'{{"error":{{"message":"{refusal}"}}}}'.encode())
    rest = answer_chunks(delta(content="    print("), delta(content="os.name)\n"), delta("stop"), "[DONE]")
    async with openai_with_server(refused, rest) as (engine, server):
        heard = await collect_answer(engine, CONTINUE)
        assert heard.text == "me)\n"
        assert heard.finish.warning
        assert "15 characters overlap" in heard.finish.warning
        assert [message["role"] for message in server.chats[1].body["messages"]] == ["user", "assistant", "user"]
        assert "continue_final_message" not in server.chats[1].body


async def test_an_openai_server_that_refuses_whatever_it_is_asked_is_believed() -> None:
    refused = answer_status(400, b'{"error":{"message":"Unknown parameter"}}')
    async with openai_with_server(refused, refused, refused) as (engine, server):
        assert (await collect_answer(engine, CONTINUE)).error_kind == "bad_request"
        assert len(server.chats) == 3


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_an_ollama_that_refuses_is_asked_for_the_rest(refusal: str) -> None:
    refused = answer_status(400, f'{{"error":"{refusal}"}}'.encode())
    async with ollama_with_server(refused, answer_lines(content_line("    print(os.name)\n"), DONE_LINE)) as (
        engine,
        server,
    ):
        heard = await collect_answer(engine, CONTINUE)
        assert heard.text == "me)\n"
        assert heard.finish.warning
        assert server.chats[1].body["messages"][-1]["role"] == "user"


async def test_what_was_held_back_is_kept_where_the_rest_fails() -> None:
    async def failing() -> AsyncGenerator[EngineEvent, None]:
        yield TextDelta("    print(os.na")
        yield TextDelta("me")
        raise EngineError("idle", "It hangs.")

    pieces = splice_stream(failing(), CUT)
    assert await anext(pieces) == TextDelta("me")
    with pytest.raises(EngineError):
        await anext(pieces)


async def test_a_run_that_needs_no_rest_is_left_alone() -> None:
    async def pieces() -> AsyncGenerator[EngineEvent, None]:
        yield TextDelta("something else entirely")
        yield StreamEnd("stop")

    found = [piece async for piece in splice_stream(pieces(), CUT)]
    assert found[0] == TextDelta("something else entirely")
    assert isinstance(found[1], StreamEnd)
    assert "nothing overlaps" in (found[1].warning or "")


def filtered(cut_answer: str, pieces: list[str]) -> str:
    echo = EchoFilter(cut_answer)
    return "".join(map(echo.feed, pieces)) + echo.close()


@given(st.text("ab\n", max_size=40), st.lists(st.text("ab\n", max_size=6)), st.booleans(), st.integers(1, 9))
def test_an_echo_goes_and_nothing_else_does(rest: str, more: list[str], is_echoed: bool, size: int) -> None:
    text = (CUT if is_echoed else "") + rest + "".join(more)
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    assert filtered(CUT, pieces) == text.removeprefix(CUT)


@pytest.mark.parametrize("length", range(len(CUT)))
def test_a_part_of_an_echo_is_the_models_own_text(length: int) -> None:
    assert filtered(CUT, [CUT[:length], "\x00other"]) == CUT[:length] + "\x00other"
    assert filtered(CUT, [CUT[:length]]) == CUT[:length]


def test_a_short_answer_is_never_taken_for_an_echo() -> None:
    assert filtered("---\n", ["---\n", "x"]) == "---\nx"


@pytest.mark.parametrize("pieces", [[CUT + "me)\n"], [CUT, "me)\n"], [*CUT, "me)\n"], ["me)\n"]])
async def test_servers_that_echo_what_they_continue(pieces: list[str]) -> None:
    lines = answer_lines(*map(content_line, pieces), DONE_LINE)
    async with ollama_with_server(lines) as (engine, _):
        assert (await collect_answer(engine, CONTINUE)).text == "me)\n"
    chunks = answer_chunks(*(delta(content=piece) for piece in pieces), delta("stop"))
    async with openai_with_server(chunks) as (engine, _):
        assert (await collect_answer(engine, CONTINUE)).text == "me)\n"
