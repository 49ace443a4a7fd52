"""Follow one run: what a page, an SSE client and a WebSocket client all do with a log, written once."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from core.runs.log import RunLog, Slice
from core.runs.state import RunInfo


@dataclass(frozen=True, slots=True)
class Status:
    """The run's status or place in the queue is new."""

    run: RunInfo


@dataclass(frozen=True, slots=True)
class Thought:
    """More of what the model says to itself; no part of the text, and not kept."""

    text: str


@dataclass(frozen=True, slots=True)
class Ended:
    """All of the text has been read, and this is how the run ended."""

    run: RunInfo


Happening = Status | Slice | Thought | Ended


async def follow(log: RunLog[RunInfo], offset: int = 0) -> AsyncGenerator[Happening, None]:
    """Yield ``Status`` first, then the text after ``offset`` and each new status, ``Ended`` last.

    Live or ended, early or late, the text comes by the same read: whatever follows the offset. What the model thinks
    comes in between; who comes back to a text that has begun has seen it.
    """
    revision = log.revision
    thought = log.thought if offset else 0
    yield Status(log.state)
    while True:
        if log.thought > thought:  # first, for what it thought led to the text
            thoughts = log.thoughts(thought)
            thought = thoughts.end
            yield Thought(thoughts.text)
        elif log.length > offset:
            piece = log.read(offset)
            offset = piece.end
            yield piece
        elif log.closed:
            yield Ended(log.state)
            return
        elif log.revision != revision:
            revision = log.revision
            yield Status(log.state)
        else:
            await log.news()
