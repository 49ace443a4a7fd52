"""A limit on the size of request bodies, enforced while they arrive: Content-Length may be wrong."""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.error_handlers import error_response
from core.errors import TooLarge

MAX_BODY_BYTES = 512 * 1024
"""Bytes; requirements of 20,000 characters are at most 240 KB of JSON."""

MAX_UPLOAD_BODY_BYTES = 12 * 1024 * 1024
"""Bytes; 10 MB of files and the multipart framing."""

MAX_EDIT_BODY_BYTES = 4 * 1024 * 1024
"""Bytes; a file may have a million characters."""

_EDIT_PATHS = re.compile(r"^/api/runs/[^/]+/edit$")
_UPLOAD_PATHS = re.compile(r"^/api/projects/[^/]+/upload/[^/]+$|^/_nicegui/client/[^/]+/upload/[^/]+$")
"""Addresses that take files: of the API, and of NiceGUI's upload element."""


class BodyLimit:
    """Answers 413 to a body over the bound, of the API and of uploads only."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, with its body counted."""
        limit = _max_body_bytes(scope["path"]) if scope["type"] == "http" else None
        if limit is None:
            await self._app(scope, receive, send)
            return
        content_length = dict(scope["headers"]).get(b"content-length", b"0")
        # Refused before it is sent, where the client says how much comes.
        if content_length.isdigit() and int(content_length) > limit:
            await error_response(_too_large_error(limit))(scope, receive, send)
            return
        received = 0

        async def counting_receive() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise _too_large_error(limit)
            return message

        await self._app(scope, counting_receive, send)


def _max_body_bytes(path: str) -> int | None:
    """The limit for this address; None where there is none."""
    if _UPLOAD_PATHS.match(path):
        return MAX_UPLOAD_BODY_BYTES
    if _EDIT_PATHS.match(path):
        return MAX_EDIT_BODY_BYTES
    return MAX_BODY_BYTES if path.startswith("/api/") else None


def _too_large_error(limit: int) -> TooLarge:
    limit_text = f"{limit // 2**20} MiB" if limit >= 2**20 else f"{limit // 1024} KiB"
    return TooLarge(f"The request is larger than {limit_text}: shorten it.")
