"""The transport under httpx, before a server of raw bytes."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest

from core.engines.http import connection
from core.engines.http.connection import MAX_BUFFERED_BYTES
from core.engines.http.transport import DirectTransport
from tests.support.servers.raw_server import ConnectionHandler, raw_server, reset_connection

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def saying(*parts: bytes) -> ConnectionHandler:
    """Read the request, say this, and close."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0)

    return serve


@asynccontextmanager
async def asked(serve: ConnectionHandler) -> AsyncGenerator[httpx.Response, None]:
    """The response, its body not read yet, in a bounded time."""
    transport = DirectTransport()
    async with (
        asyncio.timeout(20),
        raw_server(serve) as url,
        httpx.AsyncClient(transport=transport, timeout=httpx.Timeout(None, connect=5)) as client,
        client.stream("GET", url) as response,
    ):
        yield response


async def heard(response: httpx.Response) -> tuple[bytes, httpx.HTTPError | None]:
    """All that came, and the error after it."""
    body = b""
    try:
        async for data in response.aiter_bytes():
            body += data
    except httpx.HTTPError as error:
        return body, error
    return body, None


@pytest.mark.parametrize(
    "answer",
    [
        CHUNKED + b"2\r\nab\r\n3;x=y\r\ncde\r\n0\r\n\r\n",
        OK + b"Content-Length: 5\r\n\r\nabcde",
        OK + b"\r\nabcde",
        b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK + b"content-length: 5\r\n\r\nabcde",
    ],
    ids=["chunks", "length", "until it closes", "after a hint"],
)
async def test_a_body_is_the_same_wherever_its_bytes_are_cut(answer: bytes) -> None:
    for cut in range(1, len(answer), 3):
        async with asked(saying(answer[:cut], answer[cut:])) as response:
            assert (response.status_code, await heard(response)) == (200, (b"abcde", None))


@pytest.mark.parametrize(
    ("end", "kind"),
    [
        (CHUNKED + b"3\r\nabc\r\n", httpx.RemoteProtocolError),
        (CHUNKED + b"3\r\nabc\r\nnonsense\r\n", httpx.RemoteProtocolError),
        (OK + b"Content-Length: 9\r\n\r\nabc", httpx.RemoteProtocolError),
    ],
    ids=["cut off", "nonsense", "too short"],
)
async def test_what_came_before_an_error_is_handed_out_before_it(end: bytes, kind: type[httpx.HTTPError]) -> None:
    async with asked(saying(end)) as response:
        await asyncio.sleep(0.05)  # both are there by now
        body, error = await heard(response)
    assert body == b"abc"
    assert isinstance(error, kind)


async def test_a_second_answer_in_the_same_portion_is_not_read() -> None:
    one, other = (
        b"HTTP/1.1 %s\r\nContent-Length: 3\r\n\r\n%s" % it for it in ((b"200 OK", b"abc"), (b"500 No", b"xyz"))
    )
    async with asked(saying(one + other)) as response:
        assert (response.status_code, await heard(response)) == (200, (b"abc", None))


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000,
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    ],
    ids=["endless", "another protocol"],
)
async def test_a_head_that_leads_nowhere_is_an_error(head: bytes) -> None:
    with pytest.raises(httpx.TransportError):
        async with asked(saying(head)):
            pytest.fail("there is a response")


async def test_a_name_that_no_resolver_takes_is_no_connection() -> None:
    async with httpx.AsyncClient(transport=DirectTransport()) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("http://my..host:1/")


async def test_a_server_waits_for_a_reader_that_does_not_read() -> None:
    written = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK + b"\r\n")
        with suppress(ConnectionError):
            while written < 64 * MAX_BUFFERED_BYTES:
                writer.write(b"x" * MAX_BUFFERED_BYTES)
                await writer.drain()
                written += MAX_BUFFERED_BYTES

    async with asked(serve) as response:
        held = -1
        while held != written:
            held = written
            await asyncio.sleep(0.2)
        assert held < 64 * MAX_BUFFERED_BYTES
        assert len((await heard(response))[0]) == 64 * MAX_BUFFERED_BYTES


async def test_what_a_fast_server_writes_is_read_together_and_before_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MIN_READ_INTERVAL", 0.5)
    first, letters = asyncio.Event(), b"0123456789" * 20

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(CHUNKED + b"1\r\na\r\n")
        await first.wait()
        for letter in letters:  # more than a system sends before anybody takes it
            writer.write(b"1\r\n%c\r\n" % letter)
            await writer.drain()
            await asyncio.sleep(0)
        reset_connection(writer)

    async with asked(serve) as response:
        reads = response.aiter_raw()
        assert await anext(reads) == b"a"
        first.set()
        assert await anext(reads) == letters
        with pytest.raises(httpx.ReadError):
            await anext(reads)


async def test_a_header_of_two_lines_is_never_sent() -> None:
    async with httpx.AsyncClient(transport=DirectTransport()) as client:
        with pytest.raises(httpx.LocalProtocolError):
            await client.get("http://127.0.0.1:9", headers=[(b"x", b"a\r\nHost: other")])


async def test_closing_the_client_ends_what_is_being_read() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await saying(OK + b"\r\nabc")(reader, writer)
        await reader.read()

    transport = DirectTransport()
    client = httpx.AsyncClient(transport=transport, timeout=httpx.Timeout(None, connect=5))
    async with asyncio.timeout(10), raw_server(serve) as url:
        response = await client.send(client.build_request("GET", url), stream=True)
        asyncio.get_running_loop().call_later(0.05, lambda: asyncio.ensure_future(client.aclose()))
        body, error = await heard(response)
    assert body == b"abc"
    assert isinstance(error, httpx.ReadError)
