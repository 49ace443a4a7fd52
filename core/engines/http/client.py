"""The server of an engine over HTTP: short JSON requests, and streamed answers that stop when their reader stops."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any

import httpx
import orjson

from core.engines.http.address import is_loopback, parse_url, redact_url
from core.engines.http.error_mapping import ErrorMapping
from core.engines.http.httpx_client import STREAM_TIMEOUT, build_client
from core.engines.http.json_access import parse_object
from core.engines.http.response_body import MAX_ERROR_BODY_BYTES, body_chunks, close_response, read_error_body
from core.engines.http.response_decoder import ResponseDecoder, merge_text
from core.engines.http.wait_limit import WaitLimit
from core.engines.protocol import EngineEvent, Progress, StreamEnd
from core.errors import EngineError
from core.wire import NdjsonDecoder, WireError

CONNECT_EXTENSIONS = {"timeout": STREAM_TIMEOUT.as_dict()}
"""What httpx's client would tell a transport."""
REQUEST_TIMEOUT = 1.5
"""Seconds for a whole short request: ``Engine.health`` promises an answer within 2."""
RESPONSE_END_TIMEOUT = 2.0
"""Seconds to wait, after the model's last text, for what may follow: token counts and the end of the stream."""
TRANSIENT_KINDS = ("engine_busy", "engine_unreachable")
"""The errors after which the same request may succeed a moment later."""

GetProgress = Callable[[float], Awaitable[Progress]]
"""What to report after so many seconds without an answer."""


class HttpClient:
    """Calls the server at ``base_url``; ``variable`` is the setting that holds it; ``url`` may be shown to users.

    ``idle_timeout`` limits, in seconds, the silence of a model that has begun to write. Before its first text there is
    no limit, since servers are silent while they load a model or read a prompt; ``get_progress`` is then called every
    ``poll_interval`` seconds. A call that fails with ``TRANSIENT_KINDS`` is repeated after each of ``retry_delays``.
    A 200 whose content type contains ``refused_type`` is an error. Raises ConfigurationError.
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
        self._client, self._direct = build_client(url, is_loopback(base_url), headers or {})
        self._urls: dict[str, httpx.URL] = {}
        self._stream_headers = httpx.Headers({**self._client.headers, "Content-Type": "application/json"})

    def make_error(self, kind: str, model: str = "") -> EngineError:
        """The error of ``kind`` in the words for this kind of server."""
        return self._errors.from_kind(kind, model, url=self.url)

    async def request(
        self, method: str, path: str, body: Any = None, model: str = "", *, timeout: float | None = None
    ) -> httpx.Response:
        """The whole response to a short request, in time for ``Engine.health`` or within ``timeout`` seconds.

        Raises EngineError, also for a failure that the server reports.
        """
        try:
            async with asyncio.timeout(timeout or REQUEST_TIMEOUT):
                response = await self._send(self._client.build_request(method, path, json=body))
        except (TimeoutError, httpx.HTTPError) as error:
            raise self.make_error("engine_unreachable") from error
        if not response.is_success:
            raise self._errors.from_status(
                min(response.status_code, 599), response.content[:MAX_ERROR_BODY_BYTES], model
            )
        return response

    async def request_json(self, method: str, path: str, body: Any = None, model: str = "") -> dict[str, Any]:
        """The JSON object that a short request returns. Raises EngineError."""
        response = await self.request(method, path, body, model)
        try:
            fields = response.json()
        except (ValueError, RecursionError) as error:
            raise self.make_error(self._errors.wrong_server_kind) from error
        if not isinstance(fields, dict):
            raise self.make_error(self._errors.wrong_server_kind)
        return fields

    async def stream(
        self, path: str, body: dict[str, Any], decoder: ResponseDecoder, get_progress: GetProgress | None = None
    ) -> AsyncGenerator[EngineEvent, None]:
        """Post ``body`` and yield what ``decoder`` makes of the response as it arrives. Raises EngineError."""
        started_at = asyncio.get_running_loop().time()
        # A task, so that progress can be told while the server is silent.
        open_task = asyncio.create_task(self._open_with_retry(path, body), name=f"open {path}")
        try:
            while not (await asyncio.wait({open_task}, timeout=self._poll_interval if get_progress else None))[0]:
                if get_progress:
                    yield await get_progress(asyncio.get_running_loop().time() - started_at)
            async with aclosing(self._decode_stream(open_task.result(), decoder, body["model"])) as events:
                async for event in events:
                    yield event
        finally:
            await close_response(open_task)

    async def stream_objects(self, path: str, body: dict[str, Any]) -> AsyncGenerator[dict[str, Any], None]:
        """Post ``body`` and yield the JSON object of each line of the response as it arrives. Raises EngineError."""
        response = await self._open_once(path, body)
        decoder = NdjsonDecoder()
        try:
            async with aclosing(body_chunks(response)) as chunks:
                while data := await self._read_with_limit(chunks):
                    for line in decoder.feed(data):
                        yield parse_object(line)
            for line in decoder.close():
                yield parse_object(line)
        except (WireError, httpx.DecodingError) as error:
            raise self.make_error("protocol", body["model"]) from error
        except (TimeoutError, httpx.HTTPError) as error:
            raise self.make_error("connection_lost", body["model"]) from error
        finally:
            await response.aclose()

    async def _read_with_limit(self, chunks: AsyncGenerator[bytes, None]) -> bytes:
        async with asyncio.timeout(self._idle_timeout):
            return await anext(chunks, b"")

    async def close(self) -> None:
        """Close every connection; streams that are being read fail."""
        await self._client.aclose()

    async def _open_with_retry(self, path: str, body: dict[str, Any]) -> httpx.Response:
        for delay in self._retry_delays:
            try:
                return await self._open_once(path, body)
            except EngineError as error:
                if error.error_code not in TRANSIENT_KINDS:
                    raise
            await asyncio.sleep(delay)
        return await self._open_once(path, body)

    async def _open_once(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """A 200 of which only the head is read. Raises EngineError for any other response."""
        try:
            response = await self._post(path, orjson.dumps(body))
        except httpx.TransportError as error:
            # Also where it was accepted and closed without an answer: a published port of a container does that for a
            # server that is gone.
            raise self.make_error("engine_unreachable") from error
        if response.status_code == 200 and self._refused_type not in response.headers.get("content-type", "").lower():
            return response
        try:
            error_body = await read_error_body(response, REQUEST_TIMEOUT)
            raise self._errors.from_status(min(response.status_code, 599), error_body, body["model"])
        finally:
            await response.aclose()

    async def _post(self, path: str, body: bytes) -> httpx.Response:
        """The response to a body of JSON, its head read, its body not.

        Without httpx's client where there is no proxy: its redirects, cookies and logging, which a model's stream has
        no use for, take a third of a start when fifty runs start at once (``tests/benchmarks/start_delay.py``).
        """
        if self._direct is None:
            request = self._client.build_request("POST", path, content=body, headers=self._stream_headers)
            return await self._send(request, stream=True)
        url = self._urls.get(path) or self._urls.setdefault(path, self._client.build_request("POST", path).url)
        request = httpx.Request("POST", url, headers=self._stream_headers, content=body, extensions=CONNECT_EXTENSIONS)
        return await self._direct.handle_async_request(request)

    async def _send(self, request: httpx.Request, *, stream: bool = False) -> httpx.Response:
        if self._client.is_closed:  # httpx has a RuntimeError for it
            raise httpx.ConnectError("the client is closed")
        return await self._client.send(request, stream=stream)

    async def _decode_stream(
        self, response: httpx.Response, decoder: ResponseDecoder, model: str
    ) -> AsyncGenerator[EngineEvent, None]:
        wait_limit = WaitLimit()
        try:
            async with aclosing(body_chunks(response)) as chunks:
                while data := await self._read_next(chunks, decoder, model, wait_limit):
                    for event in merge_text(decoder.feed(data)):
                        yield event
                        if isinstance(event, StreamEnd):
                            return
        except (WireError, httpx.DecodingError) as error:
            # After the model's own end, what a proxy adds is no failure.
            if not decoder.is_complete:
                raise self.make_error("protocol", model) from error
        finally:
            wait_limit.close()
        try:
            for event in decoder.close():
                yield event
        except WireError as error:
            raise self.make_error("protocol", model) from error

    async def _read_next(
        self, chunks: AsyncGenerator[bytes, None], decoder: ResponseDecoder, model: str, wait_limit: WaitLimit
    ) -> bytes:
        """The next bytes, none at the end. Raises EngineError if the stream breaks off or falls silent too early.

        The limit counts while this waits for the server: a slow reader of the events is no silence.
        """
        limit = RESPONSE_END_TIMEOUT if decoder.is_complete else self._idle_timeout if decoder.has_started else None
        try:
            with wait_limit.of(limit):
                return await anext(chunks, b"")
        except httpx.DecodingError:
            # An HTTPError too, but no lost connection: ``_decode_stream`` names it.
            raise
        except (TimeoutError, httpx.HTTPError) as error:
            if decoder.is_complete:
                return b""
            raise self.make_error("idle" if isinstance(error, TimeoutError) else "connection_lost", model) from error
