"""What a test of any engine needs: a request, and all that is heard of an answer."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field

from core.engines.protocol import Engine, Finished, Message, Piece, Request, Text
from core.errors import EngineError

BOUND = 20.0
"""Seconds after which an answer counts as hanging."""
QUESTION = Request("m", (Message("user", "write"),))


@dataclass
class Heard:
    """The pieces of an answer, and the error it ended with."""

    pieces: list[Piece] = field(default_factory=list)
    error: EngineError | None = None

    @property
    def text(self) -> str:
        """What was written."""
        return "".join(piece.text for piece in self.pieces if isinstance(piece, Text))

    @property
    def finished(self) -> Finished:
        """The last piece, where it ended well."""
        last = self.pieces[-1]
        assert isinstance(last, Finished), self.error
        return last

    @property
    def kind(self) -> str:
        """The kind of the error, where it ended with one."""
        assert self.error is not None, self.pieces
        return self.error.kind


async def hear(engine: Engine, request: Request = QUESTION) -> Heard:
    """Listen to an answer to its end. Raises TimeoutError."""
    heard = Heard()
    try:
        async with asyncio.timeout(BOUND), aclosing(engine.generate(request)) as pieces:
            async for piece in pieces:
                heard.pieces.append(piece)
    except EngineError as error:
        heard.error = error
    return heard
