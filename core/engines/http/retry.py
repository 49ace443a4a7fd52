"""Asking again in the one case that repeats no text: the model has not written anything yet."""

from collections.abc import Callable
from contextlib import aclosing

from core.engines.protocol import EventStream, Progress
from core.errors import EngineError


async def stream_with_retry(
    attempt: EventStream, next_attempt: Callable[[EngineError], EventStream | None]
) -> EventStream:
    """The events of ``attempt``; if it fails before any text, of the attempt that ``next_attempt`` makes of the error.

    ``next_attempt`` returns None to let the error stand. Raises EngineError.
    """
    while True:
        nothing_written = True
        try:
            async with aclosing(attempt) as events:
                async for event in events:
                    nothing_written = nothing_written and isinstance(event, Progress)
                    yield event
        except EngineError as error:
            # Anything but progress has been shown to readers, who would get it twice.
            if not (nothing_written and (retry := next_attempt(error))):
                raise
            attempt = retry
        else:
            return
