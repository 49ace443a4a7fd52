"""The body of a response: read as it arrives, read as an error, and closed."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import cast

import httpx

from core.engines.http.transport import ResponseBody

MAX_ERROR_BODY_BYTES = 64 * 1024


async def close_response(open_task: asyncio.Task[httpx.Response]) -> None:
    """Close the connection, whether it is open already or not."""
    # It may have opened the connection in the same moment: then it is still to be closed.
    open_task.cancel()
    await asyncio.wait({open_task})
    if not open_task.cancelled() and open_task.exception() is None:
        await open_task.result().aclose()


async def read_error_body(response: httpx.Response, timeout: float) -> bytes:
    """The first ``MAX_ERROR_BODY_BYTES`` bytes, or what arrives of them within ``timeout`` seconds."""
    body = b""
    with suppress(TimeoutError, httpx.HTTPError):
        async with asyncio.timeout(timeout), aclosing(body_chunks(response)) as chunks:
            while len(body) < MAX_ERROR_BODY_BYTES and (data := await anext(chunks, b"")):
                body += data
    return body[:MAX_ERROR_BODY_BYTES]


def body_chunks(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    """The body as it arrives, decompressed; ``aiter_lines`` would split lines at U+2028 too."""
    # An encoded body is rare, since none is asked for: httpx's reading of it takes three layers more for each piece.
    if isinstance(response.stream, ResponseBody) and "content-encoding" not in response.headers:
        return aiter(response.stream)
    return cast(AsyncGenerator[bytes, None], response.aiter_bytes())
