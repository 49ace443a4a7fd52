"""An httpx transport for model answers, which are streams of thousands of small reads.

Reading a stream through it takes less than half of the CPU that httpx's own transport takes, which locks and schedules
around each read. Of the whole product, httpx's own would take about 30 % more per piece: ``main.py bench`` shows the
sum (``tests/benchmarks/throughput.py``, 50 runs at 50 pieces a second).

It also hands out all bytes that arrived before a connection broke, so that no text of a model is lost.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator

import httpx
from aiohappyeyeballs import start_connection

from core.engines.http.address import DEFAULT_PORTS
from core.engines.http.connection import HttpConnection

HAPPY_EYEBALLS_DELAY = 0.25
"""Seconds until the next address of a name is tried beside the one before (RFC 8305, section 5)."""


class DirectTransport(httpx.AsyncBaseTransport):
    """Opens a connection per request and closes it with the response; does not know proxies.

    Of httpx's timeouts only ``connect`` counts, for name, connection and TLS handshake; readers set their own.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._closed = False
        self._connections: set[HttpConnection] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The response, its head read, its body not. Raises httpx.TransportError."""
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
            # Also where this is cancelled: httpx closes only a response that it has got.
            await stream.aclose()
            raise
        return httpx.Response(status, headers=connection.headers, stream=stream)

    def forget(self, connection: HttpConnection) -> None:
        """Drop a connection that its reader has closed."""
        self._connections.discard(connection)

    async def aclose(self) -> None:
        """Close every connection, for good; their readers get httpx.ReadError."""
        self._closed = True
        for connection in self._connections:
            connection.close()
        self._connections.clear()

    async def _connect(self, request: httpx.Request) -> HttpConnection:
        url = request.url
        host = url.raw_host.decode("ascii")
        port = DEFAULT_PORTS[url.scheme] if url.port is None else url.port
        tls = (self._tls or httpx.create_ssl_context()) if url.scheme == "https" else None
        try:
            async with asyncio.timeout(request.extensions["timeout"]["connect"]):
                return await _open_connection(host, port, tls)
        except TimeoutError as error:
            raise httpx.ConnectTimeout(f"no connection to {host}") from error
        except (OSError, UnicodeError) as error:  # UnicodeError: a name that no resolver takes
            raise httpx.ConnectError(f"no connection to {host}: {error}") from error


class ResponseBody(httpx.AsyncByteStream):
    """The body of a response."""

    def __init__(self, connection: HttpConnection, transport: DirectTransport) -> None:
        self._connection, self._transport = connection, transport

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        """As httpx reads it."""
        while data := await self._connection.read():
            yield data

    async def aclose(self) -> None:
        """Close the connection."""
        self._connection.close()
        self._transport.forget(self._connection)


async def _open_connection(host: str, port: int, tls: ssl.SSLContext | None) -> HttpConnection:
    loop = asyncio.get_running_loop()
    server_name = host if tls else None
    match await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        case [(socket.AF_INET, *_, (str(address), int()))]:  # nothing to try beside it: half the work
            _, connection = await loop.create_connection(
                HttpConnection, address, port, ssl=tls, server_hostname=server_name
            )
        case addresses:
            sock = await start_connection(addresses, happy_eyeballs_delay=HAPPY_EYEBALLS_DELAY)
            _, connection = await loop.create_connection(
                HttpConnection, sock=sock, ssl=tls, server_hostname=server_name
            )
    return connection


def _encode_head(request: httpx.Request) -> bytes:
    lines = [b"%s %s HTTP/1.1" % (request.method.encode(), request.url.raw_path)]
    lines += [b"%s: %s" % header for header in request.headers.raw]
    # Names and keys come from settings: a line break in one would begin a header of its own.
    if any(b"\r" in line or b"\n" in line for line in lines):
        raise httpx.LocalProtocolError("a header is a single line")
    return b"\r\n".join([*lines, b"", b""])
