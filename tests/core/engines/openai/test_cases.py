"""Streams of servers that say the end, or the text, in other words than most: taken for what they are."""

from pathlib import Path

import pytest

from core.engines.protocol import ThinkingDelta
from tests.support.engines.openai_engine import answer_chunks, ask_openai

CASES = Path(__file__).parent / "cases"
STREAMS = {
    "35-finish-reason-empty": ("stop", False),
    "36-finish-reason-eos_token": ("stop", False),
    "38-finish-reason-stop": ("stop", False),
    "39-finish-reason-never": ("stop", True),
    "40-content-as-parts": ("stop", False),
}
"""By the name of the file: the reason that the run has for its end, and whether a warning comes with it."""


@pytest.mark.parametrize("size", [0, 1, 7])
@pytest.mark.parametrize("name", STREAMS)
async def test_the_text_is_whole_and_the_end_an_end(name: str, size: int) -> None:
    finish_reason, warns = STREAMS[name]
    heard = await ask_openai(answer_chunks((CASES / f"{name}.sse").read_bytes(), size=size))
    assert heard.text == "x = 1\n"
    assert heard.finish.finish_reason == finish_reason
    assert (heard.finish.warning is not None) == warns


async def test_thoughts_in_a_part_of_the_content_are_thinking() -> None:
    heard = await ask_openai(answer_chunks((CASES / "40-content-as-parts.sse").read_bytes()))
    assert [event.text for event in heard.events if isinstance(event, ThinkingDelta)] == ["hm"]


def test_every_file_is_tried() -> None:
    assert {path.stem for path in CASES.iterdir()} == set(STREAMS)
