"""A client whose requests go through ``DirectTransport`` to a server of raw bytes."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx

from core.engines.http.transport import DirectTransport
from tests.support.servers.raw_server import ConnectionHandler, raw_server


def respond(*parts: bytes) -> ConnectionHandler:
    """Read the request, send these parts, and close."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0)

    return serve


@asynccontextmanager
async def open_response(handler: ConnectionHandler) -> AsyncGenerator[httpx.Response, None]:
    """The response, its body not read yet, in bounded time."""
    async with (
        asyncio.timeout(20),
        raw_server(handler) as url,
        httpx.AsyncClient(transport=DirectTransport(), timeout=httpx.Timeout(None, connect=5)) as client,
        client.stream("GET", url) as response,
    ):
        yield response


async def read_body(response: httpx.Response) -> tuple[bytes, httpx.HTTPError | None]:
    """All bytes of the body that arrive, and the error after them."""
    body = b""
    try:
        async for data in response.aiter_bytes():
            body += data
    except httpx.HTTPError as error:
        return body, error
    return body, None
