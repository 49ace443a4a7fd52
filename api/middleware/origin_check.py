"""Sockets are opened by pages of this server, and by those of the origins that the settings name.

A browser sends cookies with a WebSocket wherever the page comes from, and no rule of CORS stops it: so the server
compares the ``Origin``. A request without one comes from no browser.
"""

import logging
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.error_handlers import error_response
from core.engines.http.address import DEFAULT_PORTS
from core.errors import Forbidden

_logger = logging.getLogger(__name__)

SOCKET_PATH = "/_nicegui_ws/"
"""Where NiceGUI's socket is; it begins as plain requests where a WebSocket is not to be had."""
CLOSE_FORBIDDEN = 4403


class OriginCheck:
    """Refuses sockets to pages of other origins: 403, before a WebSocket is accepted."""

    def __init__(self, app: ASGIApp, allowed_origins: Iterable[str]) -> None:
        self.app = app
        self._allowed_origins = frozenset(allowed_origins)
        self._has_warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, unless it is one of another origin for a socket."""
        if not _opens_socket(scope) or self._is_allowed(Headers(scope=scope)):
            await self.app(scope, receive, send)
            return
        self._warn_once()
        # Before it is accepted, a close becomes a 403 of the handshake.
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": CLOSE_FORBIDDEN, "reason": "This origin may not connect."})
        else:
            await error_response(Forbidden("Pages of this origin may not connect here."))(scope, receive, send)

    def _is_allowed(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        return origin is None or origin in self._allowed_origins or _is_same_host(origin, headers.get("host", ""))

    def _warn_once(self) -> None:
        if not self._has_warned:
            self._has_warned = True
            _logger.warning(
                "A page of another origin was refused. If it is your own, have the reverse proxy pass the Host header "
                "on, or name the origin in LIVEWRIGHT_CORS_ORIGINS."
            )


def _opens_socket(scope: Scope) -> bool:
    path: str = scope.get("path", "")
    return scope["type"] == "websocket" or (scope["type"] == "http" and path.startswith(SOCKET_PATH))


def _is_same_host(origin: str, host: str) -> bool:
    """Whether an origin is of this host and port. The scheme is not compared: a proxy that ends TLS may not tell it."""
    try:
        page, server = urlsplit(origin), urlsplit(f"//{host}")
        default_port = DEFAULT_PORTS.get(page.scheme)
        is_same_port = (page.port or default_port) == (server.port or default_port)
    except ValueError:
        return False
    return page.hostname is not None and page.hostname == server.hostname and is_same_port
