"""Server-sent events of a run, as docs/contract.md defines them: a raw ASGI response over the shared log.

FastAPI's own event streams encode every event anew for every reader, which costs many times the CPU.
"""

import asyncio
import json
import time
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager, aclosing, nullcontext
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from fastapi import Response
from starlette.types import Message, Receive, Scope, Send

from api.schemas.run_events import WatchedRunOut
from api.terminal_events import terminal_event
from core.runs.follow import RunEnded, StatusChanged, ThinkingChunk, follow
from core.runs.log import RunLog
from core.runs.state import RunInfo
from core.runs.text_buffer import TextSlice
from core.studio import Studio
from core.wire import encode_comment, encode_event

HEARTBEAT_SECONDS = 10.0
"""A comment line after so long without an event; the contract allows 15."""
SEND_TIMEOUT = 45.0
"""A reader that takes nothing for so long is cut; it can resume."""

SSE_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would collect events before it passes them on
]

END_OF_BODY: Message = {"type": "http.response.body", "body": b"", "more_body": False}

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


class EventStream(Response):
    """One reader's stream; ends with the run, the reader or their right, or when they take nothing for 45 s."""

    def __init__(self, studio: Studio, reader: StreamReader, log: RunLog[RunInfo], offset: int = 0) -> None:
        super().__init__()
        self._studio = studio
        self._reader = reader
        self._log = log
        self._encoder = _encoders.setdefault(log, _SliceEncoder(log.cached_state.id))
        self._offset = offset
        self._sending_since: float | None = None

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the run ends; a client that disconnects is noticed at once."""
        with self._reader.watching():
            await self._serve(receive, send)

    async def _serve(self, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": SSE_HEADERS})
        write_task = asyncio.create_task(self._write_events(send), name=f"events of {self._log.state.id}")
        # A client that leaves while nothing is sent is noticed in no other way.
        disconnect_task = asyncio.create_task(_wait_for_disconnect(receive), name="reader leaves")
        session_task = asyncio.create_task(self._reader.wait_for_end(), name="reader signs out")
        tasks = (write_task, disconnect_task, session_task)
        try:
            while not await _wait_for_any(*tasks) and not self._is_stalled():
                # Not in the middle of an event: the client is slow then, and knows that something comes.
                if self._sending_since is None:
                    await self._send_body(send, encode_comment("still here"))
            # Between two events only: inside of one, its first half would look like all of it.
            if session_task.done() and self._sending_since is None:
                await send(END_OF_BODY)
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        # A cancelled task is no failure; any other one is the server's to log.
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _write_events(self, send: Send) -> None:
        offset = self._offset
        # In one block with the first event: some parsers take a block without data for an empty message.
        retry_field = b"retry: 2000\n"
        async with aclosing(follow(self._log, offset)) as events:
            async for event in events:
                match event:
                    case TextSlice():
                        offset = event.end
                        await self._send_body(send, self._encoder.encode(event))
                    case StatusChanged(run):
                        # With an id too, although it moves nothing: a reader that is cut before the first piece
                        # then comes back to this run, and does not start another when this one has ended.
                        state = self._reader.visible_run(WatchedRunOut.from_event(event)).model_dump_json()
                        await self._send_body(send, retry_field + encode_event("status", state, f"{run.id}:{offset}"))
                        retry_field = b""
                    case ThinkingChunk(text) if self._reader.sees_prompts:
                        await self._send_body(send, encode_event("thinking", text))
                    case RunEnded(run):
                        await self._send_body(send, await self._terminal_event(run))
        await send(END_OF_BODY)

    async def _send_body(self, send: Send, body: bytes) -> None:
        """Send, and note since when the client has not read: a timer for each piece would cost more than the piece."""
        self._sending_since = time.monotonic()
        await send({"type": "http.response.body", "body": body, "more_body": True})
        self._sending_since = None

    def _is_stalled(self) -> bool:
        return self._sending_since is not None and time.monotonic() - self._sending_since > SEND_TIMEOUT

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


async def _wait_for_any(*tasks: asyncio.Task[None]) -> bool:
    """Whether a task is done, now or before the next heartbeat is due."""
    timeout = min(HEARTBEAT_SECONDS, SEND_TIMEOUT)
    done, _ = await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    return bool(done)


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
