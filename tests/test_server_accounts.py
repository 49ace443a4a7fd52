"""Accounts at the product as people run it: passwords at their real cost, and what lies in the state folder."""

import asyncio
import time
from pathlib import Path

import httpx
import pytest

from tests.support.installation import PASSWORD
from tests.support.servers.server_process import running_server

pytestmark = pytest.mark.slow

BOUND = 180.0
REGISTRATIONS = 150
MAX_ADDED_SECONDS = 1.0
"""What registrations may add to a sign-in, which takes a quarter of a second by itself."""


async def test_a_sign_in_does_not_wait_for_registrations(tmp_path: Path) -> None:
    async with (
        asyncio.timeout(BOUND),
        running_server(tmp_path / "home", LIVEWRIGHT_PASSWORD_ROUNDS="12") as product,
        httpx.AsyncClient(base_url=product.url, timeout=BOUND, limits=httpx.Limits(max_connections=None)) as client,
    ):
        assert (await register(client, "ada")).status_code == 201
        alone = await seconds_to_sign_in(client)
        waiting = [asyncio.create_task(register(client, f"person{number}")) for number in range(REGISTRATIONS)]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        beside_them = [await seconds_to_sign_in(client) for _ in range(3)]
        assert not all(task.done() for task in waiting)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    assert max(beside_them) < alone + MAX_ADDED_SECONDS, (alone, beside_them)


async def test_every_file_of_the_state_folder_is_closed_to_others(tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with (
        asyncio.timeout(BOUND),
        running_server(home) as product,
        httpx.AsyncClient(base_url=product.url) as client,
    ):
        assert (await register(client, "ada")).status_code == 201
        modes = await asyncio.to_thread(lambda: {path.name: path.stat().st_mode for path in home.rglob("*.*")})
    assert {"livewright.db", "livewright.db-wal"} <= modes.keys()
    assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}


async def register(client: httpx.AsyncClient, name: str) -> httpx.Response:
    return await client.post("/api/auth/register", json={"username": name, "password": PASSWORD})


async def seconds_to_sign_in(client: httpx.AsyncClient) -> float:
    start = time.perf_counter()
    answer = await client.post("/api/auth/login", json={"username": "ada", "password": PASSWORD})
    assert answer.status_code == 200
    return time.perf_counter() - start
