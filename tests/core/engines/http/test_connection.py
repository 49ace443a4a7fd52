"""One connection, in front of a server of raw bytes."""

import asyncio
from contextlib import suppress

import httpx
import pytest

from core.engines.http import connection
from core.engines.http.connection import MAX_BUFFERED_BYTES
from tests.support.engines.transport_client import open_response, read_body, respond
from tests.support.servers.raw_server import reset_connection

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


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
        async with open_response(respond(answer[:cut], answer[cut:])) as response:
            assert (response.status_code, await read_body(response)) == (200, (b"abcde", None))


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
    async with open_response(respond(end)) as response:
        await asyncio.sleep(0.05)  # both are there by now
        body, error = await read_body(response)
    assert body == b"abc"
    assert isinstance(error, kind)


async def test_a_second_answer_in_the_same_portion_is_not_read() -> None:
    one, other = (
        b"HTTP/1.1 %s\r\nContent-Length: 3\r\n\r\n%s" % it for it in ((b"200 OK", b"abc"), (b"500 No", b"xyz"))
    )
    async with open_response(respond(one + other)) as response:
        assert (response.status_code, await read_body(response)) == (200, (b"abc", None))


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
        async with open_response(respond(head)):
            pytest.fail("there is a response")


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

    async with open_response(serve) as response:
        held = -1
        while held != written:
            held = written
            await asyncio.sleep(0.2)
        assert held < 64 * MAX_BUFFERED_BYTES
        assert len((await read_body(response))[0]) == 64 * MAX_BUFFERED_BYTES


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

    async with open_response(serve) as response:
        reads = response.aiter_raw()
        assert await anext(reads) == b"a"
        first.set()
        assert await anext(reads) == letters
        with pytest.raises(httpx.ReadError):
            await anext(reads)
