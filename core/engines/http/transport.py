"""HTTP/1.1 under httpx, with little between the socket and its reader: a model's answer is thousands of small reads.

httpx's own transport takes a lock, a timeout and several tasks' worth of bookkeeping for each of them, which cost more
than all that is done with the text. And unlike aiohttp's, this one hands out what came before a connection broke.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from typing import Any, cast

import httpx
from aiohappyeyeballs import start_connection
from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

MAX_BUFFERED_BYTES = 256 * 1024
"""Bytes that wait for their reader, beyond which the server has to wait, too."""
MAX_HEAD_BYTES = 64 * 1024
MIN_READ_INTERVAL = 0.002
"""Seconds between two reads of a body at least: one costs as much as ten pieces do, and takes all that came."""
HAPPY_EYEBALLS_DELAY = 0.25
"""Seconds until the next address of a name is tried beside the one before (RFC 8305, section 5)."""
DEFAULT_PORTS = {"http": 80, "https": 443}


class DirectTransport(httpx.AsyncBaseTransport):
    """Opens a connection for each request and closes it with the response; knows no proxy.

    Of httpx's timeouts ``connect`` counts, with name and handshake; whoever reads sets his own. ``tls`` is what https
    needs.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._closed = False
        self._connections: set[_Connection] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The response, of which the head has been read. Raises httpx.TransportError."""
        if self._closed:
            raise httpx.ConnectError("no connection is opened any more")
        request_bytes = _encode_head(request) + await request.aread()
        connection = await self._connect(request)
        self._connections.add(connection)
        stream = ResponseBody(connection, self)
        try:
            connection.send(request_bytes)
            status = await connection.read_status()
        except BaseException:
            await stream.aclose()
            raise
        return httpx.Response(status, headers=connection.headers, stream=stream)

    def forget(self, connection: "_Connection") -> None:
        """Let go of one that its reader has closed."""
        self._connections.discard(connection)

    async def aclose(self) -> None:
        """Close every connection, for good; whoever reads one gets httpx.ReadError."""
        self._closed = True
        for connection in self._connections:
            connection.close()
        self._connections.clear()

    async def _connect(self, request: httpx.Request) -> "_Connection":
        url, loop = request.url, asyncio.get_running_loop()
        host = url.raw_host.decode("ascii")
        tls: dict[str, Any] = {}
        if url.scheme == "https":
            tls = {"ssl": self._tls or httpx.create_ssl_context(), "server_hostname": host}
        port = DEFAULT_PORTS[url.scheme] if url.port is None else url.port
        try:
            async with asyncio.timeout(request.extensions["timeout"]["connect"]):
                match await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                    case [
                        (socket.AF_INET, *_, (str(only_address), int()))
                    ]:  # nothing to try beside it, and half the work
                        target: dict[str, Any] = {"host": only_address, "port": port}
                    case addresses:
                        target = {"sock": await start_connection(addresses, happy_eyeballs_delay=HAPPY_EYEBALLS_DELAY)}
                return (await loop.create_connection(_Connection, **target, **tls))[1]
        except TimeoutError as error:
            raise httpx.ConnectTimeout(f"no connection to {host}") from error
        except (OSError, UnicodeError) as error:  # a name may be none that a resolver takes
            raise httpx.ConnectError(f"no connection to {host}: {error}") from error


class ResponseBody(httpx.AsyncByteStream):
    """What follows a response's head."""

    def __init__(self, connection: "_Connection", transport: DirectTransport) -> None:
        self.read = connection.read
        self._connection, self._transport = connection, transport

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """As httpx reads it."""
        while data := await self.read():
            yield data

    async def aclose(self) -> None:
        """Close the connection."""
        self._connection.close()
        self._transport.forget(self._connection)


class _Connection(asyncio.Protocol):
    """One request and its response. What has come is read before the error that came after it."""

    def __init__(self) -> None:
        self.headers: list[tuple[bytes, bytes]] = []
        self._loop = asyncio.get_running_loop()
        self._parser = HttpResponseParser(self)
        # Whatever answers was chosen by whoever set this up; old proxies write what the standard only tolerates.
        self._parser.set_dangerous_leniencies(
            lenient_chunked_length=True, lenient_optional_cr_before_lf=True, lenient_spaces_after_chunk_size=True
        )
        self._status: int | None = None
        self._head_size = 0
        self._chunks: list[bytes] = []
        self._buffered_bytes = 0
        self._last_read_at = 0.0
        self._is_paused = self._is_complete = False
        self._error: httpx.TransportError | None = None
        self._waiter: asyncio.Future[None] | None = None

    def send(self, data: bytes) -> None:
        """Write the request; what a server does not take is no error before its answer is one."""
        self._transport.write(data)

    async def read_status(self) -> int:
        """Wait for the head, of which ``headers`` are known then. Raises httpx.TransportError."""
        while self._status is None:
            await self._wait_for_data()
        return self._status

    async def read(self) -> bytes:
        """What has come of the body since, none at its end. Raises httpx.TransportError.

        What a fast server writes gathers until it is time to read again. It is taken from the system all the while:
        what lies there is lost with a connection that is reset.
        """
        if (wait := self._last_read_at + MIN_READ_INTERVAL - self._loop.time()) > 0 and not (
            self._is_complete or self._error
        ):
            await asyncio.sleep(wait)
        self._last_read_at = self._loop.time()
        while not self._chunks:
            if self._is_complete:
                return b""
            await self._wait_for_data()
        data = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
        self._chunks, self._buffered_bytes = [], 0
        if self._is_paused:
            self._is_paused = False
            self._transport.resume_reading()
        return data

    def close(self) -> None:
        """Break off: it is how a server is told to stop."""
        self._fail(httpx.ReadError("the connection was closed here"))
        self._transport.abort()

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

    # What asyncio and the parser call, by their names for it.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._is_complete or self._error:
            return
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self._fail(httpx.RemoteProtocolError(str(error)))
        if self._status is None:
            self._head_size += len(data)
            if self._head_size > MAX_HEAD_BYTES:
                self._fail(httpx.RemoteProtocolError("the head has no end"))
                self._transport.abort()
        if self._buffered_bytes > MAX_BUFFERED_BYTES and not self._is_paused and not self._is_complete:
            self._is_paused = True
            self._transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is None and not self._error and not _is_self_delimited(self.headers):
            self.on_message_complete()
        self._fail(httpx.ReadError(str(exc)) if exc else httpx.RemoteProtocolError("the answer was cut off"))

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._status is None:  # else a trailer
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        if self._is_complete:  # another answer, to a question that nobody asked
            return
        status = self._parser.get_status_code()
        if status < 200:  # "please wait": the answer follows
            self.headers = []
            return
        self._status = status
        self._wake()

    def on_body(self, data: bytes) -> None:
        if self._is_complete:
            return
        self._chunks.append(data)
        self._buffered_bytes += len(data)
        self._wake()

    def on_message_complete(self) -> None:
        if self._status is not None:
            self._is_complete = True
            self._wake()


def _encode_head(request: httpx.Request) -> bytes:
    lines = [b"%s %s HTTP/1.1" % (request.method.encode(), request.url.raw_path)]
    lines += [b"%s: %s" % header for header in request.headers.raw]
    if any(b"\r" in line or b"\n" in line for line in lines):
        raise httpx.LocalProtocolError("a header is a single line")
    return b"\r\n".join([*lines, b"", b""])


def _is_self_delimited(headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether the body says where it ends; else it ends with the connection (RFC 9112, section 6.3)."""
    return any(name.lower() in (b"content-length", b"transfer-encoding") for name, _ in headers)
