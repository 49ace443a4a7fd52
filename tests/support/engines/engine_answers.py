"""What a test of any engine needs: a request, and all that is heard of an answer."""

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
    """The pieces of an answer, and the error it ended with."""

    pieces: list[EngineEvent] = field(default_factory=list)
    error: EngineError | None = None

    @property
    def text(self) -> str:
        """What was written."""
        return "".join(piece.text for piece in self.pieces if isinstance(piece, TextDelta))

    @property
    def finish(self) -> StreamEnd:
        """The last piece, where it ended well."""
        last = self.pieces[-1]
        assert isinstance(last, StreamEnd), self.error
        return last

    @property
    def error_kind(self) -> str:
        """The kind of the error, where it ended with one."""
        assert self.error is not None, self.pieces
        return self.error.error_code


async def collect_answer(engine: Engine, request: GenerationRequest = SAMPLE_REQUEST) -> CollectedAnswer:
    """Listen to an answer to its end. Raises TimeoutError."""
    collected = CollectedAnswer()
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT), aclosing(engine.generate(request)) as pieces:
            async for piece in pieces:
                collected.pieces.append(piece)
    except EngineError as error:
        collected.error = error
    return collected
