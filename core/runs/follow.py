"""Follow one run: what the page, an SSE client, a WebSocket client and the terminal all do with a log."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from core.runs.log import RunLog
from core.runs.state import RunInfo
from core.runs.text_buffer import TextSlice


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """The run has a new status or place in the queue; ``watching`` counts its readers."""

    run: RunInfo
    watching: int


@dataclass(frozen=True, slots=True)
class ThinkingChunk:
    """More of the model's thinking: no part of the text, and not stored."""

    text: str


@dataclass(frozen=True, slots=True)
class RunEnded:
    """All of the text has been read, and this is how the run ended."""

    run: RunInfo


RunEvent = StatusChanged | TextSlice | ThinkingChunk | RunEnded


async def follow(log: RunLog[RunInfo], offset: int = 0) -> AsyncGenerator[RunEvent, None]:
    """Yield ``StatusChanged`` first, then the text after ``offset`` and each new status, ``RunEnded`` last.

    Live and ended runs are read in the same way: whatever follows the offset comes next. Thinking comes in between,
    and is skipped for a reader that resumes inside the text, since it has seen it.
    """
    revision = log.revision
    thinking_offset = log.thinking.length if offset else 0
    with log.reading():
        yield StatusChanged(log.state, log.reader_count)
        while True:
            if log.thinking.length > thinking_offset:  # before the text that it led to
                thinking = log.thinking.read(thinking_offset)
                thinking_offset = thinking.end
                yield ThinkingChunk(thinking.text)
            elif log.length > offset:
                text_slice = log.read(offset)
                offset = text_slice.end
                yield text_slice
            # Before the revision: the last state comes with the end, and not twice.
            elif log.closed:
                yield RunEnded(log.state)
                return
            elif log.revision != revision:
                revision = log.revision
                yield StatusChanged(log.state, log.reader_count)
            else:
                await log.wait_for_change()
