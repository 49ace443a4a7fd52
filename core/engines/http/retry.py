"""Asking again, in the one case where that repeats nothing: as long as the model has said nothing."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from core.engines.protocol import Loading, Piece
from core.errors import EngineError

Pieces = AsyncGenerator[Piece, None]


async def answered(attempt: Pieces, otherwise: Callable[[EngineError], Pieces | None]) -> Pieces:
    """Yield the pieces of ``attempt``; where it fails without a word, of what ``otherwise`` makes of the error.

    None from it means that the error stands. Raises EngineError.
    """
    while True:
        silent = True
        try:
            async with aclosing(attempt) as pieces:
                async for piece in pieces:
                    silent = silent and isinstance(piece, Loading)
                    yield piece
        except EngineError as error:
            if not (silent and (other := otherwise(error))):
                raise
            attempt = other
        else:
            return
