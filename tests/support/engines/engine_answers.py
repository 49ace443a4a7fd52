"""A request to any engine, and its answer collected."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field

from core.engines.protocol import Engine, EngineEvent, GenerationRequest, Message, StreamEnd, TextDelta
from core.errors import EngineError

ANSWER_TIMEOUT = 20.0
"""Seconds after which an answer counts as hanging."""
SAMPLE_REQUEST = GenerationRequest("m", (Message("user", "write"),))


@dataclass
class CollectedAnswer:
    """The events of an answer, and the error it ended with."""

    events: list[EngineEvent] = field(default_factory=list)
    error: EngineError | None = None

    @property
    def text(self) -> str:
        """The text of the model."""
        return "".join(event.text for event in self.events if isinstance(event, TextDelta))

    @property
    def finish(self) -> StreamEnd:
        """The last event; the answer must have ended well."""
        last = self.events[-1]
        assert isinstance(last, StreamEnd), self.error
        return last

    @property
    def error_kind(self) -> str:
        """The error's code; the answer must have ended with one."""
        assert self.error is not None, self.events
        return self.error.error_code


async def collect_answer(engine: Engine, request: GenerationRequest = SAMPLE_REQUEST) -> CollectedAnswer:
    """Read an answer to its end. Raises TimeoutError."""
    collected = CollectedAnswer()
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT), aclosing(engine.generate(request)) as stream:
            async for event in stream:
                collected.events.append(event)
    except EngineError as error:
        collected.error = error
    return collected
