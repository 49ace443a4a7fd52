"""Answers of Qwen2.5-Coder-1.5B, asked for a todo list: what works in them works, and what does not is named."""

import json
from pathlib import Path

import pytest
from playwright.async_api import expect

from core.catalog.stacks import Side
from tests.support.servers.manual_model import ManualModel
from tests.support.users.app_user import app, console, open_tab, run, write
from tests.support.users.browser_user import BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SAMPLES = Path(__file__).parents[2] / "samples" / "todo_lists"
HTML = "HTML · CSS · JavaScript"
ASK = """async (_body, [method, path, body]) => {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  return [answer.status, await answer.json().catch(() => null)];
}"""


def recorded(stack: str) -> dict[str, str]:
    files: dict[str, str] = json.loads((SAMPLES / f"{stack}.json").read_text("utf-8"))["files"]
    return files


async def ask(studio: BrowserUser, method: str, path: str, body: dict[str, object] | None = None) -> list[object]:
    """Status and JSON of what the app's page is answered."""
    return list(await app(studio).locator("body").evaluate(ASK, [method, path, body]))


async def test_vue(studio: BrowserUser, manual_model: ManualModel) -> None:
    await run(studio, manual_model, Side.FRONTEND, recorded("vue"), "TypeScript · Vue")
    field = app(studio).get_by_placeholder("Add a new todo")
    for text in ("milk", "eggs"):
        await field.fill(text)
        await field.press("Enter")
    await app(studio).get_by_role("button", name="Delete").first.click()
    await expect(app(studio).get_by_role("listitem")).to_have_text("eggs CompleteDelete")
    await expect(console(studio).get_by_role("tab", name="Errors")).to_have_text("Errors")


async def test_flask_with_a_mistake_in_its_second_answer(studio: BrowserUser, manual_model: ManualModel) -> None:
    await write(studio, manual_model, Side.BACKEND, recorded("flask"), "Python · Flask")
    await run(studio, manual_model, Side.FRONTEND, {"index.html": "<h1>Asks</h1>"}, HTML)
    milk = {"id": 1, "text": "milk", "completed": False}
    assert await ask(studio, "GET", "/todos") == [200, []]
    assert await ask(studio, "POST", "/todos", {}) == [400, {"error": "A text is needed"}]
    assert await ask(studio, "POST", "/todos", {"text": "milk"}) == [201, milk]
    assert await ask(studio, "PUT", "http://localhost:5000/todos/1") == [200, milk | {"completed": True}]
    assert (await ask(studio, "POST", "/todos", {"text": "eggs"}))[0] == 500
    await open_tab(studio, "Errors")
    await expect(console(studio).locator(".line.error", has_text="TypeError")).to_contain_text("app.py:15")


async def test_express_with_ids_of_two_kinds(studio: BrowserUser, manual_model: ManualModel) -> None:
    await write(studio, manual_model, Side.BACKEND, recorded("express"), "TypeScript · Express")
    await run(studio, manual_model, Side.FRONTEND, {"index.html": "<h1>Asks</h1>"}, HTML)
    milk = {"id": 1, "text": "milk", "completed": False}
    assert await ask(studio, "POST", "/todos", {"text": "milk"}) == [201, milk]
    assert await ask(studio, "GET", "http://localhost:3000/todos") == [200, [milk]]
    # The ids in the map are numbers, and the one in the address is text: that is the model's mistake.
    assert await ask(studio, "PUT", "/todos/1", {"completed": True}) == [404, {"error": "Todo not found"}]


async def test_svelte_in_the_words_of_vue(studio: BrowserUser, manual_model: ManualModel) -> None:
    await write(studio, manual_model, Side.FRONTEND, recorded("svelte"), "TypeScript · Svelte")
    await open_tab(studio, "Errors")
    error = console(studio).locator(".line.error").first
    await expect(error).to_contain_text("Unexpected token")
    await expect(error).to_contain_text("src/App.svelte:66")
    # Another page takes its place: the next test's page would show it again.
    await run(studio, manual_model, Side.FRONTEND, {"index.html": "<h1>Todo</h1>"}, HTML)
    studio.script_errors.clear()
