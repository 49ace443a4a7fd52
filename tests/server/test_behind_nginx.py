"""Behind a real nginx, under a sub path: pages, assets, the running app, sockets and streams."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from playwright.async_api import expect
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.support.browser_setup import SwitchableModel, launched_browser, product_over
from tests.support.servers.manual_model import ManualModel
from tests.support.servers.nginx_proxy import running_nginx
from tests.support.users.browser_user import PASSWORD, BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="function")]

BOUND = 120.0
FORWARD = """
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade";
    proxy_set_header Host $http_host;
"""
BY_HEADER = f"location /lw/ {{ proxy_pass {{url}}/; {FORWARD} proxy_set_header X-Forwarded-Prefix /lw; }}"
BY_SETTING = f"location /lw/ {{ proxy_pass {{url}}; {FORWARD} proxy_set_header X-Forwarded-For $remote_addr; }}"
PAGE = "### FILE: index.html\n```html\n<!doctype html><h1>It runs</h1><button>Press</button>\n```\n"


@asynccontextmanager
async def served(tmp_path: Path, locations: str, **settings: str) -> AsyncGenerator[tuple[str, ManualModel], None]:
    """The address of the product behind nginx, and the model at its keyboard."""
    model = SwitchableModel()
    async with (
        asyncio.timeout(BOUND),
        product_over(tmp_path / "home", model, **settings) as product,
        running_nginx(tmp_path, locations.replace("{url}", product.url)) as url,
    ):
        yield f"{url}/lw", model.active


@pytest.mark.parametrize(
    ("locations", "settings"),
    [(BY_HEADER, {}), (BY_SETTING, {"LIVEWRIGHT_ROOT_PATH": "/lw"})],
    ids=["header", "setting"],
)
async def test_the_studio_works_under_a_sub_path(tmp_path: Path, locations: str, settings: dict[str, str]) -> None:
    async with served(tmp_path, locations, **settings) as (url, model), launched_browser() as browser:
        visitor = await BrowserUser.open_window(browser, url)
        failed: list[str] = []
        visitor.page.on(
            "response", lambda answer: failed.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None
        )
        await visitor.page.goto(f"{url}/")
        await visitor.page.wait_for_url(f"{url}/login")
        await visitor.register("ada")
        await visitor.create_project()
        assert visitor.page.url.startswith(f"{url}/projects/")
        font = "getComputedStyle(document.querySelector('.lw-page')).display"
        assert await visitor.page.evaluate(font) == "flex", "the page is styled"

        await visitor.press("Generate Frontend (Live)")
        model.write(PAGE)
        model.finish()
        await visitor.wait_for_code(PAGE, "frontend")
        await visitor.expect_text("Saved now")
        await visitor.press("App")
        for _ in range(2):
            app = visitor.page.frame_locator("[data-testid=app]")
            await expect(app.get_by_role("heading", name="It runs")).to_be_visible()
            assert visitor.page.url.startswith(f"{url}/projects/"), "also after the address was replaced"
            await visitor.page.reload()
        assert failed == []
        assert (visitor.foreign_requests, visitor.script_errors) == ([], [])


async def test_programs_work_under_a_sub_path(tmp_path: Path) -> None:
    async with served(tmp_path, BY_HEADER) as (url, model), httpx.AsyncClient(base_url=url, timeout=20) as client:
        account = {"username": "ada", "password": PASSWORD}
        token = (await client.post("/api/auth/register", json=account)).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        project_id = (await client.post("/api/projects", json={"name": "x", "prompt": "x"})).json()["id"]
        model.write("hello")
        model.finish()
        stream = await client.get(f"/api/projects/{project_id}/generate/backend/stream")
        assert "data: hello" in stream.text
        assert "event: complete" in stream.text
        socket_url = f"{url.replace('http', 'ws')}/api/projects/{project_id}/generate/backend/ws"
        async with connect(socket_url, additional_headers={"Authorization": f"Bearer {token}"}) as socket:
            await socket.send("nonsense")
            assert "bad_message" in str(await socket.recv())
        with pytest.raises(InvalidStatus):
            await connect(socket_url, origin="https://evil.example")  # type: ignore[arg-type]
        assert (await client.get("/docs")).status_code == 200
        del client.headers["Authorization"]
        assert (await client.get("/metrics")).status_code == 401
