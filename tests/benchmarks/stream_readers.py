"""Many readers of streams, as cheap as Python has them: they count pieces and bytes, and note how late pieces are."""

import asyncio
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

STAMP_PREFIX = b"# 1"
"""Every piece has one: the seconds of its time stamp begin with 1 until the year 2033."""
WARMUP_SECONDS = 1.0
STAMP_PATTERN = re.compile(rb"# (\d+\.\d{6})")
END_MARKS = (b"event: complete", b"event: error")


@dataclass(eq=False)
class Reader(asyncio.Protocol):
    """One open stream. ``delays`` are seconds between a piece's own time stamp and its arrival.

    Those of the first ``WARMUP_SECONDS`` seconds are left out: what a start costs is measured by itself.
    """

    request: bytes
    pieces: int = 0
    received_bytes: int = 0
    first_piece_at: float | None = None
    record_delays: bool = True
    delays: list[float] = field(default_factory=list)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.received_bytes += len(data)
        self.answered.set()
        found = data.count(STAMP_PREFIX)
        if found:
            self.pieces += found
            now = time.time()
            self.first_piece_at = self.first_piece_at or now
            if self.record_delays and now - self.first_piece_at > WARMUP_SECONDS:
                self._record_delay(data, now)
        if any(end in data for end in END_MARKS) or data.endswith(b"0\r\n\r\n"):
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        if not self.done.done():
            self.done.set_result(None)

    def _record_delay(self, data: bytes, now: float) -> None:
        if stamp := STAMP_PATTERN.search(data):
            self.delays.append(now - float(stamp[1]))


async def open_stream(url: str, headers: dict[str, str], *, record_delays: bool = True, body: bytes = b"") -> Reader:
    """Open one stream; with a body it is asked for by POST."""
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    fields = headers | ({"Content-Length": str(len(body))} if body else {})
    method = "POST" if body else "GET"
    lines = [f"{method} {path} HTTP/1.1", f"Host: {parts.netloc}", *(f"{k}: {v}" for k, v in fields.items())]
    request = "\r\n".join([*lines, "", ""]).encode() + body
    loop = asyncio.get_running_loop()
    _, reader = await loop.create_connection(
        lambda: Reader(request, record_delays=record_delays), parts.hostname or "", parts.port or 80
    )
    return reader


async def read_all(urls: list[str], headers: dict[str, str], body: bytes = b"") -> list[Reader]:
    """Open all, and wait for their ends."""
    readers = [await open_stream(url, headers, body=body) for url in urls]
    async with asyncio.timeout(300):
        await asyncio.gather(*(reader.done for reader in readers))
    return readers
