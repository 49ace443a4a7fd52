"""The product as people run it: in a process of its own, killed, stopped and started wrongly."""

import asyncio
import hashlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect

from core.wire import Event
from tests.support.installation import PASSWORD, events_of, text_of
from tests.support.product import ROOT, Product, environment, running

pytestmark = pytest.mark.slow

BOUND = 60.0
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
    async def stream(self, run_id: str) -> AsyncGenerator[AsyncIterator[Event], None]:
        async with self.client.stream("GET", f"/api/runs/{run_id}/stream") as response:
            assert response.status_code == 200
            yield events_of(response)


@asynccontextmanager
async def visiting(product: Product, token: str | None = None) -> AsyncGenerator[Visitor, None]:
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
    async with asyncio.timeout(BOUND), running(tmp_path / "home") as product, visiting(product) as ada:
        run_id = await ada.start(OPTIONS)
        async with ada.stream(run_id) as stream:
            events = [event async for event in stream]
        end = json.loads(events[-1].data)
        assert events[-1].event == "complete", end
        text = text_of(events)
        assert text
        assert end["sha256"] == hashlib.sha256(text.encode()).hexdigest()
        assert (await ada.client.get(f"/api/runs/{run_id}")).json()["text"] == text
        assert stored(tmp_path / "home", run_id) == (end["status"], text)
        assert await product.stop() in {0, -signal.SIGTERM}
    assert "Traceback" not in product.log.read_text()


async def read_some(stream: AsyncIterator[Event], length: int) -> str:
    text = ""
    async for event in stream:
        text += event.data if event.event == "code-chunk" else ""
        if len(text) >= length:
            return text
    raise AssertionError("the run ended too early")


async def test_a_killed_server_keeps_what_its_readers_got(tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with asyncio.timeout(BOUND):
        async with running(home) as product, visiting(product) as ada:
            run_id = await ada.start(LONG)
            async with ada.stream(run_id) as stream:
                text = await read_some(stream, 60)
                await product.stop(signal.SIGKILL)
        async with running(home) as product, visiting(product, ada.token) as again:
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
    async with asyncio.timeout(BOUND), running(home) as product, visiting(product) as ada:
        run_id = await ada.start(LONG)
        async with ada.stream(run_id) as stream:
            text = await read_some(stream, 30)
            stopping = asyncio.create_task(product.stop(within=5))
            rest = [event async for event in stream]
            await stopping
        text += text_of(rest)
        assert rest[-1].event == "error"
        assert json.loads(rest[-1].data)["code"] == "interrupted"
        assert stored(home, run_id) == ("interrupted", text)
    assert "Traceback" not in product.log.read_text()


async def test_no_token_reaches_the_log(tmp_path: Path) -> None:
    async with asyncio.timeout(BOUND), running(tmp_path / "home") as product, visiting(product) as ada:
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


# Wrong starts


def run(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "main.py", *arguments),
        cwd=ROOT,
        env=environment(home, **settings),
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
    )


def fails(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """It said in one sentence what is wrong, and no more."""
    assert done.returncode == 1, done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in lines[0]


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        fails(run(tmp_path / "home", "--port", port), port, "LIVEWRIGHT_PORT")


def test_a_file_in_place_of_the_state_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    fails(run(tmp_path / "home", "--port", "0"), "LIVEWRIGHT_HOME")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_state_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o500)
    fails(run(tmp_path / "home", "--port", "0"), "LIVEWRIGHT_HOME")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LIVEWRIGHT_PORT", "http"),
        ("LIVEWRIGHT_ENGINE", "gpt"),
        ("LIVEWRIGHT_MAX_RUNS", "-1"),
        ("LIVEWRIGHT_SECRET", "short"),
        ("LIVEWRIGHT_DATABASE_URL", "nonsense"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, variable: str, value: str) -> None:
    arguments = () if variable == "LIVEWRIGHT_PORT" else ("--port", "0")
    fails(run(tmp_path / "home", *arguments, **{variable: value}), variable)


@pytest.mark.parametrize("arguments", [("migrate",), ("--port", "0")])
def test_a_state_folder_of_a_newer_version_is_told(
    tmp_path: Path, empty_database: Path, arguments: tuple[str, ...]
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "livewright.db").write_bytes(empty_database.read_bytes())
    with sqlite3.connect(home / "livewright.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    fails(run(home, *arguments), "newer version")


# The command line


def test_help_lists_the_commands(tmp_path: Path) -> None:
    done = run(tmp_path / "home", "--help")
    assert done.returncode == 0
    for command in ("serve", "generate", "migrate"):
        assert command in done.stdout


def test_migrate_makes_the_database(tmp_path: Path) -> None:
    assert run(tmp_path / "home", "migrate").returncode == 0
    assert (tmp_path / "home" / "livewright.db").exists()


def test_generate_writes_the_text_and_the_files(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run(tmp_path / "home", "generate", "frontend", "--stack", "html", "a tip calculator", "--out", str(out))
    assert done.stdout.strip()
    assert "Traceback" not in done.stderr
    assert (done.returncode == 0) == any(path.is_file() for path in out.rglob("*")), done.stderr
