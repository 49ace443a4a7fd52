"""The server itself: where it listens, how it begins and ends."""

import asyncio
import gc
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from api.routes.streams import ShortWay
from core.errors import ConfigurationError
from core.settings import Settings

SHUTDOWN_SECONDS = 2
LARGEST_FRAME = 256 * 1024
SWITCH_SECONDS = 0.0005  # at the usual 5 ms, a busy event loop holds up each statement of a database thread


class Server(uvicorn.Server):
    """Runs ``welcome`` with its address once it serves, and ``drain`` before it ends: readers would keep it waiting."""

    def __init__(
        self,
        app: ASGIApp,
        listening: socket.socket,
        welcome: Callable[[str], Coroutine[Any, Any, None]],
        drain: Callable[[], Awaitable[None]],
    ) -> None:
        config = uvicorn.Config(
            ShortWay(app),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            ws_max_size=LARGEST_FRAME,
        )
        super().__init__(config)
        self._listening = listening
        self._welcome = welcome
        self._drain = drain

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        sys.setswitchinterval(SWITCH_SECONDS)
        await super().startup(sockets)
        if not self.started:
            return
        gc.collect()
        gc.freeze()  # what is there now stays: to look through all of it again and again stops every stream for 100 ms
        host, port = self._listening.getsockname()[:2]
        url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        self._welcoming = asyncio.create_task(self._welcome(url), name="welcome")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the runs, then the connections."""
        self._welcoming.cancel()
        await self._drain()
        await super().shutdown(sockets)


def listen(settings: Settings) -> socket.socket:
    """The socket of the settings' address. Raises ConfigurationError."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listening = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        reason = str(error.strerror).partition(" (while")[0]
        raise ConfigurationError(
            f"Cannot listen on {settings.host}:{settings.port} ({reason}): stop the program that "
            "holds it, or choose another with --host and --port, or LIVEWRIGHT_HOST and LIVEWRIGHT_PORT."
        ) from error
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # connections inherit it: no piece waits for more
    return listening
