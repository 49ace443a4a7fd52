"""A bound on what a request may send, kept while it arrives: a lying Content-Length gets no further."""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.error_handlers import problem
from core.errors import TooLarge

LARGEST = 512 * 1024
"""Bytes; requirements of 20,000 characters are at most 240 KB of JSON."""

LARGEST_UPLOAD = 12 * 1024 * 1024
"""Bytes; an upload may have 10 MB, and comes with some words around it."""

_UPLOADS = re.compile(r"^/api/projects/[^/]+/upload/[^/]+$|^/_nicegui/client/[^/]+/upload/[^/]+$")
"""Where files may be sent: by a program, and from a page."""


class BodyLimit:
    """Answers 413 to a body over the bound, of the API and of uploads only."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with its body counted."""
        largest = _largest(scope["path"]) if scope["type"] == "http" else None
        if largest is None:
            await self._app(scope, receive, send)
            return
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if length.isdigit() and int(length) > largest:
            await problem(_too_large(largest))(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > largest:
                raise _too_large(largest)
            return message

        await self._app(scope, counted, send)


def _largest(path: str) -> int | None:
    """How much may be sent to this address; None where it is not for this to say."""
    if _UPLOADS.match(path):
        return LARGEST_UPLOAD
    return LARGEST if path.startswith("/api/") else None


def _too_large(largest: int) -> TooLarge:
    bound = f"{largest // 2**20} MiB" if largest >= 2**20 else f"{largest // 1024} KiB"
    return TooLarge(f"The request is larger than {bound}: shorten it.")
