"""Asking again repeats no text."""

from collections.abc import Callable

import pytest

from core.engines.http.retry import stream_with_retry
from core.engines.protocol import EngineEvent, EventStream, Progress, ProgressPhase, StreamEnd, TextDelta, ThinkingDelta
from core.errors import EngineError

LOADING, END = Progress(ProgressPhase.LOADING), StreamEnd("stop")
BUSY, HUNG = EngineError("engine_busy", "Busy."), EngineError("idle", "Hung.")


class Attempt:
    """Plays ``steps``, raising those that are errors; remembers that it was closed."""

    def __init__(self, *steps: EngineEvent | EngineError) -> None:
        self._steps = steps
        self.is_closed = False

    async def stream(self) -> EventStream:
        try:
            for step in self._steps:
                if isinstance(step, EngineError):
                    raise step
                yield step
        finally:
            self.is_closed = True


def retries(*attempts: Attempt) -> Callable[[EngineError], EventStream | None]:
    remaining = iter(attempts)
    return lambda _: attempt.stream() if (attempt := next(remaining, None)) else None


async def collect(stream: EventStream) -> tuple[list[EngineEvent], EngineError | None]:
    events: list[EngineEvent] = []
    try:
        async for event in stream:
            events.append(event)  # noqa: PERF401 - what comes before an error counts, too
    except EngineError as error:
        return events, error
    return events, None


async def test_a_failure_before_any_text_is_tried_again() -> None:
    failed, good = Attempt(LOADING, BUSY), Attempt(TextDelta("a"), END)
    stream = stream_with_retry(failed.stream(), retries(good))
    assert await collect(stream) == ([LOADING, TextDelta("a"), END], None)
    assert failed.is_closed
    assert good.is_closed


async def test_the_error_stands_once_there_is_no_further_attempt() -> None:
    stream = stream_with_retry(Attempt(BUSY).stream(), retries(Attempt(LOADING, HUNG)))
    assert await collect(stream) == ([LOADING], HUNG)


@pytest.mark.parametrize("written", [TextDelta("a"), ThinkingDelta("hm")])
async def test_nothing_is_tried_again_once_the_model_has_written(written: EngineEvent) -> None:
    stream = stream_with_retry(Attempt(written, BUSY).stream(), retries(Attempt(END)))
    assert await collect(stream) == ([written], BUSY)


async def test_closing_closes_the_attempt() -> None:
    attempt = Attempt(TextDelta("a"), TextDelta("b"), END)
    stream = stream_with_retry(attempt.stream(), retries())
    assert await anext(stream) == TextDelta("a")
    await stream.aclose()
    assert attempt.is_closed
