"""A line between a client and the product that a test cuts in the middle of an event."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Literal

from tests.support.servers.raw_server import listening, reset

Cut = Literal["reset", "end"]
"""RST, or a FIN as of a server that thinks it has said everything."""

_COMPRESSION = re.compile(rb"(?im)^sec-websocket-extensions:.*\r\n")


class Cuttable:
    """Cuts once at each of ``cuts``: the bytes up to and with a mark still pass, nothing after them does."""

    def __init__(self, target: str, cuts: dict[bytes, Cut]) -> None:
        self.url = ""
        self.done: list[Cut] = []
        """The cuts so far."""
        self.first = asyncio.Event()
        """Set by the first of them."""
        self._host, _, port = target.removeprefix("http://").rpartition(":")
        self._port = int(port)
        self._cuts = dict(cuts)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one connection on until either side ends it, or a mark does."""
        far_reader, far_writer = await asyncio.open_connection(self._host, self._port)
        ways = [
            asyncio.create_task(self._up(reader, far_writer), name="to the product"),
            asyncio.create_task(self._down(far_reader, writer), name="to the client"),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            far_writer.close()
            writer.close()
            for end in (far_writer, writer):
                with suppress(OSError):
                    await end.wait_closed()

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(_COMPRESSION.sub(b"", data))  # a mark in a compressed frame would not be seen
                await writer.drain()

    async def _down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        before = b""
        with suppress(OSError):
            while data := await reader.read(65536):
                if found := self._found(before + data):
                    end, cut = found
                    writer.write(data[: max(end - len(before), 0)])
                    await writer.drain()
                    self._cut(writer, cut)
                    return
                writer.write(data)
                await writer.drain()
                before = (before + data)[-64:]

    def _found(self, data: bytes) -> tuple[int, Cut] | None:
        for mark in self._cuts:
            if (start := data.find(mark)) >= 0:
                return start + len(mark), self._cuts.pop(mark)
        return None

    def _cut(self, writer: asyncio.StreamWriter, cut: Cut) -> None:
        if cut == "reset":
            reset(writer)
        self.done.append(cut)
        self.first.set()


@asynccontextmanager
async def cuttable(target: str, cuts: dict[bytes, Cut]) -> AsyncGenerator[Cuttable, None]:
    """Listen on a free port of this machine, before ``target``."""
    line = Cuttable(target, cuts)
    async with listening(line.serve) as line.url:
        yield line
