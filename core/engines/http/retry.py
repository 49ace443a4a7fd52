"""Asking again, in the one case where that repeats nothing: as long as the model has said nothing."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from core.engines.protocol import EngineEvent, Progress
from core.errors import EngineError

EventStream = AsyncGenerator[EngineEvent, None]


async def stream_with_retry(
    attempt: EventStream, next_attempt: Callable[[EngineError], EventStream | None]
) -> EventStream:
    """Yield the pieces of ``attempt``; where it fails without a word, of what ``next_attempt`` makes of the error.

    None from it means that the error stands. Raises EngineError.
    """
    while True:
        nothing_written = True
        try:
            async with aclosing(attempt) as events:
                async for event in events:
                    nothing_written = nothing_written and isinstance(event, Progress)
                    yield event
        except EngineError as error:
            if not (nothing_written and (retry := next_attempt(error))):
                raise
            attempt = retry
        else:
            return
