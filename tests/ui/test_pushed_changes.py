"""Open pages are told of changes: they ask no database while there are none, and show a change at once."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from nicegui import Client

from core.catalog.stacks import Side
from core.projects.projects import ProjectUpdate
from core.studio import Studio
from tests.support.engines.scripted_engine import Gate
from tests.support.installation import PASSWORD
from tests.support.users.simulated_user import SimulatedUser

pytestmark = pytest.mark.asyncio(loop_scope="session")

QUIET_SECONDS = 3.0
"""Longer than any interval at which a page once looked."""
CHANGE_SECONDS = 1.0
MAX_CHANGE_SECONDS = 2.5
"""On a busy machine; a page that looked for itself every three seconds would take longer."""


class QueryCounter:
    """Counts what is read and written."""

    def __init__(self, studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        for name in ("read", "write"):
            monkeypatch.setattr(studio.database, name, self._counted(getattr(studio.database, name)))

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        async def counted(work: Any) -> Any:
            self.count += 1
            return await call(work)

        return counted

    async def assert_quiet(self) -> None:
        """The page settles, and then asks nothing."""
        await asyncio.sleep(CHANGE_SECONDS)
        before = self.count
        await asyncio.sleep(QUIET_SECONDS)
        assert self.count == before


@pytest.fixture
def queries(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> QueryCounter:
    return QueryCounter(studio, monkeypatch)


@asynccontextmanager
async def api(pages: httpx.ASGITransport, name: str) -> AsyncGenerator[httpx.AsyncClient, None]:
    """A program that speaks for this user."""
    async with httpx.AsyncClient(transport=pages, base_url="http://test") as client:
        body = {"username": name, "password": PASSWORD}
        token = (await client.post("/api/auth/login", json=body)).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


async def create_project(client: httpx.AsyncClient) -> int:
    response = await client.post("/api/projects", json={"name": "Choir", "prompt": "A rota."})
    return int(response.json()["id"])


async def expect_soon(expectation: Any) -> None:
    """It holds soon, without a page that looks for itself."""
    began = time.monotonic()
    async with asyncio.timeout(10):
        await expectation
    assert time.monotonic() - began < MAX_CHANGE_SECONDS


async def test_an_idle_list_asks_the_database_nothing(user: SimulatedUser, queries: QueryCounter) -> None:
    await user.register("idle1")
    await queries.assert_quiet()


async def test_an_idle_studio_asks_the_database_nothing(
    user: SimulatedUser, pages: httpx.ASGITransport, queries: QueryCounter, studio: Studio
) -> None:
    await user.register("idle2")
    async with api(pages, "idle2") as client:
        project_id = await create_project(client)
        run = (await client.post(f"/api/projects/{project_id}/generate/backend", json={})).json()
    await user.open(f"/projects/{project_id}")
    await user.expect_text("Saved now")
    await queries.assert_quiet()
    assert studio.runs.live_run(project_id, Side.BACKEND) is None
    assert run["id"]


async def test_the_list_shows_what_a_program_makes_of_projects(user: SimulatedUser, pages: httpx.ASGITransport) -> None:
    await user.register("list1")
    async with api(pages, "list1") as client:
        project_id = await create_project(client)
        await expect_soon(user.expect_text("Choir"))
        await client.patch(f"/api/projects/{project_id}", json={"name": "Orchestra"})
        await expect_soon(user.expect_text("Orchestra"))
        await client.delete(f"/api/projects/{project_id}")
        await expect_soon(user.expect_no_text("Orchestra"))


async def test_the_list_shows_what_is_live(user: SimulatedUser, pages: httpx.ASGITransport, engine_gate: Gate) -> None:
    await user.register("list2")
    async with api(pages, "list2") as client:
        project_id = await create_project(client)
        await client.post(f"/api/projects/{project_id}/generate/backend", json={})
        await expect_soon(user.expect_text("LIVE"))
        engine_gate.open()
        await user.expect_no_text("LIVE")
        await user.expect_text("Finished")


async def test_a_studio_shows_what_a_program_makes_of_its_project(
    user: SimulatedUser, pages: httpx.ASGITransport
) -> None:
    await user.register("studio1")
    async with api(pages, "studio1") as client:
        project_id = await create_project(client)
        await user.open(f"/projects/{project_id}")
        await user.expect_text("The Backend of")
        await client.patch(f"/api/projects/{project_id}", json={"prompt": "Another wish."})
        await expect_soon(user.expect_field("What should it do?", "Another wish."))
        run = (await client.post(f"/api/projects/{project_id}/generate/backend", json={})).json()
        await expect_soon(user.expect_text("Versions · Backend"))
        await user.expect_text("Saved now")
        await client.delete(f"/api/runs/{run['id']}")


async def test_a_studio_shows_a_new_name_of_a_version(
    user: SimulatedUser, pages: httpx.ASGITransport, studio: Studio
) -> None:
    await user.register("studio2")
    async with api(pages, "studio2") as client:
        project_id = await create_project(client)
        run = (await client.post(f"/api/projects/{project_id}/generate/backend", json={})).json()
        await user.open(f"/projects/{project_id}")
        await user.expect_text("Saved now")
        owner = (await client.get("/api/auth/me")).json()["id"]
        await studio.versions.rename(owner, run["id"], "the good one")
        await expect_soon(user.expect_text("the good one"))


async def test_a_change_while_the_page_was_on_its_way_is_seen(
    user: SimulatedUser, pages: httpx.ASGITransport, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    await user.register("early")
    async with api(pages, "early") as client:
        project_id = await create_project(client)
        owner = (await client.get("/api/auth/me")).json()["id"]
    read_runs = studio.runs.list_runs
    changes = [ProjectUpdate(prompt="Changed meanwhile.")]

    async def list_runs(user_id: int, project_id: int) -> Any:
        if changes:
            await studio.projects.update(owner, project_id, changes.pop())
        return await read_runs(user_id, project_id)

    monkeypatch.setattr(studio.runs, "list_runs", list_runs)
    await user.open(f"/projects/{project_id}")
    await user.expect_field("What should it do?", "Changed meanwhile.")


async def test_a_closed_page_is_told_nothing_and_leaves_nothing_behind(
    user: SimulatedUser, pages: httpx.ASGITransport, studio: Studio, engine_gate: Gate
) -> None:
    await user.register("leaver")
    async with api(pages, "leaver") as client:
        project_id = await create_project(client)
        await user.open(f"/projects/{project_id}")
        await client.post(f"/api/projects/{project_id}/generate/backend", json={})
        await user.expect_text("Generate Backend (Live)")
        await user.expect_text("Stop")
        assert [task for task in asyncio.all_tasks() if is_of_page(task)]
        for page in list(Client.instances.values()):
            page.delete()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert [task for task in asyncio.all_tasks() if is_of_page(task)] == []
        assert studio.changes._listeners == []
        engine_gate.open()
        await client.get(f"/api/projects/{project_id}/generate/backend/stream")


def is_of_page(task: "asyncio.Task[Any]") -> bool:
    return task.get_name().startswith(("code view of", "figures of", "review of run", "refresh of"))
