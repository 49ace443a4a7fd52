"""A server that speaks HTTP by hand, so that a test can have it misbehave byte by byte.

async with scripted(chat=[answer(line("hi"), DONE)]) as server:
    engine = Ollama(server.url, "m")
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from tests.support.servers.raw_server import listening, reset

CHATS = ("/api/chat", "/v1/chat/completions")
Script = Callable[["Call"], Awaitable[None]]

DONE: dict[str, Any] = {
    "message": {"role": "assistant", "content": ""},
    "done": True,
    "done_reason": "stop",
    "prompt_eval_count": 12,
    "eval_count": 3,
    "eval_duration": 1_500_000_000,
}
SHOWN: dict[str, Any] = {"model_info": {"qwen2.context_length": 32768}, "capabilities": ["completion"]}


def line(content: str, **message: Any) -> dict[str, Any]:
    """A line of the stream that carries text."""
    return {"model": "m", "message": {"role": "assistant", "content": content} | message, "done": False}


def wire(*lines: Any) -> bytes:
    """The lines as Ollama writes them, each ended by LF."""
    return b"".join(json.dumps(entry, ensure_ascii=False).encode() + b"\n" for entry in lines)


@dataclass
class Call:
    """One request, and the connection to answer it on."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def head(self, status: int = 200, **headers: str) -> None:
        """The status line and the headers; ``_`` in a name stands for ``-``."""
        fields = {"content_type": "application/x-ndjson", "connection": "close"} | headers
        text = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
        await self.send(f"HTTP/1.1 {status} Because\r\n{text}\r\n".encode())

    async def send(self, data: bytes) -> None:
        """Bytes as they are, in a segment of their own."""
        with suppress(ConnectionError):
            self.writer.write(data)
            await self.writer.drain()
            await asyncio.sleep(0)

    def reset(self) -> None:
        """RST instead of FIN."""
        reset(self.writer)

    async def until_closed(self) -> None:
        """Say nothing more until the client has gone."""
        with suppress(ConnectionError):
            while await self.reader.read(1024):
                pass
        self.closed.set()


def answer(*lines: Any, then: str = "", size: int = 0) -> Script:
    """Answer 200 with the lines, in segments of ``size`` bytes (0: all at once).

    ``then`` is what comes after: nothing (the end), ``hang`` or ``reset``.
    """
    return raw(wire(*lines), then=then, size=size)


def raw(data: bytes, then: str = "", size: int = 0, content_type: str = "application/x-ndjson") -> Script:
    """Like ``answer``, for a body of any bytes."""

    async def script(call: Call) -> None:
        await call.head(content_type=content_type)
        for start in range(0, len(data), size or len(data) or 1):
            await call.send(data[start : start + (size or len(data))])
        match then:
            case "hang":
                await call.until_closed()
            case "reset":
                call.reset()

    return script


def status(code: int, body: bytes = b"", content_type: str = "application/json", **headers: str) -> Script:
    """Answer with a status and a body, as Ollama or something before it does on failure."""

    async def script(call: Call) -> None:
        await call.head(code, content_type=content_type, content_length=str(len(body)), **headers)
        await call.send(body)

    return script


def answer_json(body: Any) -> Script:
    """A short answer."""
    return status(200, json.dumps(body).encode())


async def silence(call: Call) -> None:
    """Not even a head, until the client goes."""
    await call.until_closed()


class Server:
    """What came in: ``calls`` in order; ``chats`` are those that ask for an answer."""

    def __init__(self, chat: Sequence[Script], routes: dict[str, Script]) -> None:
        self.url = ""
        self.calls: list[Call] = []
        self._chat = list(chat)
        self._routes = {
            "/api/version": answer_json({"version": "0.33.0"}),
            "/api/tags": answer_json({"models": [{"name": "m:latest", "size": 7}]}),
            "/api/show": answer_json(SHOWN),
            "/api/ps": answer_json({"models": []}),
            "/v1/models": answer_json({"object": "list", "data": [{"id": "m", "max_model_len": 4096}]}),
        } | routes
        self._arrived = asyncio.Condition()

    @property
    def chats(self) -> list[Call]:
        """The calls that ask for an answer, of either kind of server."""
        return [call for call in self.calls if call.path in CHATS]

    async def chat(self, number: int = 0) -> Call:
        """Wait for a call that asks for an answer."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.chats) > number)
        return self.chats[number]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            call = await _read(reader, writer)
            self.calls.append(call)
            async with self._arrived:
                self._arrived.notify_all()
            await self._script(call)(call)
        with suppress(ConnectionError):
            writer.close()
            await writer.wait_closed()

    def _script(self, call: Call) -> Script:
        if call.path in CHATS:
            return self._chat.pop(0) if len(self._chat) > 1 else self._chat[0]
        return self._routes.get(call.path, status(404, b"404 page not found", "text/plain"))


@asynccontextmanager
async def scripted(
    chat: Sequence[Script] = (), routes: dict[str, Script] | None = None
) -> AsyncGenerator[Server, None]:
    """Serve on a free port of this machine; the last script of ``chat`` is used for all further calls."""
    server = Server(chat or [answer(line("hello"), DONE)], routes or {})
    try:
        async with listening(server.serve) as server.url:
            yield server
    finally:
        for call in server.calls:
            call.writer.transport.abort()


async def _read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Call:
    first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (entry.partition(":") for entry in rest if entry)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Call(method, path, headers, json.loads(body) if body else None, reader, writer)
