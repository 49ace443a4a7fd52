"""The whole main job on a real model, as a stranger does it: Chromium, the product, the embedded engine."""

import asyncio
import hashlib
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, expect
from playwright.async_api import TimeoutError as Unseen

from tests.support.servers.server_process import running_server
from tests.support.users.browser_user import PASSWORD, BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_register_create_generate_watch_reload_stop_and_sign_out(chromium: Browser, tmp_path: Path) -> None:
    async with asyncio.timeout(180), running_server(tmp_path / "home") as product:
        visitor = await BrowserUser.open_window(chromium, product.url)
        await visitor.register("ada")
        await visitor.create_project(prompt="A list of books with author and year.")
        await visitor.press("Generate Backend (Live)")
        first = await _text_longer_than(visitor, 40)
        second = await _text_longer_than(visitor, len(first) + 40)
        assert second.startswith(first)

        await visitor.page.reload()
        third = await _text_longer_than(visitor, len(second))
        assert third.startswith(second)

        first_run = await _ended(visitor)
        assert first_run["text"].startswith(third)
        await visitor.wait_for_code(first_run["text"])

        runs = [first_run]
        while (
            runs[-1]["status"] != "stopped"
        ):  # so small a model may repeat itself, and be stopped for that, before the press
            await visitor.press("Generate Backend (Live)")
            await _text_longer_than(visitor, 5)
            runs.append(await _ended(visitor))
            await visitor.wait_for_code(runs[-1]["text"])
        assert len({run["id"] for run in runs}) == len(runs)

        await visitor.press("Account of ada")
        await visitor.page.get_by_text("Sign out").click()
        await visitor.page.wait_for_url("**/login")
        assert (visitor.foreign_requests, visitor.script_errors) == ([], [])


async def _ended(visitor: BrowserUser) -> dict[str, str]:
    """The newest run, stopped by the button unless it has ended by itself."""
    with suppress(Unseen):
        await visitor.button("Stop").click(timeout=2000)
    await expect(visitor.button("Stop")).to_have_count(0)
    return await _stored(visitor)


async def _text_longer_than(visitor: BrowserUser, length: int) -> str:
    code = "document.querySelector('[data-testid=code-backend]')"
    await visitor.page.wait_for_function(f"(n) => {code}?.text?.length > n", arg=length, timeout=60_000)
    return await visitor.code()


async def _stored(visitor: BrowserUser) -> dict[str, str]:
    """The newest run as the API has it, checked against the sum that its stream ends with."""
    async with httpx.AsyncClient(base_url=visitor.url) as client:
        body = {"username": visitor.name, "password": PASSWORD}
        token = (await client.post("/api/auth/login", json=body)).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        project = visitor.project_id
        newest = (await client.get(f"/api/projects/{project}/runs")).json()[0]
        run: dict[str, str] = (await client.get(f"/api/runs/{newest['id']}")).json()
        stream = (await client.get(f"/api/runs/{newest['id']}/stream")).text
    assert hashlib.sha256(run["text"].encode()).hexdigest() in stream.rpartition("event: complete")[2]
    return run
