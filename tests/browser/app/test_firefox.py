"""A running app in Firefox: a page and its back end in Python."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from core.catalog.stacks import Side
from tests.support.firefox import firefox_page
from tests.support.servers.manual_model import ManualModel
from tests.support.servers.server_process import ServerProcess
from tests.support.users.app_user import answer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FILES = {
    Side.BACKEND: {
        "main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
        '@app.get("/api/words")\ndef words() -> list[str]:\n    return ["milk", "bread"]\n'
    },
    Side.FRONTEND: {
        "index.html": "<!doctype html><h1>Words</h1><p></p>\n<script>\n"
        'fetch("/api/words").then((answer) => answer.json()).then((words) => {\n'
        '  document.querySelector("p").textContent = words.join(" and ");\n});\n</script>\n'
    },
}
FILL_IN = """(() => {
  for (const [label, value] of [["Name", "fox"], ["Password", "correct horse"]]) {
    const field = document.querySelector(`input[aria-label=${label}]`);
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
})()"""
SIGN_IN = '[...document.querySelectorAll("button")].find((each) => each.innerText.includes("Sign in")).click()'


async def written_project(api: httpx.AsyncClient, model: ManualModel) -> int:
    """The project of a new user, with both sides written."""
    account = await api.post("/api/auth/register", json={"username": "fox", "password": "correct horse"})
    api.headers["Authorization"] = f"Bearer {account.json()['token']}"
    project: dict[str, Any] = (await api.post("/api/projects", json={"name": "Words", "prompt": "Words."})).json()
    for side, files in FILES.items():
        model.write(answer(files))
        model.finish()
        async with api.stream("GET", f"/api/projects/{project['id']}/generate/{side}/stream") as stream:
            await stream.aread()
    return int(project["id"])


async def test_a_page_and_its_back_end_run_in_firefox(
    product: ServerProcess, manual_model: ManualModel, tmp_path: Path
) -> None:
    async with httpx.AsyncClient(base_url=product.url, timeout=60) as api, firefox_page(tmp_path) as page:
        project_id = await written_project(api, manual_model)
        await page.open(f"{product.url}/login")
        await page.wait_for("document.querySelector('input[aria-label=Password]') !== null")
        await page.evaluate(FILL_IN)
        await page.evaluate(SIGN_IN)
        await page.wait_for("location.pathname === '/'")
        await page.open(f"{product.url}/projects/{project_id}?side=frontend&look=app")
        await page.wait_for("document.body.innerText.includes('milk and bread')", "/")  # where its router begins
        await page.evaluate("document.querySelector('[data-testid=app-console] [role=tab]').click()")
        await page.wait_for("document.querySelector('[data-testid=app-console]').innerText.includes('/api/words')")
