"""A bound on what a request may send, kept while it arrives: a lying Content-Length gets no further."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem
from core.errors import TooLarge

LARGEST = 512 * 1024
"""Bytes; requirements of 20,000 characters are at most 240 KB of JSON."""


class BodyLimit:
    """Answers 413 to a body over the bound, of the API only."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with its body counted."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if length.isdigit() and int(length) > LARGEST:
            await problem(_too_large())(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > LARGEST:
                raise _too_large()
            return message

        await self._app(scope, counted, send)


def _too_large() -> TooLarge:
    return TooLarge(f"The request is larger than {LARGEST // 1024} KiB: shorten it.")
