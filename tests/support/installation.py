"""A whole installation for a test: the API on a real socket, and people who use it."""

import asyncio
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from websockets.asyncio.client import connect

from api import create_api
from api.routes.streams import ShortWay
from api.server import LARGEST_FRAME
from core.studio import Studio
from core.wire import Event, SseDecoder
from tests.support.engines.scripted_engine import Act, ScriptedEngine, says

PASSWORD = "correct horse battery staple"


@dataclass
class Person:
    """Somebody who is signed in, and what he can ask for."""

    name: str
    token: str
    client: httpx.AsyncClient
    engine: ScriptedEngine

    @property
    def headers(self) -> dict[str, str]:
        """What proves who he is."""
        return {"Authorization": f"Bearer {self.token}"}

    async def ask(self, method: str, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """Any request, signed."""
        headers = self.headers | options.pop("headers", {})
        return await self.client.request(method, path, json=json, headers=headers, **options)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        """GET, signed."""
        return await self.ask("GET", path, **options)

    async def post(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """POST, signed."""
        return await self.ask("POST", path, json, **options)

    async def project(self, name: str = "Todo", prompt: str = "A todo list.") -> int:
        """The id of a new project."""
        made = await self.post("/api/projects", {"name": name, "prompt": prompt})
        assert made.status_code == 201, made.text
        return int(made.json()["id"])

    async def start(self, project_id: int, side: str = "backend", **body: Any) -> str:
        """The id of a new run."""
        started = await self.post(f"/api/projects/{project_id}/generate/{side}", body)
        assert started.status_code == 202, started.text
        return str(started.json()["id"])

    async def read(self, path: str, **options: Any) -> list[Event]:
        """All events of a stream that ends."""
        async with self.stream(path, **options) as events:
            return [event async for event in events]

    @asynccontextmanager
    async def stream(self, path: str, **options: Any) -> AsyncGenerator[AsyncIterator[Event], None]:
        """The events of a stream, as they come."""
        headers = self.headers | options.pop("headers", {})
        async with self.client.stream("GET", path, headers=headers, **options) as response:
            assert response.status_code == 200, await response.aread()
            yield events_of(response)

    def socket(self, project_id: int, side: str = "backend") -> connect:
        """A WebSocket to one side of a project."""
        address = str(self.client.base_url).replace("http", "ws", 1)
        path = f"/api/projects/{project_id}/generate/{side}/ws"
        return connect(address.rstrip("/") + path, additional_headers=self.headers, open_timeout=5, close_timeout=5)


async def events_of(response: httpx.Response) -> AsyncIterator[Event]:
    """What this product's own decoder makes of a response."""
    decoder = SseDecoder()
    async for piece in response.aiter_raw():
        for event in decoder.feed(piece):
            yield event


def text_of(events: list[Event]) -> str:
    """The text of the code in these events."""
    return "".join(event.data for event in events if event.event == "code-chunk")


def stream_of(project_id: int, side: str = "backend") -> str:
    """The address of a side's stream."""
    return f"/api/projects/{project_id}/generate/{side}/stream"


async def finished(ada: Person, *script: Act, side: str = "backend") -> tuple[int, str]:
    """A project, and a run in it that has played this script to its end."""
    ada.engine.play(script or says("hello"))
    project_id = await ada.project()
    run_id = await ada.start(project_id, side)
    await ada.read(f"/api/runs/{run_id}/stream")
    return project_id, run_id


@dataclass
class Installation:
    """A server that listens, and the parts behind it."""

    url: str
    studio: Studio
    engine: ScriptedEngine
    client: httpx.AsyncClient

    async def person(self, name: str = "ada") -> Person:
        """A new account."""
        made = await self.client.post("/api/auth/register", json={"username": name, "password": PASSWORD})
        assert made.status_code == 201, made.text
        return Person(name, made.json()["token"], self.client, self.engine)


_unused: list[FastAPI] = []
"""Applications that no server uses now: building one takes longer than most tests."""


@contextmanager
def _application(studio: Studio) -> Iterator[FastAPI]:
    if studio.settings.cors_origins or not _unused:
        app = create_api(studio)
    else:
        app = _unused.pop()
        app.state.studio = studio
    yield app
    if not studio.settings.cors_origins:
        _unused.append(app)


@asynccontextmanager
async def installed(studio: Studio, engine: ScriptedEngine) -> AsyncGenerator[Installation, None]:
    """Serve on a free port of this machine, in this event loop, as ``main.serve`` does."""
    with _application(studio) as app:
        async with _served(app, studio, engine) as installation:
            yield installation


@asynccontextmanager
async def _served(app: FastAPI, studio: Studio, engine: ScriptedEngine) -> AsyncGenerator[Installation, None]:
    config = uvicorn.Config(
        ShortWay(app), log_config=None, access_log=False, ws_max_size=LARGEST_FRAME, timeout_graceful_shutdown=2
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    listening = socket.create_server(("127.0.0.1", 0))
    # asyncio sets it only where a socket names its protocol; without it each answer waits 40 ms for an ACK.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    await server.startup([listening])
    assert server.started, "the server did not start"
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        async with httpx.AsyncClient(base_url=url, timeout=10) as client:
            yield Installation(url, studio, engine, client)
    finally:
        await studio.drain()
        for listener in server.servers:  # as uvicorn's own shutdown, without its fixed pause
            listener.close()
        for connection in list(server.server_state.connections):
            connection.shutdown()
        if server.server_state.tasks:
            await asyncio.wait(server.server_state.tasks, timeout=5)
        await server.lifespan.shutdown()
        listening.close()
