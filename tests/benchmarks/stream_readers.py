"""Many readers of streams, as cheap as Python has them: they count pieces and bytes, and note how late pieces are."""

import asyncio
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

STAMP_MARK = b"# 1"
"""Every piece has one: the seconds of its time stamp begin with 1 until the year 2033."""
SETTLED = 1.0
STAMP = re.compile(rb"# (\d+\.\d{6})")
ENDS = (b"event: complete", b"event: error")


@dataclass(eq=False)
class Reader(asyncio.Protocol):
    """One open stream. ``delays`` are seconds between a piece's own time stamp and its arrival.

    Those of the first ``SETTLED`` seconds are left out: what a start costs is measured by itself.
    """

    request: bytes
    pieces: int = 0
    received: int = 0
    first: float | None = None
    timed: bool = True
    delays: list[float] = field(default_factory=list)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        self.answered.set()
        found = data.count(STAMP_MARK)
        if found:
            self.pieces += found
            now = time.time()
            self.first = self.first or now
            if self.timed and now - self.first > SETTLED:
                self._note(data, now)
        if any(end in data for end in ENDS) or data.endswith(b"0\r\n\r\n"):
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        if not self.done.done():
            self.done.set_result(None)

    def _note(self, data: bytes, now: float) -> None:
        if stamp := STAMP.search(data):
            self.delays.append(now - float(stamp[1]))


async def read(url: str, headers: dict[str, str], *, timed: bool = True, body: bytes = b"") -> Reader:
    """Open one stream; with a body it is asked for by POST."""
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    fields = headers | ({"Content-Length": str(len(body))} if body else {})
    method = "POST" if body else "GET"
    lines = [f"{method} {path} HTTP/1.1", f"Host: {parts.netloc}", *(f"{k}: {v}" for k, v in fields.items())]
    request = "\r\n".join([*lines, "", ""]).encode() + body
    loop = asyncio.get_running_loop()
    _, reader = await loop.create_connection(
        lambda: Reader(request, timed=timed), parts.hostname or "", parts.port or 80
    )
    return reader


async def read_all(urls: list[str], headers: dict[str, str], body: bytes = b"") -> list[Reader]:
    """Open all, and wait for their ends."""
    readers = [await read(url, headers, body=body) for url in urls]
    async with asyncio.timeout(300):
        await asyncio.gather(*(reader.done for reader in readers))
    return readers
