"""One HTTP/1.1 connection with one request and its response, as an asyncio protocol around httptools' parser."""

import asyncio
from typing import cast

import httpx
from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

MAX_BUFFERED_BYTES = 256 * 1024
"""Body bytes that wait for their reader; beyond it the socket is no longer read, so that the server has to wait."""
MAX_HEAD_BYTES = 64 * 1024
MIN_READ_INTERVAL = 0.002
"""Seconds between two reads of a body. A read costs as much as ten pieces, and returns all that has arrived."""


class HttpConnection(asyncio.Protocol):
    """The client's end of a connection. Bytes that arrived before an error are read before it is raised."""

    def __init__(self) -> None:
        self.headers: list[tuple[bytes, bytes]] = []
        self._loop = asyncio.get_running_loop()
        self._parser = HttpResponseParser(self)
        # The operator chose this server, so leniency is no risk; old proxies need it.
        self._parser.set_dangerous_leniencies(
            lenient_chunked_length=True, lenient_optional_cr_before_lf=True, lenient_spaces_after_chunk_size=True
        )
        self._status: int | None = None
        self._head_size = 0
        self._chunks: list[bytes] = []
        self._buffered_bytes = 0
        self._last_read_at = 0.0
        self._is_paused = False
        self._is_complete = False
        self._error: httpx.TransportError | None = None
        self._waiter: asyncio.Future[None] | None = None

    def send(self, data: bytes) -> None:
        """Write the request. A server may answer without reading all of it, so a write never fails here."""
        self._transport.write(data)

    async def read_status(self) -> int:
        """Wait for the response's head; ``headers`` are complete then. Raises httpx.TransportError."""
        while self._status is None:
            await self._wait_for_data()
        return self._status

    async def read(self) -> bytes:
        """The body bytes that have arrived since the last read, empty at its end. Raises httpx.TransportError.

        Between two reads the bytes of a fast server gather here, not in the socket: the system drops what it still
        holds when the connection is reset.
        """
        wait = self._last_read_at + MIN_READ_INTERVAL - self._loop.time()
        if wait > 0 and not (self._is_complete or self._error):
            await asyncio.sleep(wait)
        self._last_read_at = self._loop.time()
        while not self._chunks:
            if self._is_complete:
                return b""
            await self._wait_for_data()
        return self._take_buffer()

    def close(self) -> None:
        """Abort the connection: that is how a server learns to stop."""
        # Before the abort, which asyncio reports as a lost connection: the first reason stays.
        self._fail(httpx.ReadError("the connection was closed here"))
        self._transport.abort()

    def _take_buffer(self) -> bytes:
        data = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
        self._chunks, self._buffered_bytes = [], 0
        if self._is_paused:
            self._is_paused = False
            self._transport.resume_reading()
        return data

    async def _wait_for_data(self) -> None:
        if self._error:
            raise self._error
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    def _fail(self, error: httpx.TransportError) -> None:
        if not self._is_complete and not self._error:
            self._error = error
            self._wake()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio once the connection is open."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Called by asyncio with the bytes that arrive."""
        if self._is_complete or self._error:
            return
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self._fail(httpx.RemoteProtocolError(str(error)))
        # After parsing, which tells whether these bytes completed the head.
        self._check_head_size(len(data))
        if self._buffered_bytes > MAX_BUFFERED_BYTES and not self._is_paused and not self._is_complete:
            self._is_paused = True
            self._transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio at the end; ``exc`` is None if the server closed the connection in order."""
        if exc is None and not self._error and not _is_self_delimited(self.headers):
            self.on_message_complete()
        self._fail(httpx.ReadError(str(exc)) if exc else httpx.RemoteProtocolError("the answer was cut off"))

    def _check_head_size(self, new_bytes: int) -> None:
        if self._status is not None:
            return
        self._head_size += new_bytes
        if self._head_size > MAX_HEAD_BYTES:
            self._fail(httpx.RemoteProtocolError("the head has no end"))
            self._transport.abort()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser for each header and trailer."""
        if self._status is None:  # else it is a trailer
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Called by the parser at the end of each head, also that of an interim response."""
        if self._is_complete:  # a second response, which nobody asked for
            return
        status = self._parser.get_status_code()
        if status < 200:  # an interim response, such as 103 Early Hints
            self.headers = []
            return
        self._status = status
        self._wake()

    def on_body(self, data: bytes) -> None:
        """Called by the parser for each part of the body."""
        if self._is_complete:
            return
        self._chunks.append(data)
        self._buffered_bytes += len(data)
        self._wake()

    def on_message_complete(self) -> None:
        """Called by the parser at the end of the body."""
        if self._status is not None:  # else it is the end of an interim response
            self._is_complete = True
            self._wake()


def _is_self_delimited(headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether the headers say where the body ends; else it ends with the connection (RFC 9112, section 6.3)."""
    return any(name.lower() in (b"content-length", b"transfer-encoding") for name, _ in headers)
