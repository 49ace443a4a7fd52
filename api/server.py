"""The server itself: where it listens, how it begins and ends."""

import asyncio
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from api import garbage_collection
from api.middleware import wrap_app
from api.middleware.forwarded_headers import is_trusted
from api.server_connections import UvicornConfig
from core.errors import ConfigurationError
from core.settings import Settings

CONNECTIONS_END_TIMEOUT = 2
MAX_FRAME_BYTES = 256 * 1024
MAX_OPEN_FILES = 65_536
THREAD_SWITCH_INTERVAL = 0.0005  # at the usual 5 ms, a busy event loop holds up each statement of a database thread


class Server(uvicorn.Server):
    """Calls ``on_started`` with its address once it serves.

    ``drain_runs`` is called before it ends, because open streams would keep it waiting.
    """

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        listen_socket: socket.socket,
        on_started: Callable[[str], Coroutine[Any, Any, None]],
        drain_runs: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__(server_config(app, settings))
        self._listen_socket = listen_socket
        self._on_started = on_started
        self._drain_runs = drain_runs

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        sys.setswitchinterval(THREAD_SWITCH_INTERVAL)
        _raise_file_limit()
        await super().startup(sockets)
        if not self.started:
            return
        garbage_collection.begin()
        host, port = self._listen_socket.getsockname()[:2]
        url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        self._on_started_task = asyncio.create_task(self._on_started(url), name="on started")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the runs, then the connections."""
        # It may still wait for an answer of the engine, which nobody needs any more.
        self._on_started_task.cancel()
        # Runs first: their streams end with them, and uvicorn waits for open ones.
        await self._drain_runs()
        await super().shutdown(sockets)


def server_config(app: ASGIApp, settings: Settings) -> UvicornConfig:
    """How connections are served; proxies' headers are read by the middleware, not by uvicorn."""

    def is_proxy(address: str) -> bool:
        return is_trusted(address, settings.trusted_networks)

    return UvicornConfig(
        wrap_app(app, settings),
        is_proxy,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=CONNECTIONS_END_TIMEOUT,
        ws_max_size=MAX_FRAME_BYTES,
    )


def _raise_file_limit() -> None:
    """Let this process have as many open connections as the system allows: 1,024 is a usual limit to begin with."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not there on Windows

        _, hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = hard_limit if hard_limit != resource.RLIM_INFINITY else MAX_OPEN_FILES
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, MAX_OPEN_FILES), hard_limit))


def open_listen_socket(settings: Settings) -> socket.socket:
    """The socket of the settings' address. Raises ConfigurationError."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listen_socket = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        reason = str(error.strerror).partition(" (while")[0]
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        raise ConfigurationError(
            f"Cannot listen on {host}:{settings.port} ({reason}): stop the program that "
            "holds it, or choose another with --host and --port, or LIVEWRIGHT_HOST and LIVEWRIGHT_PORT."
        ) from error
    listen_socket.setsockopt(
        socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
    )  # connections inherit it: no piece waits for more
    return listen_socket
