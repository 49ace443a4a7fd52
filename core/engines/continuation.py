"""Going on with a cut answer where a server refuses to go on in the middle of one: ask for the rest, and join it.

The model is asked to repeat its last line, so that the join is where both texts overlap longest. What it repeats is
left out, and so is a fence that it opens anew in a file that is open; nothing else is changed, and a warning tells.
"""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from core.engines.http.retry import Pieces
from core.engines.protocol import Finished, Message, Piece, Text
from core.errors import EngineError
from core.files.markdown.parser import FenceParser, FileClosed

REACH = 4000
"""Characters of the cut text among which the repeated ones are looked for."""
LEAST = 8
"""Characters, blanks apart, that an overlap must have: shorter ones are alike by chance."""
LONGEST_OPENING = 300

REQUEST = (
    "Your answer was cut off. Go on from exactly where it stopped: first repeat its last line, then write all that "
    "follows. Do not begin anew, and explain nothing."
)
_OPENING = re.compile(r"\s*(?:#+ FILE: [^\n]*\n\s*)?(?:`{3,}|~{3,})[^\n`]*\n")
_MAY_OPEN = re.compile(r"\s*(?:#+[^\n]*\n?\s*)?(?:`{1,}[^\n`]*|~{1,}[^\n]*)?")


def asking_for_the_rest(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """The conversation whose last message is a cut answer, with the request to go on."""
    return (*messages, Message("user", REQUEST))


async def joined(pieces: Pieces, cut: str) -> AsyncGenerator[Piece, None]:
    """The pieces of the rest, with what repeats the end of ``cut`` left out. Raises EngineError."""
    seam = Seam(cut)
    async with aclosing(pieces) as rest:
        try:
            async for piece in rest:
                match piece:
                    case Text(text):
                        if fresh := seam.feed(text):
                            yield replace(piece, text=fresh)
                    case Finished():
                        if fresh := seam.close():
                            yield Text(fresh)
                        yield replace(piece, warning=" ".join(filter(None, (seam.warning, piece.warning))))
                    case _:
                        yield piece
        except EngineError:
            if fresh := seam.close():
                yield Text(fresh)
            raise


class Seam:
    """Where a rest joins ``cut``: text goes in, what is new of it comes out as soon as that is certain."""

    def __init__(self, cut: str) -> None:
        self._tail = cut[-REACH:]
        self._may_open = _is_in_a_file(cut)
        self._held: str | None = ""
        self._overlap = 0

    def feed(self, text: str) -> str:
        """The part of the next piece that is new; nothing as long as it could yet be a repetition."""
        if self._held is None:
            return text
        self._held += text
        return "" if self._undecided(self._held) else self.close()

    def close(self) -> str:
        """What was held back and is new; nothing more where that is out."""
        if self._held is None:
            return ""
        held, self._held = self._without_opening(self._held), None
        self._overlap = next((size for size in range(len(held), 0, -1) if self._overlaps(held[:size])), 0)
        return held[self._overlap :]

    @property
    def warning(self) -> str:
        """What the person should know."""
        how = f"where {self._overlap} characters overlap" if self._overlap else "although nothing overlaps"
        return f"The server cannot go on inside an answer: it was asked for the rest, which was joined {how}."

    def _undecided(self, held: str) -> bool:
        if self._may_open and len(held) < LONGEST_OPENING and _MAY_OPEN.fullmatch(held):
            return True
        rest = self._without_opening(held)
        return len(rest) < REACH and rest in self._tail

    def _without_opening(self, held: str) -> str:
        opening = _OPENING.match(held) if self._may_open else None
        return held[opening.end() :] if opening else held

    def _overlaps(self, start: str) -> bool:
        return self._tail.endswith(start) and sum(not sign.isspace() for sign in start) >= LEAST


def _is_in_a_file(text: str) -> bool:
    parser = FenceParser("text")
    events = [*parser.feed(text), *parser.close()]
    return FileClosed(whole=False) in events
