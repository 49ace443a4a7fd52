"""Asks an ASGI app: its lifespan, requests with answers in parts, and WebSockets (ASGI specification 3.0)."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

from core.runtime.python.messages import BodyListener, Request, StartListener

STARTUP_TIMEOUT = 60.0
SHUTDOWN_TIMEOUT = 5.0
AsgiApp = Callable[..., Coroutine[Any, Any, None]]
SocketListener = Callable[[dict[str, Any]], None]
"""Gets the app's events: websocket.accept, websocket.send and websocket.close."""

_COMMON_SCOPE: dict[str, Any] = {
    "asgi": {"version": "3.0", "spec_version": "2.3"},
    "http_version": "1.1",
    "root_path": "",
    "client": ("127.0.0.1", 50000),
    "server": ("localhost", 8000),
}


class StartupFailed(Exception):
    """The app's lifespan said that it cannot start."""


class AsgiDriver:
    """One app, from its start to its end."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app
        self._state: dict[str, Any] = {}
        self._lifespan_events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._lifespan_task: asyncio.Task[None] | None = None
        self._stopped = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Run the app's startup. Raises StartupFailed, and what the startup raises."""
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()

        async def send(message: dict[str, Any]) -> None:
            if not answer.done():
                answer.set_result(message)
            elif message["type"].startswith("lifespan.shutdown"):
                self._stopped.set()

        scope = {"type": "lifespan", "asgi": _COMMON_SCOPE["asgi"], "state": self._state}
        self._lifespan_events.put_nowait({"type": "lifespan.startup"})
        task = self._lifespan_task = asyncio.ensure_future(self._app(scope, self._lifespan_events.get, send))
        waited: set[asyncio.Future[Any]] = {task, answer}
        await asyncio.wait(waited, timeout=STARTUP_TIMEOUT, return_when=asyncio.FIRST_COMPLETED)
        await self._check_startup(answer)

    async def _check_startup(self, answer: "asyncio.Future[dict[str, Any]]") -> None:
        task = self._lifespan_task
        if not answer.done():
            # Ended without a word: an app that knows no lifespan. One that still waits never answers.
            if task is None or not task.done():
                raise StartupFailed(f"The app's startup took more than {STARTUP_TIMEOUT:.0f} seconds.")
            task.exception()
            return
        message = answer.result()
        if message["type"] == "lifespan.startup.failed":
            if task is not None:
                await task  # raises what the startup raised, with its traceback
            raise StartupFailed(str(message.get("message") or "The app's startup failed."))

    async def stop(self) -> None:
        """Run the app's shutdown, for a bounded time, and end what it has left running."""
        task = self._lifespan_task
        if task and not task.done():
            self._lifespan_events.put_nowait({"type": "lifespan.shutdown"})
            with suppress(TimeoutError):
                async with asyncio.timeout(SHUTDOWN_TIMEOUT):
                    await asyncio.wait({task})
        for running in (*self._tasks, *([task] if task else [])):
            running.cancel()

    async def request(self, request: Request, on_start: StartListener, on_body: BodyListener) -> None:
        """Ask; returns when the answer has ended. Raises what the app raises, be it after the answer."""
        exchange = _Exchange(request.body, on_start, on_body)
        task = asyncio.ensure_future(self._app(_http_scope(request, self._state), exchange.receive, exchange.send))
        # Held here: background tasks go on after the end of the answer, and nobody waits for them.
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            await exchange.wait_for_end(task)
        except asyncio.CancelledError:
            task.cancel()
            raise
        finally:
            exchange.ended.set()
        if not exchange.started:
            raise RuntimeError("The app ended without an answer.")

    def open_socket(self, request: Request, protocols: list[str], on_event: SocketListener) -> "AsgiSocket":
        """Open a WebSocket; the app's events go to ``on_event``, from its accept to its close."""
        scope = {**_http_scope(request, self._state), "type": "websocket", "scheme": "ws", "subprotocols": protocols}
        del scope["method"]
        return AsgiSocket(self._app, scope, on_event)


class _Exchange:
    """One request and its answer."""

    def __init__(self, body: bytes, on_start: StartListener, on_body: BodyListener) -> None:
        self._body: bytes | None = body
        self._on_start = on_start
        self._on_body = on_body
        self.started = False
        self.ended = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        """The request's body; after that, at the answer's end, that the other side has gone."""
        if self._body is None:
            await self.ended.wait()
            return {"type": "http.disconnect"}
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: dict[str, Any]) -> None:
        """Take a part of the answer."""
        if message["type"] == "http.response.start":
            self.started = True
            self._on_start(
                message["status"], [(_text(name), _text(value)) for name, value in message.get("headers", ())]
            )
        elif message["type"] == "http.response.body":
            if body := message.get("body", b""):
                self._on_body(bytes(body))
            if not message.get("more_body", False):
                self.ended.set()

    async def wait_for_end(self, task: "asyncio.Future[None]") -> None:
        """Wait until the answer has ended. Raises what the app raised."""
        end = asyncio.ensure_future(self.ended.wait())
        waited: set[asyncio.Future[Any]] = {task, end}
        try:
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        finally:
            end.cancel()
        # What failed is raised right after the answer that tells of it.
        await asyncio.sleep(0)
        if task.done():
            await task


class AsgiSocket:
    """One WebSocket of an app."""

    def __init__(self, app: AsgiApp, scope: dict[str, Any], on_event: SocketListener) -> None:
        self._on_event = on_event
        self._events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._closed = False
        self._events.put_nowait({"type": "websocket.connect"})
        self._task = asyncio.ensure_future(self._run(app, scope))

    def send(self, data: str | bytes) -> None:
        """Give the app a message."""
        key = "text" if isinstance(data, str) else "bytes"
        self._events.put_nowait({"type": "websocket.receive", key: data})

    def close(self, code: int = 1000) -> None:
        """Tell the app that the other side has gone."""
        self._closed = True
        self._events.put_nowait({"type": "websocket.disconnect", "code": code})

    async def wait(self) -> None:
        """Wait for the end. Raises what the app raised."""
        await self._task

    async def _run(self, app: AsgiApp, scope: dict[str, Any]) -> None:
        code = 1000
        try:
            await app(scope, self._events.get, self._send)
        except BaseException:
            code = 1011
            raise
        finally:
            self._close_once(code)

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.close":
            self._close_once(int(message.get("code", 1000)))
        elif not self._closed:
            self._on_event(message)

    def _close_once(self, code: int) -> None:
        if not self._closed:
            self._closed = True
            self._on_event({"type": "websocket.close", "code": code})


def _http_scope(request: Request, state: dict[str, Any]) -> dict[str, Any]:
    return {
        **_COMMON_SCOPE,
        "type": "http",
        "scheme": "http",
        "method": request.method.upper(),
        "path": unquote(request.path),
        "raw_path": request.path.encode("ascii", "replace"),
        "query_string": request.query.encode("ascii", "replace"),
        "headers": [(_bytes(name.lower()), _bytes(value)) for name, value in request.headers],
        "state": dict(state),
    }


def _bytes(text: str) -> bytes:
    return text.encode("latin-1", "replace")


def _text(value: bytes) -> str:
    return bytes(value).decode("latin-1")
