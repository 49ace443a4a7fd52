"""A server that an engine calls over HTTP: short questions, and streams that are closed once nobody reads them."""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from functools import partial
from typing import Any, cast
from urllib.request import getproxies

import httpx
import orjson

from core.engines.http.address import checked, is_loopback, shown
from core.engines.http.error_mapping import Failures
from core.engines.http.patience import Patience
from core.engines.http.response_decoder import Answer, together
from core.engines.http.transport import Body, DirectTransport
from core.engines.protocol import Finished, Loading, Piece
from core.errors import EngineError
from core.wire import WireError

ASK_TIMEOUT = 1.5
"""Seconds for a question beside a run; ``Engine.health`` promises an answer within 2."""
LAST_WORDS = 2.0
"""Seconds of waiting for what may follow the model's last word: counts, and the end of the stream."""
BODY_LIMIT = 64 * 1024
TIMEOUT = httpx.Timeout(None, connect=5.0)
"""Reading has limits of its own: a model may say nothing for minutes while it is loaded."""

Read = Callable[[], Awaitable[bytes]]
"""The next bytes of a body, none at its end."""
Waiting = Callable[[float], Awaitable[Loading]]
"""What to say after so many seconds without an answer."""


class Remote:
    """Calls the server at ``base``; ``variable`` is the setting that it comes from; ``url`` may be shown.

    ``idle`` is how many seconds of silence mean that a model which has begun hangs; before that there is no limit,
    since servers say nothing while they load a model or read the prompt. ``poll`` is how often ``waiting`` is then
    asked. A call that was refused (503, nothing listens) is repeated after each pause of ``pauses``.
    A 200 whose content type holds ``not_a_stream`` is a failure. Raises ConfigurationError.
    """

    def __init__(
        self,
        base: str,
        variable: str,
        failures: Failures,
        *,
        idle: float = 60.0,
        poll: float = 2.0,
        pauses: tuple[float, ...] = (),
        headers: Mapping[str, str] | None = None,
        not_a_stream: str = "text/html",
    ) -> None:
        url = checked(base, variable)
        self.url = shown(base)
        self._failures, self._not_a_stream = failures, not_a_stream
        self._idle, self._poll, self._pauses = idle, poll, pauses
        # No authorities to trust where nothing is encrypted: reading them takes a tenth of a second.
        tls = httpx.create_ssl_context() if url.scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        proxied = not is_loopback(base) and bool({"http", "https", "all"} & getproxies().keys())
        self._direct = None if proxied else DirectTransport(tls)  # httpx's own knows proxies
        self._client = httpx.AsyncClient(
            # httpx logs its URLs, so a password must not be in one.
            base_url=url.copy_with(userinfo=b""),
            timeout=TIMEOUT,
            trust_env=not is_loopback(base),
            transport=self._direct,
            verify=tls,
            # A connection per call: closing it is the only way to tell a server to stop.
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            headers={"Accept-Encoding": "identity", "Connection": "close", **(headers or {}), **_signed(url)},
        )
        self._headers = httpx.Headers({**self._client.headers, "Content-Type": "application/json"})
        self._targets: dict[str, httpx.URL] = {}

    def failure(self, kind: str, model: str = "") -> EngineError:
        """The error of ``kind`` in this server's words."""
        return self._failures.of_kind(kind, model, url=self.url)

    async def ask(self, method: str, path: str, body: Any = None, model: str = "") -> dict[str, Any]:
        """The JSON object of a short answer. Raises EngineError."""
        try:
            async with asyncio.timeout(ASK_TIMEOUT):
                response = await self._client.request(method, path, json=body)
            if not response.is_success:
                raise self._failures.of_status(min(response.status_code, 599), response.content[:BODY_LIMIT], model)
            answer = response.json()
        except (TimeoutError, httpx.HTTPError) as error:
            raise self.failure("engine_unreachable") from error
        except (ValueError, RecursionError) as error:
            raise self.failure(self._failures.foreign) from error
        if not isinstance(answer, dict):
            raise self.failure(self._failures.foreign)
        return answer

    async def pieces(
        self, path: str, body: dict[str, Any], answer: Answer, waiting: Waiting | None = None
    ) -> AsyncGenerator[Piece, None]:
        """Post ``body`` and yield what ``answer`` reads from the stream that comes. Raises EngineError."""
        began = asyncio.get_running_loop().time()
        opening = asyncio.create_task(self._open(path, body), name=f"open {path}")
        try:
            while not (await asyncio.wait({opening}, timeout=self._poll if waiting else None))[0]:
                if waiting:
                    yield await waiting(asyncio.get_running_loop().time() - began)
            async with aclosing(self._read(opening.result(), answer, body["model"])) as pieces:
                async for piece in pieces:
                    yield piece
        finally:
            await _closed(opening)

    async def close(self) -> None:
        """Close every connection; streams that are being read fail."""
        await self._client.aclose()

    async def _open(self, path: str, body: dict[str, Any]) -> httpx.Response:
        for pause in (*self._pauses, None):
            try:
                return await self._open_once(path, body)
            except EngineError as error:
                if pause is None or error.kind not in ("engine_busy", "engine_unreachable"):
                    raise
                await asyncio.sleep(pause)
        raise AssertionError("the last pause is None")

    async def _open_once(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """The response, of which only the head was read. Raises EngineError for any but a stream."""
        try:
            response = await self._send(path, orjson.dumps(body))
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise self.failure("engine_unreachable") from error
        except httpx.TransportError as error:
            raise self.failure("connection_lost", body["model"]) from error
        if response.status_code == 200 and self._not_a_stream not in response.headers.get("content-type", "").lower():
            return response
        try:
            said = await _beginning(response)
            raise self._failures.of_status(min(response.status_code, 599), said, body["model"])
        finally:
            await response.aclose()

    async def _send(self, path: str, body: bytes) -> httpx.Response:
        """Past the client where that is possible: what it does for redirects and cookies is half of what this costs."""
        if path not in self._targets:
            self._targets[path] = self._client.build_request("POST", path).url
        timeout = {"timeout": TIMEOUT.as_dict()}
        request = httpx.Request("POST", self._targets[path], headers=self._headers, content=body, extensions=timeout)
        if self._direct:
            return await self._direct.handle_async_request(request)
        return await self._client.send(request, stream=True)

    async def _read(self, response: httpx.Response, answer: Answer, model: str) -> AsyncGenerator[Piece, None]:
        patience = Patience()
        try:
            async with _reading(response) as read:
                while data := await self._next(read, patience, answer, model):
                    for piece in together(answer.feed(data)):
                        yield piece
                        if isinstance(piece, Finished):
                            return
        except (WireError, httpx.DecodingError) as error:
            if not answer.complete:
                raise self.failure("protocol", model) from error
        finally:
            patience.close()
        for piece in answer.close():
            yield piece

    async def _next(self, read: Read, patience: Patience, answer: Answer, model: str) -> bytes:
        """The next bytes, none at the end. Raises EngineError where that comes too early, too late or badly."""
        limit = LAST_WORDS if answer.complete else self._idle if answer.began else None
        try:
            with patience.of(limit):
                return await read()
        except httpx.DecodingError:
            raise
        except (TimeoutError, httpx.HTTPError) as error:
            if answer.complete:
                return b""
            raise self.failure("idle" if isinstance(error, TimeoutError) else "connection_lost", model) from error


def _signed(url: httpx.URL) -> dict[str, str]:
    """The header for the name and the password in a URL, if there are any (RFC 7617)."""
    if not url.userinfo:
        return {}
    return {"Authorization": f"Basic {b64encode(f'{url.username}:{url.password}'.encode()).decode()}"}


async def _closed(opening: asyncio.Task[httpx.Response]) -> None:
    """Close the connection, in whatever state its opening is."""
    opening.cancel()
    await asyncio.wait({opening})
    if not opening.cancelled() and opening.exception() is None:
        await opening.result().aclose()


async def _beginning(response: httpx.Response) -> bytes:
    """What comes of a body within a short time, at most ``BODY_LIMIT`` bytes; it is only read for a reason."""
    body = b""
    with suppress(TimeoutError, httpx.HTTPError):
        async with asyncio.timeout(ASK_TIMEOUT), _reading(response) as read:
            while len(body) < BODY_LIMIT and (data := await read()):
                body += data
    return body[:BODY_LIMIT]


@asynccontextmanager
async def _reading(response: httpx.Response) -> AsyncGenerator[Read, None]:
    """How to read a body; never by ``aiter_lines``, which splits at U+2028 too.

    Each of httpx's layers costs as much as a piece's JSON, and has nothing to do where nothing was compressed.
    """
    if isinstance(response.stream, Body) and "content-encoding" not in response.headers:
        yield response.stream.read
    else:
        async with aclosing(cast(AsyncGenerator[bytes, None], response.aiter_bytes())) as chunks:
            yield partial(anext, chunks, b"")
