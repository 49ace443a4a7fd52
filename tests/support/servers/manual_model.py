"""A model at Ollama's address that writes what a test tells it to, when it tells it to."""

import asyncio

from tests.support.servers.scripted_server import DONE, Call, line, wire


class Typist:
    """Each answer takes the texts given by ``write`` until ``finish`` or ``die``; what is given early waits."""

    def __init__(self) -> None:
        self._orders: asyncio.Queue[str | bool] = asyncio.Queue()
        self.left = asyncio.Event()
        """Set when a client has gone before the answer was at its end."""

    def write(self, text: str, size: int = 0) -> None:
        """Write this, in pieces of ``size`` characters (0: at once)."""
        step = size or len(text) or 1
        for start in range(0, len(text), step):
            self._orders.put_nowait(text[start : start + step])

    def finish(self) -> None:
        """End the answer well."""
        self._orders.put_nowait(True)

    def die(self) -> None:
        """End the connection in the middle of a line."""
        self._orders.put_nowait(False)

    async def answer(self, call: Call) -> None:
        """Answer one call; the script for ``scripted``."""
        await call.head()
        gone = asyncio.create_task(call.until_closed(), name="the client goes")
        try:
            await self._type(call, gone)
        finally:
            if gone.done():
                self.left.set()
            gone.cancel()
            await asyncio.gather(gone, return_exceptions=True)

    async def _type(self, call: Call, gone: "asyncio.Task[None]") -> None:
        while True:
            order = asyncio.create_task(self._orders.get(), name="the next order")
            await asyncio.wait({order, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not order.done():
                order.cancel()
                return
            match order.result():
                case str(text):
                    await call.send(wire(line(text)))
                case well:
                    await call.send(wire(DONE) if well else b'{"model": "m", "mess')
                    return
