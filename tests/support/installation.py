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
from api.server import server_config
from core.studio import Studio
from core.wire import SseDecoder, SseEvent
from tests.support.engines.scripted_engine import ScriptedEngine, ScriptStep, text_script

PASSWORD = "correct horse battery staple"


@dataclass
class ApiUser:
    """A signed-in user of the API."""

    name: str
    token: str
    client: httpx.AsyncClient
    engine: ScriptedEngine

    @property
    def headers(self) -> dict[str, str]:
        """The Authorization header."""
        return {"Authorization": f"Bearer {self.token}"}

    async def request(self, method: str, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """Any request, signed."""
        headers = self.headers | options.pop("headers", {})
        return await self.client.request(method, path, json=json, headers=headers, **options)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        """GET, signed."""
        return await self.request("GET", path, **options)

    async def post(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """POST, signed."""
        return await self.request("POST", path, json, **options)

    async def create_project(self, name: str = "Todo", prompt: str = "A todo list.") -> int:
        """The id of a new project."""
        response = await self.post("/api/projects", {"name": name, "prompt": prompt})
        assert response.status_code == 201, response.text
        return int(response.json()["id"])

    async def start_run(self, project_id: int, side: str = "backend", **body: Any) -> str:
        """The id of a new run."""
        response = await self.post(f"/api/projects/{project_id}/generate/{side}", body)
        assert response.status_code == 202, response.text
        return str(response.json()["id"])

    async def read_events(self, path: str, **options: Any) -> list[SseEvent]:
        """All events of a stream that ends."""
        async with self.stream_events(path, **options) as events:
            return [event async for event in events]

    @asynccontextmanager
    async def stream_events(self, path: str, **options: Any) -> AsyncGenerator[AsyncIterator[SseEvent], None]:
        """The events of a stream, as they come."""
        headers = self.headers | options.pop("headers", {})
        async with self.client.stream("GET", path, headers=headers, **options) as response:
            assert response.status_code == 200, await response.aread()
            yield decode_events(response)

    def connect_socket(self, project_id: int, side: str = "backend") -> connect:
        """A WebSocket to one side of a project."""
        address = str(self.client.base_url).replace("http", "ws", 1)
        path = f"/api/projects/{project_id}/generate/{side}/ws"
        return connect(address.rstrip("/") + path, additional_headers=self.headers, open_timeout=5, close_timeout=5)


async def decode_events(response: httpx.Response) -> AsyncIterator[SseEvent]:
    """What this product's own decoder makes of a response."""
    decoder = SseDecoder()
    async for piece in response.aiter_raw():
        for event in decoder.feed(piece):
            yield event


def code_text(events: list[SseEvent]) -> str:
    """The text of the code in these events."""
    return "".join(event.data for event in events if event.event == "code-chunk")


def stream_path(project_id: int, side: str = "backend") -> str:
    """The address of a side's stream."""
    return f"/api/projects/{project_id}/generate/{side}/stream"


async def create_finished_run(user: ApiUser, *script: ScriptStep, side: str = "backend") -> tuple[int, str]:
    """A project, and a run in it that has played this script to its end."""
    user.engine.play(script or text_script("hello"))
    project_id = await user.create_project()
    run_id = await user.start_run(project_id, side)
    await user.read_events(f"/api/runs/{run_id}/stream")
    return project_id, run_id


@dataclass
class Installation:
    """A server that listens, and the parts behind it."""

    url: str
    studio: Studio
    engine: ScriptedEngine
    client: httpx.AsyncClient

    async def register_user(self, name: str = "ada") -> ApiUser:
        """A new account."""
        response = await self.client.post("/api/auth/register", json={"username": name, "password": PASSWORD})
        assert response.status_code == 201, response.text
        return ApiUser(name, response.json()["token"], self.client, self.engine)


_idle_apps: list[FastAPI] = []
"""Applications that no server uses now: building one takes longer than most tests."""


@contextmanager
def _borrowed_app(studio: Studio) -> Iterator[FastAPI]:
    if studio.settings.cors_origins or not _idle_apps:
        app = create_api(studio)
    else:
        app = _idle_apps.pop()
        app.state.studio = studio
    yield app
    if not studio.settings.cors_origins:
        _idle_apps.append(app)


@asynccontextmanager
async def serving_installation(studio: Studio, engine: ScriptedEngine) -> AsyncGenerator[Installation, None]:
    """Serve on a free port of this machine, in this event loop, as ``main.serve`` does."""
    with _borrowed_app(studio) as app:
        async with _serving(app, studio, engine) as installation:
            yield installation


@asynccontextmanager
async def _serving(app: FastAPI, studio: Studio, engine: ScriptedEngine) -> AsyncGenerator[Installation, None]:
    config = server_config(app, studio.settings)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    listen_socket = socket.create_server(("127.0.0.1", 0))
    # asyncio sets it only where a socket names its protocol; without it each answer waits 40 ms for an ACK.
    listen_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    await server.startup([listen_socket])
    assert server.started, "the server did not start"
    url = f"http://127.0.0.1:{listen_socket.getsockname()[1]}"
    try:
        async with httpx.AsyncClient(base_url=url, timeout=30) as client:
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
        listen_socket.close()
