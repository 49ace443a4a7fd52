"""The server: where it listens, what it says at its start, and in which order it ends."""

import asyncio
import gc
import socket
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from api import server as server_module
from api.server import MAX_OPEN_FILES, Server, open_listen_socket, server_config
from api.server_connections import ServerHttpConnection
from core.errors import ConfigurationError
from core.settings import Settings


def on_port(settings: Settings, port: int, host: str = "127.0.0.1") -> Settings:
    return settings.model_copy(update={"port": port, "host": host})


@pytest.fixture
def process_settings() -> Iterator[None]:
    """What a server changes for its whole process is as before after the test."""
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    yield
    sys.setswitchinterval(interval)
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def test_the_socket_listens_at_the_address_of_the_settings_and_delays_no_piece(settings: Settings) -> None:
    with open_listen_socket(on_port(settings, 0)) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"
        assert listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        with socket.create_connection(listening.getsockname()):
            connection, _ = listening.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_port_that_is_taken_is_named_with_what_to_do(settings: Settings, host: str) -> None:
    try:
        other = open_listen_socket(on_port(settings, 0, host))
    except ConfigurationError:
        pytest.skip(f"this machine has no {host}")
    with other:
        port = other.getsockname()[1]
        with pytest.raises(ConfigurationError) as refused:
            open_listen_socket(on_port(settings, port, host))
    shown_host = "[::1]" if host == "::1" else host
    assert refused.value.message.startswith(f"Cannot listen on {shown_host}:{port} (Address already in use): ")
    assert "LIVEWRIGHT_PORT" in refused.value.message


def test_a_host_that_is_not_this_machine_is_refused(settings: Settings) -> None:
    with pytest.raises(ConfigurationError, match=r"^Cannot listen on 203\.0\.113\.7:"):
        open_listen_socket(on_port(settings, 0, "203.0.113.7"))


async def answer_nothing(_scope: object, _receive: object, _send: object) -> None:
    """An application that is never asked."""


def test_uvicorn_leaves_logs_and_proxies_to_the_product(settings: Settings) -> None:
    config = server_config(answer_nothing, settings)
    assert (config.proxy_headers, config.access_log, config.server_header) == (False, False, False)
    assert config.log_config is None
    assert config.http is ServerHttpConnection
    assert (config.ws_max_size, config.timeout_graceful_shutdown) == (256 * 1024, 2)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize(
    ("hard_limit", "expected"), [(4_096, 4_096), (MAX_OPEN_FILES + 1, MAX_OPEN_FILES), (-1, MAX_OPEN_FILES)]
)
@pytest.mark.parametrize("is_refused", [False, True])
def test_as_many_files_as_the_system_allows_may_be_open(
    monkeypatch: pytest.MonkeyPatch, hard_limit: int, expected: int, *, is_refused: bool
) -> None:
    import resource  # noqa: PLC0415 - not there on Windows

    asked: list[Any] = []

    def set_limit(_which: int, limits: tuple[int, int]) -> None:
        asked.append(limits)
        if is_refused:
            raise ValueError("not allowed")

    assert resource.RLIM_INFINITY == -1
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (1_024, hard_limit))
    monkeypatch.setattr(resource, "setrlimit", set_limit)
    server_module._raise_file_limit()
    assert asked == [(expected, hard_limit)]


@pytest.mark.usefixtures("process_settings")
async def test_the_start_is_told_once_it_serves_and_runs_end_before_connections(settings: Settings) -> None:
    events: list[str] = []
    released, is_reading = asyncio.Event(), asyncio.Event()

    async def read_until_the_runs_end(_request: Request) -> PlainTextResponse:
        is_reading.set()
        await released.wait()
        return PlainTextResponse("all of it")

    async def tell_start(url: str) -> None:
        events.append(f"serves at {url}")

    async def drain_runs() -> None:
        events.append("runs end")
        released.set()

    app = Starlette(routes=[Route("/", read_until_the_runs_end)])
    with open_listen_socket(on_port(settings, 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = Server(app, settings, listening, tell_start, drain_runs)
        serving = asyncio.create_task(server._serve([listening]))
        async with httpx.AsyncClient(timeout=10) as client:
            answer_task = asyncio.create_task(client.get(url))
            await is_reading.wait()
            assert events == [f"serves at {url}"]
            server.should_exit = True
            assert (await answer_task).text == "all of it"
            await serving
    assert events == [f"serves at {url}", "runs end"]
    assert sys.getswitchinterval() == pytest.approx(server_module.THREAD_SWITCH_INTERVAL)
