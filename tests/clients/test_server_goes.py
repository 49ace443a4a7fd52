"""What clients see when the server is killed, stopped, or cannot write its database, in the middle of a run."""

import asyncio
import hashlib
import json
import random
import signal
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError

from core.wire import SseEvent
from tests.support.installation import PASSWORD, code_text, decode_events
from tests.support.servers.manual_model import ManualModel
from tests.support.servers.scripted_server import scripted_server
from tests.support.servers.server_process import ServerProcess, running_server

pytestmark = pytest.mark.slow

BOUND = 180.0


@dataclass
class SignedInClient:
    """Somebody signed in at a product whose model is a typist."""

    product: ServerProcess
    api: httpx.AsyncClient
    token: str
    project_id: int

    async def start(self) -> str:
        """The id of a new run."""
        started = await self.api.post(f"/api/projects/{self.project_id}/generate/backend", json={})
        assert started.status_code == 202, started.text
        return str(started.json()["id"])

    async def run(self, run_id: str) -> dict[str, Any]:
        """The run as the API has it."""
        found: dict[str, Any] = (await self.api.get(f"/api/runs/{run_id}")).json()
        return found

    async def watch(self, run_id: str, heard: list[SseEvent], cursor: str = "") -> None:
        """Hear the stream to its end, or the connection's."""
        with suppress(httpx.TransportError):
            async with self.api.stream("GET", f"/api/runs/{run_id}/stream?last_event_id={cursor}") as response:
                async for event in decode_events(response):
                    heard.append(event)  # noqa: PERF401 - others look at what has been heard so far


@asynccontextmanager
async def working(home: Path, typist: ManualModel, token: str = "") -> AsyncGenerator[SignedInClient, None]:
    async with (
        scripted_server([typist.answer]) as server,
        running_server(home, OLLAMA_HOST=server.url, LIVEWRIGHT_MODEL="m") as product,
        httpx.AsyncClient(base_url=product.url, timeout=BOUND) as api,
    ):
        if not token:
            account = {"username": "ada", "password": PASSWORD}
            token = (await api.post("/api/auth/register", json=account)).json()["token"]
        api.headers["Authorization"] = f"Bearer {token}"
        project = (await api.post("/api/projects", json={"name": "Todo", "prompt": "A todo list."})).json()
        yield SignedInClient(product, api, token, project["id"])


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - what happens in another process sets no event here
        await asyncio.sleep(0.005)


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_kill_takes_nothing_back_and_continue_goes_on(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a schedule
    written = "".join(f"{number} 😀\n" for number in range(5000))
    heard: list[SseEvent] = []
    async with asyncio.timeout(BOUND):
        typist = ManualModel()
        async with working(tmp_path / "home", typist) as signed_in:
            run_id = await signed_in.start()
            watching = asyncio.create_task(signed_in.watch(run_id, heard))
            typist.write(written, size=7)
            await until(lambda: bool(code_text(heard)))
            await asyncio.sleep(chance.uniform(0, 0.5))
            await signed_in.product.stop(signal.SIGKILL)
            await watching
        got = code_text(heard)
        assert {event.event for event in heard} == {"status", "code-chunk"}
        typist = ManualModel()
        async with working(tmp_path / "home", typist, signed_in.token) as signed_in:
            run = await signed_in.run(run_id)
            assert run["status"] == "interrupted"
            assert written.startswith(run["text"])
            assert run["text"].startswith(got), "what a reader held is stored"
            rest: list[SseEvent] = []
            await signed_in.watch(run_id, rest, heard[-1].id)
            assert got + code_text(rest) == run["text"]
            assert [event.event for event in rest if event.event in {"complete", "error"}] == ["error"]
            assert json.loads(rest[-1].data)["code"] == "interrupted"
            typist.write("and the rest")
            typist.finish()
            more = await signed_in.api.post(f"/api/runs/{run_id}/continue")
            assert more.status_code == 202, more.text
            events: list[SseEvent] = []
            await signed_in.watch(more.json()["id"], events)
            assert (events[-1].event, code_text(events)) == ("complete", run["text"] + "and the rest")


async def test_sigterm_ends_every_stream_properly_and_soon(tmp_path: Path) -> None:
    home = tmp_path / "home"
    typist = ManualModel()
    async with asyncio.timeout(BOUND), working(home, typist) as signed_in:
        run_id = await signed_in.start()
        address = (
            f"{signed_in.product.url.replace('http', 'ws', 1)}/api/projects/{signed_in.project_id}/generate/backend/ws"
        )
        heard: list[SseEvent] = []
        async with connect(f"{address}?token={signed_in.token}") as socket:
            await socket.send(json.dumps({"type": "resume", "run_id": run_id, "offset": 0}))
            watching = asyncio.create_task(signed_in.watch(run_id, heard))
            typist.write("".join(f"{number} 😀\n" for number in range(5000)), size=9)
            await until(lambda: bool(code_text(heard)))
            stopping = asyncio.create_task(signed_in.product.stop(limit=5))
            frames: list[dict[str, Any]] = []
            with suppress(ConnectionClosedError):
                async for frame in socket:
                    frames.append(json.loads(frame))  # noqa: PERF401 - kept when the connection ends
            assert socket.close_code == 1012, "the server restarts"
            await watching
            assert await stopping in {0, -signal.SIGTERM}
        assert [event.event for event in heard if event.event in {"complete", "error"}] == ["error"]
        assert [frame["code"] for frame in frames if frame["type"] in {"complete", "error"}] == ["interrupted"]
        with sqlite3.connect(home / "livewright.db") as database:
            [stored] = database.execute("SELECT status, text FROM runs WHERE id = ?", (run_id,)).fetchall()
        database.close()
        by_socket = "".join(frame["text"] for frame in frames if frame["type"] == "chunk")
        assert stored == ("interrupted", code_text(heard))
        assert by_socket == code_text(heard)
    assert "Traceback" not in signed_in.product.log.read_text()


async def test_a_run_lives_on_while_another_program_locks_the_database(tmp_path: Path) -> None:
    typist = ManualModel()
    heard: list[SseEvent] = []
    async with asyncio.timeout(BOUND), working(tmp_path / "home", typist) as signed_in:
        run_id = await signed_in.start()
        watching = asyncio.create_task(signed_in.watch(run_id, heard))
        typist.write("before ")
        await until(lambda: bool(code_text(heard)))
        other = sqlite3.connect(tmp_path / "home" / "livewright.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        typist.write("meanwhile ")
        await until(lambda: any(e.event == "status" and '"code":"storage"' in e.data for e in heard))
        run = await signed_in.run(run_id)
        assert (run["status"], run["text"]) == ("running", "before "), "nobody holds what is not stored"
        assert "locked" in run["error"]["message"]
        typist.write("and after")
        typist.finish()
        other.execute("ROLLBACK")
        other.close()
        await watching
        assert code_text(heard) == "before meanwhile and after"
        end = json.loads(heard[-1].data)
        assert (heard[-1].event, end["status"], end["error"]) == ("complete", "complete", None)
        assert end["sha256"] == hashlib.sha256(code_text(heard).encode()).hexdigest()
        assert (await signed_in.run(run_id))["text"] == code_text(heard)
