"""A hand-written HTTP server in the place of a model server, which a test can have misbehave byte by byte.

async with scripted_server([answer_lines(content_line("hi"), DONE_LINE)]) as server:
    engine = OllamaEngine(server.url, "m")
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from tests.support.servers.raw_server import raw_server, reset_connection

CHAT_PATHS = ("/api/chat", "/v1/chat/completions")
Script = Callable[["Call"], Awaitable[None]]

CREATED_AT = "2026-11-28T12:00:00.123456789Z"
DONE_LINE: dict[str, Any] = {
    "model": "m",
    "created_at": CREATED_AT,
    "message": {"role": "assistant", "content": ""},
    "done": True,
    "done_reason": "stop",
    "prompt_eval_count": 12,
    "eval_count": 3,
    "eval_duration": 1_500_000_000,
}
SHOW_RESPONSE: dict[str, Any] = {"model_info": {"qwen2.context_length": 32768}, "capabilities": ["completion"]}


def content_line(content: str, **message: Any) -> dict[str, Any]:
    """A line of Ollama's stream with text."""
    spoken = {"role": "assistant", "content": content} | message
    return {"model": "m", "created_at": CREATED_AT, "message": spoken, "done": False}


def encode_lines(*lines: Any) -> bytes:
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

    async def send_head(self, status: int = 200, **headers: str) -> None:
        """The status line and the headers; ``_`` in a name stands for ``-``."""
        fields = {"content_type": "application/x-ndjson", "connection": "close"} | headers
        text = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
        await self.send(f"HTTP/1.1 {status} Because\r\n{text}\r\n".encode())

    async def send(self, data: bytes) -> None:
        """Send bytes as they are, in a segment of their own."""
        with suppress(ConnectionError):
            self.writer.write(data)
            await self.writer.drain()
            await asyncio.sleep(0)

    def reset(self) -> None:
        """Break the connection off by RST instead of FIN."""
        reset_connection(self.writer)

    async def wait_until_closed(self) -> None:
        """Send nothing more until the client has gone."""
        with suppress(ConnectionError):
            while await self.reader.read(1024):
                pass
        self.closed.set()


def answer_lines(*lines: Any, ending: str = "", size: int = 0) -> Script:
    """Answer 200 with the lines, each a chunk as Ollama sends it, cut into segments of ``size`` bytes (0: one a line).

    ``ending`` is what follows: nothing (the end), ``hang`` or ``reset``.
    """
    chunks = [b"%x\r\n%s\r\n" % (len(data), data) for data in map(encode_lines, lines)]
    segments = _cut(b"".join(chunks), size) if size else chunks
    return _answer(segments if ending else [*segments, b"0\r\n\r\n"], ending, transfer_encoding="chunked")


def answer_bytes(data: bytes, ending: str = "", size: int = 0, content_type: str = "application/x-ndjson") -> Script:
    """Answer 200 with a body of any bytes, as ``answer_lines``, but not chunked: the end of the connection ends it."""
    return _answer(_cut(data, size or len(data) or 1), ending, content_type=content_type)


def _cut(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def _answer(segments: Sequence[bytes], ending: str, **headers: str) -> Script:
    async def script(call: Call) -> None:
        await call.send_head(200, **headers)
        for segment in segments:
            await call.send(segment)
        match ending:
            case "hang":
                await call.wait_until_closed()
            case "reset":
                call.reset()

    return script


def answer_status(code: int, body: bytes = b"", content_type: str = "application/json", **headers: str) -> Script:
    """Answer with a status and a body, as Ollama or a proxy in front of it does on failure."""

    async def script(call: Call) -> None:
        await call.send_head(code, content_type=content_type, content_length=str(len(body)), **headers)
        await call.send(body)

    return script


def answer_with_length(length: int, body: bytes, **headers: str) -> Script:
    """Answer 200 with a Content-Length of ``length``, whatever the length of ``body``."""

    async def script(call: Call) -> None:
        await call.send_head(200, content_length=str(length), **headers)
        await call.send(body)

    return script


def answer_json(body: Any) -> Script:
    """Answer 200 with a short JSON body."""
    return answer_status(200, json.dumps(body).encode())


async def never_answer(call: Call) -> None:
    """Send nothing, not even a head, until the client goes."""
    await call.wait_until_closed()


class ScriptedServer:
    """Plays a script per call; ``calls`` are those received, in order."""

    def __init__(self, chat: Sequence[Script], routes: dict[str, Script]) -> None:
        self.url = ""
        self.calls: list[Call] = []
        self._chat = list(chat)
        self._routes = {
            "/api/version": answer_json({"version": "0.33.0"}),
            "/api/tags": answer_json({"models": [{"name": "m:latest", "size": 7}]}),
            "/api/show": answer_json(SHOW_RESPONSE),
            "/api/ps": answer_json({"models": []}),
            "/v1/models": answer_json({"object": "list", "data": [{"id": "m", "max_model_len": 4096}]}),
        } | routes
        self._arrived = asyncio.Condition()

    def play_chats(self, chat: Sequence[Script]) -> None:
        """Play these scripts from now on, one per chat."""
        self._chat = list(chat)

    @property
    def chats(self) -> list[Call]:
        """The calls that ask for an answer of the model, at either kind of server."""
        return [call for call in self.calls if call.path in CHAT_PATHS]

    async def wait_for_chat(self, number: int = 0) -> Call:
        """The chat of this number, from 0, as soon as it has arrived."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.chats) > number)
        return self.chats[number]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            call = await _read_call(reader, writer)
            self.calls.append(call)
            async with self._arrived:
                self._arrived.notify_all()
            await self._script_for(call)(call)
        with suppress(ConnectionError):
            writer.close()
            await writer.wait_closed()

    def _script_for(self, call: Call) -> Script:
        if call.path in CHAT_PATHS:
            return self._chat.pop(0) if len(self._chat) > 1 else self._chat[0]
        return self._routes.get(call.path, answer_status(404, b"404 page not found", "text/plain"))


@asynccontextmanager
async def scripted_server(
    chat: Sequence[Script] = (), routes: dict[str, Script] | None = None
) -> AsyncGenerator[ScriptedServer, None]:
    """Serve on a free port of this machine; the last script of ``chat`` is used for all further chats."""
    server = ScriptedServer(chat or [answer_lines(content_line("hello"), DONE_LINE)], routes or {})
    try:
        async with raw_server(server.serve) as server.url:
            yield server
    finally:
        for call in server.calls:
            call.writer.transport.abort()


async def _read_call(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Call:
    first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (entry.partition(":") for entry in rest if entry)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Call(method, path, headers, json.loads(body) if body else None, reader, writer)
