"""Connections of the server beyond what uvicorn does: bounds on slow and on many clients, and answers to HTTP/1.0.

Headers must arrive in time, and a body must not stall. Connections without headers are limited, and the oldest is
closed first: a browser sends its headers at once, so it gets in however many wait.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from core.accounts.sign_in_limits import network_of

HEADER_TIMEOUT = 10.0
"""Seconds for all headers of a request, from its first byte, or from the connection for the first request."""
MAX_HEAD_BYTES = 64 * 1024
"""Of a request line with its headers; uvicorn's parser has no limit, and keeps all of them in memory."""
BODY_IDLE_TIMEOUT = 60.0
"""Seconds without a byte of an announced body."""
MAX_CONNECTIONS_WITHOUT_HEAD = 256
"""Connections that wait for a head; one more, and the one that has waited longest is closed."""
MAX_CONNECTIONS_PER_ADDRESS = 500
"""Of one visitor; a whole office behind one address has room. Trusted proxies have no limit."""


class ConnectionLimits:
    """Counts the connections of one server; ``is_proxy`` exempts trusted proxies."""

    def __init__(self, is_proxy: Callable[[str], bool]) -> None:
        self._is_proxy = is_proxy
        self._open_by_address: Counter[str] = Counter()
        self._waiting_for_head: dict[asyncio.BaseTransport, None] = {}  # in the order in which they began to wait

    def open(self, address: str) -> bool:
        """Count a connection; False where its address has too many."""
        self._open_by_address[network_of(address)] += 1
        return self._is_proxy(address) or self._open_by_address[network_of(address)] <= MAX_CONNECTIONS_PER_ADDRESS

    def close(self, address: str) -> None:
        """Count it no longer."""
        group = network_of(address)
        self._open_by_address[group] -= 1
        if not self._open_by_address[group]:
            del self._open_by_address[group]

    def await_head(self, transport: asyncio.BaseTransport) -> None:
        """Note that a connection waits for a head; closes the one that has waited longest where there are too many."""
        self._waiting_for_head[transport] = None
        if len(self._waiting_for_head) > MAX_CONNECTIONS_WITHOUT_HEAD:
            oldest = next(iter(self._waiting_for_head))
            self.head_received(oldest)
            oldest.close()

    def head_received(self, transport: asyncio.BaseTransport) -> None:
        """Stop counting it as waiting for headers; calling it twice is harmless."""
        self._waiting_for_head.pop(transport, None)


class UvicornConfig(uvicorn.Config):
    """uvicorn's, with these connections in place of its own."""

    def __init__(self, app: ASGIApp, is_proxy: Callable[[str], bool], **options: Any) -> None:
        super().__init__(app, http=ServerHttpConnection, ws=ServerWebSocketConnection, **options)
        self.limits = ConnectionLimits(is_proxy)


class ServerHttpConnection(HttpToolsProtocol):
    """One connection, bounded in time and number."""

    def __init__(self, config: UvicornConfig, *arguments: Any, **options: Any) -> None:
        super().__init__(config, *arguments, **options)
        self._limits = config.limits
        self._deadline: asyncio.TimerHandle | None = None
        self._head_bytes: int | None = None  # None outside of a head
        self._is_counted = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Take it, or answer 503 where its address has too many."""
        super().connection_made(transport)
        self._is_counted = True
        if self._limits.open(self._address):
            self._await_head()
        else:
            self._refuse(b"503 Service Unavailable")

    def data_received(self, data: bytes) -> None:
        """Read on; the clock for a head starts with its first byte and is not set back by more of it."""
        # Between two requests of one connection no clock runs: uvicorn closes idle ones by itself.
        if self._deadline is None and (self.cycle is None or self.cycle.response_complete):
            self._await_head()
        super().data_received(data)
        if self._head_bytes is not None:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
                self._refuse(b"431 Request Header Fields Too Large")

    def on_message_begin(self) -> None:
        """A head begins."""
        self._head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is there; a body may follow."""
        self._head_bytes = None
        self._head_received()
        super().on_headers_complete()
        self._close_after(BODY_IDLE_TIMEOUT)

    def on_body(self, body: bytes) -> None:
        """More of the body is there."""
        self._close_after(BODY_IDLE_TIMEOUT)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The client has said all."""
        self._cancel_deadline()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over to the other protocol, which counts it anew."""
        self._forget()
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._forget()
        super().connection_lost(exc)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        is_old = cycle.scope["http_version"] == "1.0"
        super()._start_asgi_task(cycle, partial(_answer_without_chunks, cycle, app) if is_old else app)

    @property
    def _address(self) -> str:
        return self.client[0] if self.client else ""

    def _refuse(self, status: bytes) -> None:
        # Written by hand: no request has been read that a response could belong to.
        self.transport.write(b"HTTP/1.1 %b\r\nconnection: close\r\ncontent-length: 0\r\n\r\n" % status)
        self.transport.close()

    def _await_head(self) -> None:
        self._limits.await_head(self.transport)
        self._close_after(HEADER_TIMEOUT)

    def _head_received(self) -> None:
        self._limits.head_received(self.transport)
        self._cancel_deadline()

    def _close_after(self, seconds: float) -> None:
        self._cancel_deadline()
        self._deadline = self.loop.call_later(seconds, self.transport.close)

    def _cancel_deadline(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None

    def _forget(self) -> None:
        self._head_received()
        if self._is_counted:
            self._is_counted = False
            self._limits.close(self._address)


class ServerWebSocketConnection(WebSocketsSansIOProtocol):
    """A WebSocket, counted with the other connections of its address."""

    def __init__(self, config: UvicornConfig, *arguments: Any, **options: Any) -> None:
        super().__init__(config, *arguments, **options)
        self._limits = config.limits

    def connection_made(self, transport: Any) -> None:
        """It was a connection already: its place is its own."""
        super().connection_made(transport)
        self._limits.open(self.client[0] if self.client else "")

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        super().connection_lost(exc)
        self._limits.close(self.client[0] if self.client else "")


async def _answer_without_chunks(
    cycle: RequestResponseCycle, app: ASGIApp, scope: Scope, receive: Receive, send: Send
) -> None:
    """Answer a client of HTTP/1.0: a body without a length ends with the connection (RFC 9112, 6.1 and 6.3)."""
    has_length = True

    async def send_unchunked(message: Message) -> None:
        nonlocal has_length
        if message["type"] == "http.response.start":
            has_length = any(name.lower() == b"content-length" for name, _ in message.get("headers", []))
            cycle.chunked_encoding = None if has_length else False
        elif not has_length:
            cycle.expected_content_length = len(message.get("body", b""))
        await send(message)

    await app(scope, receive, send_unchunked)
