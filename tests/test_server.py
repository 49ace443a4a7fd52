"""The product as people run it: in a process of its own, killed and stopped."""

import asyncio
import hashlib
import json
import signal
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect

from core.wire import SseEvent
from tests.support.installation import PASSWORD, code_text, decode_events
from tests.support.servers.server_process import ServerProcess, running_server

pytestmark = pytest.mark.slow

BOUND = 180.0
OPTIONS = {"options": {"max_tokens": 60, "seed": 1}}
LONG = {"options": {"max_tokens": 4000, "seed": 1}}


@dataclass
class Visitor:
    """Somebody signed in at a running product, with one project."""

    client: httpx.AsyncClient
    token: str
    project_id: int

    async def start(self, body: Mapping[str, object]) -> str:
        started = await self.client.post(f"/api/projects/{self.project_id}/generate/backend", json=body)
        assert started.status_code == 202, started.text
        return str(started.json()["id"])

    @asynccontextmanager
    async def stream(self, run_id: str) -> AsyncGenerator[AsyncIterator[SseEvent], None]:
        async with self.client.stream("GET", f"/api/runs/{run_id}/stream") as response:
            assert response.status_code == 200
            yield decode_events(response)


@asynccontextmanager
async def visiting(product: ServerProcess, token: str | None = None) -> AsyncGenerator[Visitor, None]:
    async with httpx.AsyncClient(base_url=product.url, timeout=BOUND) as client:
        if token is None:
            account = {"username": "ada", "password": PASSWORD}
            token = (await client.post("/api/auth/register", json=account)).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        made = await client.post("/api/projects", json={"name": "Todo", "prompt": "A todo list."})
        assert made.status_code == 201, made.text
        yield Visitor(client, str(token), made.json()["id"])


def stored(home: Path, run_id: str) -> tuple[str, str]:
    """Status and text in the database file, read by another program."""
    with sqlite3.connect(home / "livewright.db") as database:
        row = database.execute("SELECT status, text FROM runs WHERE id = ?", (run_id,)).fetchone()
    database.close()
    return str(row[0]), str(row[1])


async def test_the_main_job_gives_one_text_everywhere(tmp_path: Path) -> None:
    async with asyncio.timeout(BOUND), running_server(tmp_path / "home") as product, visiting(product) as ada:
        run_id = await ada.start(OPTIONS)
        async with ada.stream(run_id) as stream:
            events = [event async for event in stream]
        end = json.loads(events[-1].data)
        assert events[-1].event == "complete", end
        text = code_text(events)
        assert text
        assert end["sha256"] == hashlib.sha256(text.encode()).hexdigest()
        assert (await ada.client.get(f"/api/runs/{run_id}")).json()["text"] == text
        assert stored(tmp_path / "home", run_id) == (end["status"], text)
        assert await product.stop() in {0, -signal.SIGTERM}
    assert "Traceback" not in product.log.read_text()


async def read_some(stream: AsyncIterator[SseEvent], length: int) -> str:
    text = ""
    async for event in stream:
        text += event.data if event.event == "code-chunk" else ""
        if len(text) >= length:
            return text
    raise AssertionError("the run ended too early")


async def test_a_killed_server_keeps_what_its_readers_got(tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with asyncio.timeout(BOUND):
        async with running_server(home) as product, visiting(product) as ada:
            run_id = await ada.start(LONG)
            async with ada.stream(run_id) as stream:
                text = await read_some(stream, 60)
                await product.stop(signal.SIGKILL)
        async with running_server(home) as product, visiting(product, ada.token) as again:
            run = (await again.client.get(f"/api/runs/{run_id}")).json()
            assert run["status"] == "interrupted"
            assert run["text"].startswith(text)
            resumed = await again.client.get(
                f"/api/runs/{run_id}/stream", headers={"Last-Event-ID": f"{run_id}:{len(text)}"}
            )
            assert resumed.status_code in {200, 204}
            assert "event: complete" not in resumed.text


async def test_sigterm_ends_an_open_stream_properly_and_soon(tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with asyncio.timeout(BOUND), running_server(home) as product, visiting(product) as ada:
        run_id = await ada.start(LONG)
        async with ada.stream(run_id) as stream:
            text = await read_some(stream, 30)
            stopping = asyncio.create_task(product.stop(limit=5))
            rest = [event async for event in stream]
            await stopping
        text += code_text(rest)
        assert rest[-1].event == "error"
        assert json.loads(rest[-1].data)["code"] == "interrupted"
        assert stored(home, run_id) == ("interrupted", text)
    assert "Traceback" not in product.log.read_text()


async def test_no_token_reaches_the_log(tmp_path: Path) -> None:
    async with asyncio.timeout(BOUND), running_server(tmp_path / "home") as product, visiting(product) as ada:
        address = f"/api/projects/{ada.project_id}/generate/backend"
        async with connect(f"{product.url.replace('http', 'ws')}{address}/ws?token={ada.token}") as websocket:
            await websocket.send("nonsense")
            assert "bad_message" in str(await websocket.recv())
        for path in (f"{address}/stream?token={ada.token}&last_event_id=x", f"/api/nothing?token={ada.token}"):
            async with httpx.AsyncClient(base_url=product.url) as client:
                assert (await client.get(path)).status_code in {400, 404}
        await product.stop()
    assert ada.token not in product.log.read_text()
    assert ada.token.rpartition(".")[2] not in product.log.read_text()
