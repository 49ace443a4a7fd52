"""Texts that arrive together are passed on together."""

from collections.abc import Iterator

import pytest

from core.engines.http.response_decoder import merge_text
from core.engines.protocol import EngineEvent, Progress, ProgressPhase, StreamEnd, TextDelta, ThinkingDelta
from core.errors import EngineError
from core.wire import WireError

END = StreamEnd("stop")


def test_only_adjacent_texts_are_joined_and_their_tokens_counted() -> None:
    texts = [TextDelta("a"), TextDelta("b", 2)]
    events: list[EngineEvent] = [
        Progress(ProgressPhase.WAITING),
        *texts,
        ThinkingDelta("hm"),
        TextDelta(""),
        TextDelta("c"),
        END,
    ]
    assert list(merge_text(iter(events))) == [
        Progress(ProgressPhase.WAITING),
        TextDelta("ab", 3),
        ThinkingDelta("hm"),
        TextDelta("c", 2),
        END,
    ]
    assert list(merge_text(iter([TextDelta("a")]))) == [TextDelta("a")]
    assert list(merge_text(iter([]))) == []


@pytest.mark.parametrize("error", [WireError("bad bytes"), EngineError("idle", "It hangs.")])
def test_the_text_before_an_error_comes_before_it(error: Exception) -> None:
    def failing() -> Iterator[EngineEvent]:
        yield TextDelta("a")
        yield TextDelta("b")
        raise error

    events = merge_text(failing())
    assert next(events) == TextDelta("ab", 2)
    with pytest.raises(type(error)):
        next(events)
