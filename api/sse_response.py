"""Server-sent events as a raw ASGI response: heartbeats, slow readers, and readers that go or may read no longer.

FastAPI's own event streams encode every event anew for every reader, which costs many times the CPU.
"""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from fastapi import Response
from starlette.types import Message, Receive, Scope, Send

from core.wire import encode_comment

HEARTBEAT_SECONDS = 10.0
"""A comment line after so long without an event; the contract allows 15."""
SEND_TIMEOUT = 45.0
"""A reader that takes nothing for so long is cut; it can resume."""

SSE_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would collect events before it passes them on
]
RETRY_FIELD = b"retry: 2000\n"
"""In one block with the first event: some parsers take a block without data for an empty message."""

END_OF_BODY: Message = {"type": "http.response.body", "body": b"", "more_body": False}


class SseResponse(Response, ABC):
    """One reader's stream. ``wait_for_end`` returns when they may read no longer; ``watching`` is entered meanwhile."""

    def __init__(
        self,
        name: str,
        wait_for_end: Callable[[], Coroutine[Any, Any, None]],
        watching: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        super().__init__()
        self._name = name
        self._wait_for_end = wait_for_end
        self._watching = watching
        self._sending_since: float | None = None

    @abstractmethod
    async def write_events(self, send: Send) -> None:
        """Send every event with ``send_body``; returns after the last one."""

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the last one; a client that disconnects is noticed at once."""
        with self._watching():
            await self._serve(receive, send)

    async def _serve(self, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": SSE_HEADERS})
        write_task = asyncio.create_task(self._write_to_end(send), name=f"events of {self._name}")
        # A client that leaves while nothing is sent is noticed in no other way.
        disconnect_task = asyncio.create_task(_wait_for_disconnect(receive), name="reader leaves")
        session_task = asyncio.create_task(self._wait_for_end(), name="reader signs out")
        tasks = (write_task, disconnect_task, session_task)
        try:
            while not await _wait_for_any(*tasks) and not self._is_stalled():
                # Not in the middle of an event: the client is slow then, and knows that something comes.
                if self._sending_since is None:
                    await self.send_body(send, encode_comment("still here"))
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

    async def _write_to_end(self, send: Send) -> None:
        await self.write_events(send)
        await send(END_OF_BODY)

    async def send_body(self, send: Send, body: bytes) -> None:
        """Send, and note since when the client has not read: a timer for each piece would cost more than the piece."""
        self._sending_since = time.monotonic()
        await send({"type": "http.response.body", "body": body, "more_body": True})
        self._sending_since = None

    def _is_stalled(self) -> bool:
        return self._sending_since is not None and time.monotonic() - self._sending_since > SEND_TIMEOUT


async def _wait_for_any(*tasks: asyncio.Task[None]) -> bool:
    """Whether a task is done, now or before the next heartbeat is due."""
    timeout = min(HEARTBEAT_SECONDS, SEND_TIMEOUT)
    done, _ = await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    return bool(done)


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
