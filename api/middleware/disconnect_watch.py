"""A request's work ends when its client has left: nobody would read what it computes."""

import asyncio
from collections.abc import Awaitable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

WATCHED_METHODS = frozenset({"GET", "HEAD"})
"""Those that change nothing: what changes something is done to its end."""
STREAM_PATH_ENDINGS = ("/stream",)
"""Streams watch for their readers themselves."""


class DisconnectWatch:
    """Middleware that cancels the application's work on a request whose client has closed the connection."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, until it is answered or its client has left."""
        if (
            scope["type"] != "http"
            or scope["method"] not in WATCHED_METHODS
            or scope["path"].endswith(STREAM_PATH_ENDINGS)
        ):
            await self._app(scope, receive, send)
            return
        request = _WatchedRequest(receive, send)
        work = asyncio.create_task(
            _complete(self._app(scope, request.receive, request.send)),
            name="answer a request",
        )
        disconnect = asyncio.create_task(request.watch(), name="client leaves")
        try:
            await asyncio.wait({work, disconnect}, return_when=asyncio.FIRST_COMPLETED)
            if work.done() or request.is_answered:  # background work goes on after the answer
                await work
        finally:
            disconnect.cancel()
            work.cancel()
            await asyncio.wait({work})


async def _complete(answer: Awaitable[None]) -> None:
    await answer


class _WatchedRequest:
    """The two ends of a request: what the client sends is read ahead of the application, to see it leave."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self.is_answered = False
        self._receive = receive
        self._send = send
        self._messages: asyncio.Queue[Message] = asyncio.Queue()

    async def watch(self) -> None:
        """Read until the client leaves. A GET has hardly a body, so little is read ahead."""
        while True:
            message = await self._receive()
            self._messages.put_nowait(message)
            if message["type"] == "http.disconnect":
                return

    async def receive(self) -> Message:
        """The next message for the application; after the last one that one again, as servers do."""
        message = await self._messages.get()
        if message["type"] == "http.disconnect":
            self._messages.put_nowait(message)
        return message

    async def send(self, message: Message) -> None:
        """Pass a part of the answer on."""
        await self._send(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self.is_answered = True
