"""A line between a client and the product that a test cuts in the middle of an event."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Literal

from tests.support.servers.raw_server import raw_server, reset_connection

CutKind = Literal["reset", "end"]
"""RST, or a FIN as of a server that thinks it has said everything."""

_COMPRESSION_HEADER = re.compile(rb"(?im)^sec-websocket-extensions:.*\r\n")


class CuttingProxy:
    """Cuts once at each of ``cuts``: the bytes up to and with a mark still pass, nothing after them does."""

    def __init__(self, target: str, cuts: dict[bytes, CutKind]) -> None:
        self.url = ""
        self.cuts_made: list[CutKind] = []
        """The cuts so far."""
        self.first_cut = asyncio.Event()
        """Set by the first of them."""
        self._host, _, port = target.removeprefix("http://").rpartition(":")
        self._port = int(port)
        self._cuts = dict(cuts)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one connection on until either side ends it, or a mark does."""
        upstream_reader, upstream_writer = await asyncio.open_connection(self._host, self._port)
        tasks = [
            asyncio.create_task(self._forward_up(reader, upstream_writer), name="to the product"),
            asyncio.create_task(self._forward_down(upstream_reader, writer), name="to the client"),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            upstream_writer.close()
            writer.close()
            for stream in (upstream_writer, writer):
                with suppress(OSError):
                    await stream.wait_closed()

    async def _forward_up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(_COMPRESSION_HEADER.sub(b"", data))  # a mark in a compressed frame would not be seen
                await writer.drain()

    async def _forward_down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tail = b""
        with suppress(OSError):
            while data := await reader.read(65536):
                if match := self._find_mark(tail + data):
                    end, cut = match
                    writer.write(data[: max(end - len(tail), 0)])
                    await writer.drain()
                    self._cut(writer, cut)
                    return
                writer.write(data)
                await writer.drain()
                tail = (tail + data)[-64:]

    def _find_mark(self, data: bytes) -> tuple[int, CutKind] | None:
        for mark in self._cuts:
            if (start := data.find(mark)) >= 0:
                return start + len(mark), self._cuts.pop(mark)
        return None

    def _cut(self, writer: asyncio.StreamWriter, cut: CutKind) -> None:
        if cut == "reset":
            reset_connection(writer)
        self.cuts_made.append(cut)
        self.first_cut.set()


@asynccontextmanager
async def cutting_proxy(target: str, cuts: dict[bytes, CutKind]) -> AsyncGenerator[CuttingProxy, None]:
    """Listen on a free port of this machine, before ``target``."""
    proxy = CuttingProxy(target, cuts)
    async with raw_server(proxy.serve) as proxy.url:
        yield proxy
