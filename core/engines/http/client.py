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

from core.engines.http.address import is_loopback, parse_url, redact_url
from core.engines.http.error_mapping import ErrorMapping
from core.engines.http.patience import Patience
from core.engines.http.response_decoder import ResponseDecoder, merge_text
from core.engines.http.transport import DirectTransport, ResponseBody
from core.engines.protocol import EngineEvent, Progress, StreamEnd
from core.errors import EngineError
from core.wire import WireError

REQUEST_TIMEOUT = 1.5
"""Seconds for a question beside a run; ``Engine.health`` promises an answer within 2."""
DRAIN_TIMEOUT = 2.0
"""Seconds of waiting for what may follow the model's last word: counts, and the end of the stream."""
MAX_ERROR_BODY = 64 * 1024
STREAM_TIMEOUT = httpx.Timeout(None, connect=5.0)
"""Reading has limits of its own: a model may say nothing for minutes while it is loaded."""

ReadBytes = Callable[[], Awaitable[bytes]]
"""The next bytes of a body, none at its end."""
GetProgress = Callable[[float], Awaitable[Progress]]
"""What to say after so many seconds without an answer."""


class HttpClient:
    """Calls the server at ``base_url``; ``variable`` is the setting that it comes from; ``url`` may be shown.

    ``idle_timeout`` is how many seconds of silence mean that a model which has begun hangs; before that there is no
    limit, since servers say nothing while they load a model or read the prompt. ``poll_interval`` is how often
    ``get_progress`` is then asked. A call that was refused (503, nothing listens) is repeated after each pause of
    ``retry_delays``.
    A 200 whose content type holds ``refused_type`` is a failure. Raises ConfigurationError.
    """

    def __init__(
        self,
        base_url: str,
        variable: str,
        errors: ErrorMapping,
        *,
        idle_timeout: float = 60.0,
        poll_interval: float = 2.0,
        retry_delays: tuple[float, ...] = (),
        headers: Mapping[str, str] | None = None,
        refused_type: str = "text/html",
    ) -> None:
        url = parse_url(base_url, variable)
        self.url = redact_url(base_url)
        self._errors, self._refused_type = errors, refused_type
        self._idle_timeout, self._poll_interval, self._retry_delays = idle_timeout, poll_interval, retry_delays
        # No authorities to trust where nothing is encrypted: reading them takes a tenth of a second.
        tls = httpx.create_ssl_context() if url.scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        uses_proxy = not is_loopback(base_url) and bool({"http", "https", "all"} & getproxies().keys())
        self._direct_transport = None if uses_proxy else DirectTransport(tls)  # httpx's own knows proxies
        self._client = httpx.AsyncClient(
            # httpx logs its URLs, so a password must not be in one.
            base_url=url.copy_with(userinfo=b""),
            timeout=STREAM_TIMEOUT,
            trust_env=not is_loopback(base_url),
            transport=self._direct_transport,
            verify=tls,
            # A connection per call: closing it is the only way to tell a server to stop.
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            headers={
                "Accept-Encoding": "identity",
                "Connection": "close",
                **(headers or {}),
                **_basic_auth_header(url),
            },
        )
        self._headers = httpx.Headers({**self._client.headers, "Content-Type": "application/json"})
        self._urls: dict[str, httpx.URL] = {}

    def make_error(self, kind: str, model: str = "") -> EngineError:
        """The error of ``kind`` in this server's words."""
        return self._errors.from_kind(kind, model, url=self.url)

    async def request_json(self, method: str, path: str, body: Any = None, model: str = "") -> dict[str, Any]:
        """The JSON object of a short answer. Raises EngineError."""
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT):
                response = await self._client.request(method, path, json=body)
            if not response.is_success:
                raise self._errors.from_status(min(response.status_code, 599), response.content[:MAX_ERROR_BODY], model)
            fields = response.json()
        except (TimeoutError, httpx.HTTPError) as error:
            raise self.make_error("engine_unreachable") from error
        except (ValueError, RecursionError) as error:
            raise self.make_error(self._errors.wrong_server_kind) from error
        if not isinstance(fields, dict):
            raise self.make_error(self._errors.wrong_server_kind)
        return fields

    async def stream(
        self, path: str, body: dict[str, Any], decoder: ResponseDecoder, get_progress: GetProgress | None = None
    ) -> AsyncGenerator[EngineEvent, None]:
        """Post ``body`` and yield what ``answer`` reads from the stream that comes. Raises EngineError."""
        started_at = asyncio.get_running_loop().time()
        open_task = asyncio.create_task(self._open_with_retry(path, body), name=f"open {path}")
        try:
            while not (await asyncio.wait({open_task}, timeout=self._poll_interval if get_progress else None))[0]:
                if get_progress:
                    yield await get_progress(asyncio.get_running_loop().time() - started_at)
            async with aclosing(self._decode_stream(open_task.result(), decoder, body["model"])) as events:
                async for event in events:
                    yield event
        finally:
            await _close_response(open_task)

    async def close(self) -> None:
        """Close every connection; streams that are being read fail."""
        await self._client.aclose()

    async def _open_with_retry(self, path: str, body: dict[str, Any]) -> httpx.Response:
        for delay in (*self._retry_delays, None):
            try:
                return await self._open_once(path, body)
            except EngineError as error:
                if delay is None or error.error_code not in ("engine_busy", "engine_unreachable"):
                    raise
                await asyncio.sleep(delay)
        raise AssertionError("the last pause is None")

    async def _open_once(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """The response, of which only the head was read. Raises EngineError for any but a stream."""
        try:
            response = await self._send(path, orjson.dumps(body))
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise self.make_error("engine_unreachable") from error
        except httpx.TransportError as error:
            raise self.make_error("connection_lost", body["model"]) from error
        if response.status_code == 200 and self._refused_type not in response.headers.get("content-type", "").lower():
            return response
        try:
            error_body = await _read_error_body(response)
            raise self._errors.from_status(min(response.status_code, 599), error_body, body["model"])
        finally:
            await response.aclose()

    async def _send(self, path: str, body: bytes) -> httpx.Response:
        """Past the client where that is possible: what it does for redirects and cookies is half of what this costs."""
        if path not in self._urls:
            self._urls[path] = self._client.build_request("POST", path).url
        timeout = {"timeout": STREAM_TIMEOUT.as_dict()}
        request = httpx.Request("POST", self._urls[path], headers=self._headers, content=body, extensions=timeout)
        if self._direct_transport:
            return await self._direct_transport.handle_async_request(request)
        return await self._client.send(request, stream=True)

    async def _decode_stream(
        self, response: httpx.Response, decoder: ResponseDecoder, model: str
    ) -> AsyncGenerator[EngineEvent, None]:
        patience = Patience()
        try:
            async with _body_reader(response) as read:
                while data := await self._read_next(read, patience, decoder, model):
                    for event in merge_text(decoder.feed(data)):
                        yield event
                        if isinstance(event, StreamEnd):
                            return
        except (WireError, httpx.DecodingError) as error:
            if not decoder.is_complete:
                raise self.make_error("protocol", model) from error
        finally:
            patience.close()
        for event in decoder.close():
            yield event

    async def _read_next(self, read: ReadBytes, patience: Patience, decoder: ResponseDecoder, model: str) -> bytes:
        """The next bytes, none at the end. Raises EngineError where that comes too early, too late or badly."""
        timeout = DRAIN_TIMEOUT if decoder.is_complete else self._idle_timeout if decoder.has_started else None
        try:
            with patience.of(timeout):
                return await read()
        except httpx.DecodingError:
            raise
        except (TimeoutError, httpx.HTTPError) as error:
            if decoder.is_complete:
                return b""
            raise self.make_error("idle" if isinstance(error, TimeoutError) else "connection_lost", model) from error


def _basic_auth_header(url: httpx.URL) -> dict[str, str]:
    """The header for the name and the password in a URL, if there are any (RFC 7617)."""
    if not url.userinfo:
        return {}
    return {"Authorization": f"Basic {b64encode(f'{url.username}:{url.password}'.encode()).decode()}"}


async def _close_response(open_task: asyncio.Task[httpx.Response]) -> None:
    """Close the connection, in whatever state its opening is."""
    open_task.cancel()
    await asyncio.wait({open_task})
    if not open_task.cancelled() and open_task.exception() is None:
        await open_task.result().aclose()


async def _read_error_body(response: httpx.Response) -> bytes:
    """What comes of a body within a short time, at most ``MAX_ERROR_BODY`` bytes; it is only read for a reason."""
    body = b""
    with suppress(TimeoutError, httpx.HTTPError):
        async with asyncio.timeout(REQUEST_TIMEOUT), _body_reader(response) as read:
            while len(body) < MAX_ERROR_BODY and (data := await read()):
                body += data
    return body[:MAX_ERROR_BODY]


@asynccontextmanager
async def _body_reader(response: httpx.Response) -> AsyncGenerator[ReadBytes, None]:
    """How to read a body; never by ``aiter_lines``, which splits at U+2028 too.

    Each of httpx's layers costs as much as a piece's JSON, and has nothing to do where nothing was compressed.
    """
    if isinstance(response.stream, ResponseBody) and "content-encoding" not in response.headers:
        yield response.stream.read
    else:
        async with aclosing(cast(AsyncGenerator[bytes, None], response.aiter_bytes())) as chunks:
            yield partial(anext, chunks, b"")
