"""Asks a WSGI app (PEP 3333), one request at a time."""

import asyncio
import io
import sys
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

from core.runtime.python.messages import BodyListener, Request, StartListener


class WsgiDriver:
    """One app."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app
        self._exceptions: list[BaseException] = []
        _listen_to_flask(app, self._exceptions)

    async def start(self) -> None:
        """Nothing: WSGI knows no startup."""

    async def stop(self) -> None:
        """Nothing: WSGI knows no shutdown."""

    async def request(self, request: Request, on_start: StartListener, on_body: BodyListener) -> None:
        """Ask. Raises what the app raised, after an answer that Flask made of it."""
        self._exceptions.clear()
        # Written to by the old way of WSGI, and by the app before its answer is read.
        status_line: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _info: object = None) -> Callable[..., None]:
            status_line[:] = [int(status.split(maxsplit=1)[0]), list(headers)]
            return on_body

        chunks = self._app(_environment(request), start_response)
        try:
            started = False
            for chunk in chunks:
                if not started:
                    on_start(*status_line)
                    started = True
                if chunk:
                    on_body(bytes(chunk))
                await asyncio.sleep(0)  # an answer without end lets others have their turn
            if not started:
                on_start(*status_line)
        finally:
            if close := getattr(chunks, "close", None):
                close()
        if self._exceptions:
            raise self._exceptions[-1]


def _listen_to_flask(app: object, exceptions: list[BaseException]) -> None:
    flask = sys.modules.get("flask")
    if flask is None or not isinstance(app, flask.Flask):
        return

    def remember(_sender: object, exception: BaseException, **_rest: object) -> None:
        exceptions.append(exception)

    # Held by the app itself, since a signal lets go of its listeners.
    app.extensions["livewright"] = remember
    flask.got_request_exception.connect(remember, app)


def _environment(request: Request) -> dict[str, Any]:
    environment: dict[str, Any] = {
        "REQUEST_METHOD": request.method.upper(),
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(request.path, "latin-1"),
        "QUERY_STRING": request.query,
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "5000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost:5000",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(request.body)),
    }
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        if key == "CONTENT_LENGTH":
            continue
        environment[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environment
