"""Server-sent events of a run, as docs/contract.md defines them, over the shared log."""

import json
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager, aclosing, nullcontext
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from starlette.types import Send

from api.schemas.run_events import WatchedRunOut
from api.sse_response import RETRY_FIELD, SseResponse
from api.terminal_events import terminal_event
from core.runs.follow import RunEnded, StatusChanged, ThinkingChunk, follow
from core.runs.log import RunLog
from core.runs.state import RunInfo
from core.runs.text_buffer import TextSlice
from core.studio import Studio
from core.wire import encode_event

END_MARK = "end"
"""In the place of an offset: the id of a stream's last event."""


@dataclass(frozen=True, slots=True)
class StreamReader:
    """Who reads: until when they may, and whether they see what the model was told, and what it thinks of that.

    ``watching`` is entered while they read.
    """

    wait_for_end: Callable[[], Coroutine[Any, Any, None]]
    sees_prompts: bool = True
    watching: Callable[[], AbstractContextManager[None]] = nullcontext

    def visible_run(self, run: WatchedRunOut) -> WatchedRunOut:
        """A run as far as this reader may see it."""
        return run if self.sees_prompts else run.model_copy(update={"instructions": None})


class EventStream(SseResponse):
    """One reader's stream; ends with the run, the reader or their right, or when they take nothing for 45 s."""

    def __init__(self, studio: Studio, reader: StreamReader, log: RunLog[RunInfo], offset: int = 0) -> None:
        super().__init__(log.cached_state.id, reader.wait_for_end, reader.watching)
        self._studio = studio
        self._reader = reader
        self._log = log
        self._encoder = _encoders.setdefault(log, _SliceEncoder(log.cached_state.id))
        self._offset = offset

    async def write_events(self, send: Send) -> None:
        """Send what comes of the run from the offset on, and its end."""
        offset = self._offset
        retry_field = RETRY_FIELD
        async with aclosing(follow(self._log, offset)) as events:
            async for event in events:
                match event:
                    case TextSlice():
                        offset = event.end
                        await self.send_body(send, self._encoder.encode(event))
                    case StatusChanged(run):
                        # With an id too, although it moves nothing: a reader that is cut before the first piece
                        # then comes back to this run, and does not start another when this one has ended.
                        state = self._reader.visible_run(WatchedRunOut.from_event(event)).model_dump_json()
                        await self.send_body(send, retry_field + encode_event("status", state, f"{run.id}:{offset}"))
                        retry_field = b""
                    case ThinkingChunk(text) if self._reader.sees_prompts:
                        await self.send_body(send, encode_event("thinking", text))
                    case RunEnded(run):
                        await self.send_body(send, await self._terminal_event(run))

    async def _terminal_event(self, run: RunInfo) -> bytes:
        name, data = await terminal_event(self._studio, self._log)
        if not self._reader.sees_prompts and "instructions" in data:
            data = {**data, "instructions": None}
        return encode_event(name, _to_json(data), f"{run.id}:{END_MARK}")


class _SliceEncoder:
    """A run's newest piece as an event: readers at the same place share one encoding."""

    def __init__(self, run_id: str) -> None:
        self._run_id = run_id
        self._last_slice: TextSlice | None = None
        self._last_event = b""

    def encode(self, piece: TextSlice) -> bytes:
        """The piece as an event; the same object gives the same bytes."""
        if piece is not self._last_slice:
            self._last_event = encode_event("code-chunk", piece.text, f"{self._run_id}:{piece.end}")
            self._last_slice = piece
        return self._last_event


_encoders: WeakKeyDictionary[RunLog[RunInfo], _SliceEncoder] = WeakKeyDictionary()


def _to_json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
