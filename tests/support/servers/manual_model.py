"""A model at Ollama's address that writes what a test tells it to, when it tells it to."""

import asyncio

from tests.support.servers.scripted_server import DONE_LINE, Call, content_line, encode_lines


class ManualModel:
    """Each answer takes the texts given by ``write`` until ``finish`` or ``disconnect``; what is given early waits."""

    def __init__(self) -> None:
        self._commands: asyncio.Queue[str | bool] = asyncio.Queue()
        self.client_left = asyncio.Event()
        """Set when a client has gone before the answer was at its end."""

    def write(self, text: str, size: int = 0) -> None:
        """Write this, in pieces of ``size`` characters (0: at once)."""
        step = size or len(text) or 1
        for start in range(0, len(text), step):
            self._commands.put_nowait(text[start : start + step])

    def finish(self) -> None:
        """End the answer well."""
        self._commands.put_nowait(True)

    def disconnect(self) -> None:
        """End the connection in the middle of a line."""
        self._commands.put_nowait(False)

    async def answer(self, call: Call) -> None:
        """Answer one call; the script for ``scripted``."""
        await call.send_head()
        client_gone = asyncio.create_task(call.wait_until_closed(), name="the client goes")
        try:
            await self._write_answer(call, client_gone)
        finally:
            if client_gone.done():
                self.client_left.set()
            client_gone.cancel()
            await asyncio.gather(client_gone, return_exceptions=True)

    async def _write_answer(self, call: Call, client_gone: "asyncio.Task[None]") -> None:
        while True:
            command = asyncio.create_task(self._commands.get(), name="the next order")
            await asyncio.wait({command, client_gone}, return_when=asyncio.FIRST_COMPLETED)
            if not command.done():
                command.cancel()
                return
            match command.result():
                case str(text):
                    await call.send(encode_lines(content_line(text)))
                case is_finished:
                    await call.send(encode_lines(DONE_LINE) if is_finished else b'{"model": "m", "mess')
                    return
