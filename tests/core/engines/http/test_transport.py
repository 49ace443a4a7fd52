"""The transport under httpx, in front of a server of raw bytes."""

import asyncio

import httpx
import pytest

from core.engines.http.transport import DirectTransport
from tests.support.engines.transport_client import read_body, respond
from tests.support.servers.raw_server import raw_server


async def test_a_name_that_no_resolver_takes_is_no_connection() -> None:
    async with httpx.AsyncClient(transport=DirectTransport()) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("http://my..host:1/")


async def test_a_header_of_two_lines_is_never_sent() -> None:
    async with httpx.AsyncClient(transport=DirectTransport()) as client:
        with pytest.raises(httpx.LocalProtocolError):
            await client.get("http://127.0.0.1:9", headers=[(b"x", b"a\r\nHost: other")])


async def test_closing_the_client_ends_what_is_being_read() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await respond(b"HTTP/1.1 200 OK\r\n\r\nabc")(reader, writer)
        await reader.read()

    transport = DirectTransport()
    client = httpx.AsyncClient(transport=transport, timeout=httpx.Timeout(None, connect=5))
    async with asyncio.timeout(10), raw_server(serve) as url:
        response = await client.send(client.build_request("GET", url), stream=True)
        asyncio.get_running_loop().call_later(0.05, lambda: asyncio.ensure_future(client.aclose()))
        body, error = await read_body(response)
    assert body == b"abc"
    assert isinstance(error, httpx.ReadError)
