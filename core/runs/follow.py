"""Follow one run: what the page, an SSE client, a WebSocket client and the terminal all do with a log."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from core.runs.log import RunLog
from core.runs.state import RunInfo
from core.runs.text_buffer import TextSlice


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """The run's status or place in the queue is new."""

    run: RunInfo


@dataclass(frozen=True, slots=True)
class ThinkingChunk:
    """More of what the model says to itself; no part of the text, and not kept."""

    text: str


@dataclass(frozen=True, slots=True)
class RunEnded:
    """All of the text has been read, and this is how the run ended."""

    run: RunInfo


RunEvent = StatusChanged | TextSlice | ThinkingChunk | RunEnded


async def follow(log: RunLog[RunInfo], offset: int = 0) -> AsyncGenerator[RunEvent, None]:
    """Yield ``StatusChanged`` first, then the text after ``offset`` and each new status, ``RunEnded`` last.

    Live or ended, early or late, the text comes by the same read: whatever follows the offset. What the model thinks
    comes in between; who comes back to a text that has begun has seen it.
    """
    revision = log.revision
    thinking_offset = log.thinking.length if offset else 0
    yield StatusChanged(log.state)
    while True:
        if log.thinking.length > thinking_offset:  # first, for what it thought led to the text
            thinking = log.thinking.read(thinking_offset)
            thinking_offset = thinking.end
            yield ThinkingChunk(thinking.text)
        elif log.length > offset:
            text_slice = log.read(offset)
            offset = text_slice.end
            yield text_slice
        elif log.closed:
            yield RunEnded(log.state)
            return
        elif log.revision != revision:
            revision = log.revision
            yield StatusChanged(log.state)
        else:
            await log.wait_for_change()
