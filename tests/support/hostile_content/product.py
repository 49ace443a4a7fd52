"""The running product over a model that writes hostile content, and what others notice of it meanwhile."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.support.hostile_content.files import HOSTILE_FILES
from tests.support.installation import PASSWORD, decode_events
from tests.support.servers.scripted_server import DONE_LINE, Call, content_line, encode_lines, scripted_server
from tests.support.servers.server_process import ServerProcess, running_server

CLIENT_TIMEOUT = 240.0
HEALTH_INTERVAL = 0.05
MAX_HEALTH_SECONDS = 0.1
MAX_ADDED_DELAY_SECONDS = 0.05
MAX_LATE_SHARE = 0.05
"""Of all answers, and of all pieces: the machine that runs the tests has pauses of its own."""
MAX_PAUSE_SECONDS = 1.0
"""The longest pause of the machine that is taken for one; what this file guards against lasted for many seconds."""
ANSWERS = {
    "blocks without names": "\n```\nx\n```\n" * 2000,
    "a thousand files": "".join(f"### FILE: src/f{number}.py\n```\nx = 1\n```\n" for number in range(1000)),
    **{name: f"### FILE: {path}\n```\n{text}\n```\n" for name, (path, text) in HOSTILE_FILES.items()},
}
"""What the model writes, by name."""
STEADY, HOSTILE = "write steadily", "write what is hostile: "


@dataclass
class Delays:
    """Seconds that others waited meanwhile."""

    health: list[float] = field(default_factory=list)
    pieces: list[float] = field(default_factory=list)

    def late(self, max_share: float = MAX_LATE_SHARE, max_pause: float = MAX_PAUSE_SECONDS) -> list[str]:
        """What was too slow, in words; empty where all was well."""
        return [
            f"{name}: {len(slow)} of {len(times)} took over {limit} s, the longest {max(times):.2f} s"
            for name, times, limit in (
                ("/healthz", self.health, MAX_HEALTH_SECONDS),
                ("pieces of another user", self.pieces, MAX_ADDED_DELAY_SECONDS),
            )
            if len(slow := [each for each in times if each > limit]) > max_share * len(times) or max(times) > max_pause
        ]


async def answer(call: Call) -> None:
    """Write what the project asks for: the time, again and again, or one of the hostile files."""
    prompt = " ".join(message["content"] for message in call.body["messages"])
    await call.send_head()
    if STEADY in prompt:
        while not call.closed.is_set():
            await call.send(encode_lines(content_line(f"{time.monotonic():.4f}\n")))
            await asyncio.sleep(0.02)
        return
    answer_text = ANSWERS[prompt.partition(HOSTILE)[2].partition(".")[0]]
    for start in range(0, len(answer_text), 20_000):
        await call.send(encode_lines(content_line(answer_text[start : start + 20_000])))
    await call.send(encode_lines(DONE_LINE))


@dataclass
class Person:
    """Somebody signed in, with a project."""

    client: httpx.AsyncClient
    project_id: int

    async def start(self, path: str) -> str:
        """Start a run; its id."""
        response = await self.client.post(path, json={})
        assert response.status_code == 202, response.text
        return str(response.json()["id"])

    async def generate(self) -> str:
        return await self.start(f"/api/projects/{self.project_id}/generate/backend")

    async def read_to_end(self, run_id: str) -> None:
        async with self.client.stream("GET", f"/api/runs/{run_id}/stream") as response:
            async for _ in response.aiter_raw():
                pass


@asynccontextmanager
async def person(url: str, name: str, prompt: str) -> AsyncGenerator[Person, None]:
    async with httpx.AsyncClient(base_url=url, timeout=CLIENT_TIMEOUT) as client:
        account = {"username": name, "password": PASSWORD}
        token = (await client.post("/api/auth/register", json=account)).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        project = await client.post("/api/projects", json={"name": name, "prompt": prompt})
        yield Person(client, project.json()["id"])


async def ask_health(client: httpx.AsyncClient, delays: Delays) -> None:
    while True:
        start = time.monotonic()
        assert (await client.get("/healthz")).status_code == 200
        delays.health.append(time.monotonic() - start)
        await asyncio.sleep(HEALTH_INTERVAL)


async def read_steadily(reader: Person, delays: Delays) -> None:
    run_id = await reader.generate()
    async with reader.client.stream("GET", f"/api/runs/{run_id}/stream") as response:
        async for event in decode_events(response):
            if event.event == "code-chunk":
                delays.pieces += [time.monotonic() - float(written) for written in event.data.split()]


@asynccontextmanager
async def running_product(folder: Path) -> AsyncGenerator[ServerProcess, None]:
    settings = {"LIVEWRIGHT_MAX_RUNS": "4", "LIVEWRIGHT_ENGINE": "ollama", "LIVEWRIGHT_EMBEDDED_MODEL": "off"}
    async with (
        scripted_server([answer]) as model,
        running_server(folder / "home", OLLAMA_HOST=model.url, **settings) as product,
    ):
        yield product


@asynccontextmanager
async def watched(url: str, delays: Delays) -> AsyncGenerator[None, None]:
    """A person reads a steady stream, and somebody asks for the health all the time."""
    async with httpx.AsyncClient(base_url=url) as client, person(url, "steady", STEADY) as reader:
        tasks = [asyncio.create_task(ask_health(client, delays)), asyncio.create_task(read_steadily(reader, delays))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert [error for error in ended if not isinstance(error, asyncio.CancelledError)] == []
