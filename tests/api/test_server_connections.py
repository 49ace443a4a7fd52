"""Slow and many clients, and old ones, over plain sockets."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import urlsplit

import pytest

from api import server_connections
from core.settings import Settings
from tests.support.installation import ApiUser, Installation, create_finished_run

HEALTHZ = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


class Client:
    """One connection, byte by byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def ask(self, content: bytes) -> bytes:
        """All that comes until the server closes."""
        self._writer.write(content)
        return await self.rest()

    async def rest(self) -> bytes:
        try:
            return await self._reader.read()
        except ConnectionError:
            return b""

    def write(self, content: bytes) -> None:
        self._writer.write(content)

    async def close(self) -> None:
        self._writer.close()


@asynccontextmanager
async def client(installation: Installation) -> AsyncGenerator[Client, None]:
    url = urlsplit(installation.url)
    client = Client(*await asyncio.open_connection(url.hostname, url.port))
    try:
        yield client
    finally:
        await client.close()


@pytest.mark.parametrize("head", [b"", b"GET", b"GET / HTTP/1.1\r\nHost: x\r\n", b"\r\n"])
async def test_half_a_head_is_closed(installation: Installation, monkeypatch: pytest.MonkeyPatch, head: bytes) -> None:
    monkeypatch.setattr(server_connections, "HEADER_TIMEOUT", 0.3)
    async with client(installation) as slow, asyncio.timeout(5):
        assert await slow.ask(head) == b""


@pytest.mark.parametrize("before", [b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"], ids=["first", "second"])
async def test_a_head_without_an_end_is_refused(installation: Installation, before: bytes) -> None:
    head = b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: %b\r\n" % (b"a" * 1000) * 66
    # Sooner than the time for a head ends.
    async with client(installation) as endless, asyncio.timeout(5):
        assert b"HTTP/1.1 431 " in await endless.ask(before + head)


async def test_a_head_that_drips_is_closed(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_connections, "HEADER_TIMEOUT", 0.5)
    async with client(installation) as slow, asyncio.timeout(5):
        slow.write(b"GET / HTTP/1.1\r\n")
        closed = asyncio.create_task(slow.rest())
        while not closed.done():
            slow.write(b"A: b\r\n")
            await asyncio.sleep(0.05)
        assert closed.result() == b""


async def test_a_second_head_on_one_connection_is_bounded_too(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_connections, "HEADER_TIMEOUT", 0.3)
    async with client(installation) as slow, asyncio.timeout(15):
        answer = await slow.ask(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HT")
        assert answer.count(b"HTTP/1.1 200") == 1


async def test_a_body_that_stops_is_closed(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_connections, "BODY_IDLE_TIMEOUT", 0.3)
    async with client(installation) as slow, asyncio.timeout(5):
        head = (
            b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n"
        )
        assert b" 200 " not in await slow.ask(head + b"{")


async def test_a_thousand_who_say_nothing_keep_nobody_out(installation: Installation) -> None:
    async with AsyncExitStack() as waiting, asyncio.timeout(25):
        for _ in range(1000):
            await waiting.enter_async_context(client(installation))
        async with client(installation) as browser:
            assert b" 200 " in await browser.ask(HEALTHZ)


async def test_a_socket_outlasts_the_time_for_a_head(ada: ApiUser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_connections, "HEADER_TIMEOUT", 0.2)
    monkeypatch.setattr(server_connections, "BODY_IDLE_TIMEOUT", 0.2)
    async with ada.connect_socket(await ada.create_project()) as socket:
        await asyncio.sleep(0.6)
        await socket.send("nonsense")
        assert "bad_message" in str(await socket.recv())


class TestManyOfOneAddress:
    """Of an address that is no proxy's."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"trusted_proxies": ("192.0.2.1",)})

    async def test_one_too_many_is_refused_until_another_goes(
        self, installation: Installation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(server_connections, "MAX_CONNECTIONS_PER_ADDRESS", 3)
        async with AsyncExitStack() as others, asyncio.timeout(10):
            for _ in range(3):
                await others.enter_async_context(client(installation))
            async with client(installation) as refused:
                assert b" 503 " in await refused.rest()
        async with asyncio.timeout(10):
            answer = b""
            while b" 200 " not in answer:
                async with client(installation) as again:
                    answer = await again.ask(HEALTHZ)

    async def test_sockets_count(
        self, ada: ApiUser, monkeypatch: pytest.MonkeyPatch, installation: Installation
    ) -> None:
        project_id = await ada.create_project()
        monkeypatch.setattr(server_connections, "MAX_CONNECTIONS_PER_ADDRESS", 2)
        await ada.client.aclose()
        async with ada.connect_socket(project_id), ada.connect_socket(project_id), client(installation) as refused:
            assert b" 503 " in await refused.rest()


@pytest.mark.parametrize("path", ["stream", "files", "nothing"])
async def test_a_client_of_http_1_0_gets_no_chunks(installation: Installation, ada: ApiUser, path: str) -> None:
    _, run_id = await create_finished_run(ada)
    request = f"GET /api/runs/{run_id}/{path} HTTP/1.0\r\nHost: x\r\nAuthorization: Bearer {ada.token}\r\n\r\n"
    async with client(installation) as old, asyncio.timeout(10):
        head, _, body = (await old.ask(request.encode())).partition(b"\r\n\r\n")
    assert b"transfer-encoding" not in head.lower()
    assert b"connection: close" in head.lower()
    if path == "stream":
        assert body.startswith(b"retry: 2000\n")
        assert b"data: hello" in body
        assert body.endswith(b"\n\n")
    else:
        assert body[:1] in b"[{"
