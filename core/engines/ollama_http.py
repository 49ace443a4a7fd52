"""The HTTP of Ollama: short questions, and streams of lines that are closed as soon as nobody reads them."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Any, cast

import httpx

from core.engines import ollama_errors as errors
from core.engines.ollama_host import base_url, is_loopback, shown
from core.engines.ollama_lines import Line, read_line
from core.errors import ConfigurationError, EngineError
from core.wire import NdjsonDecoder, WireError

ASK_TIMEOUT = 1.5
"""Seconds for a question beside a run; ``Engine.health`` promises an answer within 2."""
BODY_LIMIT = 64 * 1024


class OllamaHttp:
    """Calls the server that ``host`` (any form of OLLAMA_HOST) names; ``url`` is its address without a password.

    ``idle`` and ``pauses`` are those of ``Ollama``. Raises ConfigurationError.
    """

    def __init__(self, host: str, *, idle: float, pauses: tuple[float, ...]) -> None:
        url = base_url(host)
        self.url = shown(url)
        self._idle, self._pauses = idle, pauses
        self._client = httpx.AsyncClient(
            base_url=_valid(url),
            timeout=httpx.Timeout(None, connect=5.0),
            # A connection per call: closing one is Ollama's only way to be told to stop, and none is found dead.
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            trust_env=not is_loopback(url),
            headers={"Accept-Encoding": "identity"},
        )

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of a short answer; None where there is none in time, an empty object where it is not Ollama's."""
        try:
            async with asyncio.timeout(ASK_TIMEOUT):
                response = await self._client.request(method, path, json=body)
                return response.json() if response.is_success else {}
        except (TimeoutError, httpx.HTTPError):
            return None
        except (ValueError, RecursionError):
            return {}

    async def open(self, body: dict[str, Any]) -> httpx.Response:
        """The response, of which only the head was read. Raises EngineError for any but a 200."""
        for pause in (*self._pauses, None):
            try:
                return await self._open_once(body)
            except EngineError as error:
                if pause is None or error.kind not in ("engine_busy", "engine_unreachable"):
                    raise
                await asyncio.sleep(pause)
        raise AssertionError("the last pause is None")

    async def _open_once(self, body: dict[str, Any]) -> httpx.Response:
        # ASCII, since a prompt may hold a lone surrogate, which has no UTF-8.
        content, headers = json.dumps(body), {"Content-Type": "application/json"}
        request = self._client.build_request("POST", "/api/chat", content=content, headers=headers)
        try:
            response = await self._client.send(request, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise errors.unreachable(self.url) from error
        except httpx.TransportError as error:
            raise errors.of_kind("connection_lost", body["model"]) from error
        if response.status_code == 200 and "html" not in response.headers.get("content-type", ""):
            return response
        try:
            raise errors.from_status(min(response.status_code, 599), await _beginning(response), body["model"])
        finally:
            await response.aclose()

    async def lines(self, response: httpx.Response, model: str) -> AsyncGenerator[Line, None]:
        """Read the body line by line. Raises EngineError."""
        decoder = NdjsonDecoder()
        try:
            async with aclosing(self._chunks(response)) as chunks:
                async for data in chunks:
                    for line in decoder.feed(data):
                        yield read_line(line)
            for line in decoder.close():
                yield _last_line(line, model)
        except WireError as error:
            raise errors.of_kind("protocol", model) from error
        except httpx.HTTPError as error:
            raise errors.of_kind("connection_lost", model) from error

    async def _chunks(self, response: httpx.Response) -> AsyncGenerator[bytes, None]:
        """The body as it comes. Raises EngineError after ``idle`` seconds of silence once something came."""
        chunks = _bytes(response)
        limit: float | None = None
        while True:
            try:
                async with asyncio.timeout(limit):
                    data = await anext(chunks, None)
            except TimeoutError as error:
                raise errors.of_kind("idle", "") from error
            if data is None:
                return
            yield data
            limit = self._idle

    async def close(self) -> None:
        """Close every connection; streams that are being read fail."""
        await self._client.aclose()


async def _beginning(response: httpx.Response) -> bytes:
    """What comes of a body within a short time, at most ``BODY_LIMIT`` bytes; it is only read for a reason."""
    body = b""
    with suppress(TimeoutError, httpx.HTTPError):
        async with asyncio.timeout(ASK_TIMEOUT), aclosing(_bytes(response)) as chunks:
            async for data in chunks:
                body += data
                if len(body) >= BODY_LIMIT:
                    break
    return body[:BODY_LIMIT]


def _valid(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ConfigurationError("OLLAMA_HOST is no address: write it as host:port or http://host:port.") from error


def _last_line(text: str, model: str) -> Line:
    """A line that no line end follows: whole, or what is left of one that was cut."""
    try:
        return read_line(text)
    except EngineError as error:
        raise errors.of_kind("incomplete", model) from error


def _bytes(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    """httpx calls it an iterator, and it is a generator; never ``aiter_lines``, which splits at U+2028 too."""
    return cast(AsyncGenerator[bytes, None], response.aiter_bytes())
