"""A back end in Python at work in the visitor's browser, alone and with a front end."""

import json
from pathlib import Path

import pytest
from playwright.async_api import expect

from core.catalog.stacks import Side
from tests.support.servers.manual_model import ManualModel
from tests.support.users.app_user import START_MILLISECONDS, app, console, open_tab, reload, run, write
from tests.support.users.browser_user import BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SAMPLES = Path(__file__).parents[2] / "samples"
FASTAPI, FLASK = "Python · FastAPI", "Python · Flask"
TODO_API = {
    "main.py": """import asyncio
from itertools import count

from fastapi import FastAPI, HTTPException, Response, WebSocket
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

app = FastAPI(title="Todo")
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])


class TodoIn(BaseModel):
    text: str


class Todo(TodoIn):
    id: int


todos: dict[int, Todo] = {}
ids = count(1)


@app.get("/api/todos")
def list_todos() -> list[Todo]:
    return list(todos.values())


@app.post("/api/todos", status_code=201)
def add(todo: TodoIn, response: Response) -> Todo:
    new = Todo(id=next(ids), text=todo.text)
    todos[new.id] = new
    response.set_cookie("last", todo.text)
    print("added", todo.text)
    return new


@app.delete("/api/todos/{todo_id}", status_code=204)
def remove(todo_id: int) -> None:
    if todo_id not in todos:
        raise HTTPException(404, "No such todo")
    del todos[todo_id]


@app.get("/api/broken")
def broken():
    return 1 / 0


@app.get("/api/stream")
async def stream() -> StreamingResponse:
    async def words():
        for word in ("one", "two"):
            yield f"data: {word}\\n\\n"

    return StreamingResponse(words(), media_type="text/event-stream")


stopped = []


@app.get("/api/clock")
async def clock() -> StreamingResponse:
    async def ticks():
        try:
            while True:
                yield "data: tick\\n\\n"
                await asyncio.sleep(0.05)
        finally:
            stopped.append(1)

    return StreamingResponse(ticks(), media_type="text/event-stream")


@app.get("/api/stopped")
def is_stopped() -> int:
    return len(stopped)


@app.websocket("/ws")
async def echo(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text((await socket.receive_text()).upper())
    await socket.close()
""",
    "requirements.txt": "fastapi\nuvicorn\n",
}
TODO_PAGE = {
    "index.html": '<!doctype html><script src="https://cdn.jsdelivr.net/npm/axios/dist/axios.min.js"></script>\n'
    '<h1>Todo</h1><form><input placeholder="What next?"><button>Add</button></form><ul></ul>\n'
    '<script src="script.js"></script>',
    "script.js": """const API = "http://localhost:8000/api/todos";
async function load() {
  const { data } = await axios.get(API);
  const items = data.map((todo) => {
    const item = document.createElement("li");
    item.textContent = todo.text;
    item.onclick = () => fetch(`${API}/${todo.id}`, { method: "DELETE" }).then(load);
    return item;
  });
  document.querySelector("ul").replaceChildren(...items);
}
document.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const input = document.querySelector("input");
  await axios.post(API, { text: input.value });
  input.value = "";
  load();
});
load();
""",
}


async def add(visitor: BrowserUser, word: str) -> None:
    """Add a todo in the app."""
    await app(visitor).get_by_placeholder("What next?").fill(word)
    await app(visitor).get_by_role("button", name="Add").click()
    await expect(app(visitor).get_by_role("listitem").last).to_have_text(word, timeout=START_MILLISECONDS)


async def test_a_todo_app_of_both_sides_keeps_its_data(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await visitor.create_project()
    await write(visitor, manual_model, Side.BACKEND, TODO_API)
    await run(visitor, manual_model, Side.FRONTEND, TODO_PAGE)
    items = app(visitor).get_by_role("listitem")
    await add(visitor, "milk")
    await add(visitor, "bread")
    await reload(visitor)
    await expect(items).to_have_text(["milk", "bread"])
    await items.first.click()
    await expect(items).to_have_text(["bread"])
    renamed = TODO_API | {"main.py": TODO_API["main.py"].replace('title="Todo"', 'title="Second"')}
    await run(visitor, manual_model, Side.BACKEND, renamed)
    await add(visitor, "eggs")
    await expect(items).to_have_text(["bread", "eggs"])
    await run(visitor, manual_model, Side.FRONTEND, TODO_PAGE | {"styles.css": "li { color: red }"})
    await expect(items).to_have_text(["bread", "eggs"])
    frame = app(visitor).locator("body")
    assert await frame.evaluate("document.cookie") == "last=eggs"
    await open_tab(visitor, "Requests")
    await expect(console(visitor).locator(".request").first).to_contain_text("/api/todos")
    await open_tab(visitor, "Output")
    await visitor.press("Reset data")
    await visitor.press("Delete it")
    await expect(items).to_have_count(0)
    await add(visitor, "tea")
    await expect(items).to_have_text(["tea"])


async def test_requests_streams_and_sockets_are_answered_and_failures_told(
    studio: BrowserUser, manual_model: ManualModel
) -> None:
    await run(studio, manual_model, Side.BACKEND, TODO_API, FASTAPI)
    await open_tab(studio, "Errors")
    frame = app(studio).locator("body")
    heard = await frame.evaluate(
        """async () => {
          const status = async (...asked) => (await fetch(...asked)).status;
          const form = new URLSearchParams({ text: "x" });
          const request = new XMLHttpRequest();
          request.open("GET", "/api/todos");
          const loaded = new Promise((done) => (request.onload = ({ target }) => done(target.responseText)));
          request.send();
          const source = new EventSource("/api/stream");
          const words = [];
          await new Promise((done) => (source.onmessage = ({ data }) => (words.push(data), data === "two" && done())));
          source.close();
          const clock = new EventSource("/api/clock");
          await new Promise((done) => (clock.onmessage = done));
          clock.close();
          while (!(await (await fetch("/api/stopped")).json())) await new Promise((go) => setTimeout(go, 50));
          const socket = new WebSocket("ws://localhost:8000/ws");
          socket.onopen = ({ target }) => target.readyState === target.OPEN && target.send("hello");
          const echoed = new Promise((done) => (socket.onmessage = ({ data }) => done(data)));
          return [await status("/api/todos"), await status("http://127.0.0.1:8000/api/todos"),
            await status("https://api.example.test/api/todos"),
            await status("/api/todos", { method: "POST", body: form }),
            await status("/api/broken"), await status("/api/todos/9", { method: "DELETE" }),
            await loaded, words.join(), await echoed];
        }"""
    )
    assert heard == [200, 200, 200, 422, 500, 404, "[]", "one,two", "HELLO"]
    errors = console(studio).locator(".line.error")
    await expect(errors.filter(has_text="ZeroDivisionError: division by zero")).to_contain_text("main.py:")
    await expect(errors.filter(has_text="DELETE /api/todos/9 was answered 404")).to_have_count(1)
    await expect(errors).to_have_count(2)


async def test_a_back_end_alone_shows_the_page_of_its_api(studio: BrowserUser, manual_model: ManualModel) -> None:
    sample = json.loads((SAMPLES / "todo-fastapi-head.json").read_text("utf-8"))["files"]
    await run(studio, manual_model, Side.BACKEND, sample, FASTAPI)
    page = app(studio)
    await expect(page.locator(".opblock")).to_have_count(4, timeout=START_MILLISECONDS)
    await page.locator(".opblock-get").click()
    await page.get_by_role("button", name="Try it out").click()
    await page.get_by_role("button", name="Execute").click()
    await expect(page.locator(".live-responses-table .microlight").first).to_have_text("[]")


async def test_a_flask_app_with_pages_of_its_own(studio: BrowserUser, manual_model: ManualModel) -> None:
    files = {
        "app.py": '''import sqlite3

from flask import Flask, g, redirect, render_template, request, url_for

app = Flask(__name__)


def database():
    if "database" not in g:
        g.database = sqlite3.connect("notes.db")
        g.database.execute("create table if not exists notes (text text)")
    return g.database


@app.get("/")
def index():
    return render_template("index.html", notes=database().execute("select text from notes").fetchall())


@app.post("/notes")
def add():
    database().execute("insert into notes values (?)", (request.form["text"],))
    database().commit()
    return redirect(url_for("index"))
''',
        "templates/index.html": "<!doctype html>\n"
        '<link rel="stylesheet" href="{{ url_for("static", filename="a.css") }}">\n'
        '<h1>Notes</h1><ul>{% for note in notes %}<li>{{ note[0] }}</li>{% endfor %}</ul>\n'
        '<form method="post" action="/notes"><input name="text" placeholder="Note"><button>Add</button></form>\n',
        "static/a.css": "h1 { color: rgb(1, 2, 3) }",
    }  # fmt: skip
    await run(studio, manual_model, Side.BACKEND, files, FLASK)
    page = app(studio)
    await expect(page.get_by_role("heading", name="Notes")).to_have_css(
        "color", "rgb(1, 2, 3)", timeout=START_MILLISECONDS
    )
    for word in ("one", "two"):
        await page.get_by_placeholder("Note").fill(word)
        await page.get_by_role("button", name="Add").click()
        await expect(page.get_by_role("listitem").last).to_have_text(word)
    await expect(page.get_by_role("listitem")).to_have_text(["one", "two"])


async def test_what_keeps_a_back_end_from_starting_is_told(studio: BrowserUser, manual_model: ManualModel) -> None:
    broken = {"main.py": "from fastapi import FastAPI\n\napp = FastAPI()\nprint(missing)\n"}
    await write(studio, manual_model, Side.BACKEND, broken, FASTAPI)
    await open_tab(studio, "Errors")
    error = console(studio).locator(".line.error").first
    await expect(error).to_contain_text("NameError: name 'missing' is not defined", timeout=START_MILLISECONDS)
    await error.get_by_role("button", name="main.py:4").click()
    await expect(studio.page.locator("[data-testid=code-backend]")).to_be_visible()


HOSTILE_PYTHON = '''from fastapi import FastAPI

app = FastAPI()


async def attempt(act):
    try:
        result = act()
        if hasattr(result, "__await__"):
            result = await result
        return f"reached: {str(result)[:80]}"
    except BaseException as error:
        return f"blocked: {type(error).__name__}"


@app.get("/api/tries")
async def tries(here: str):
    import js
    from pyodide.http import pyfetch

    def socket():
        import socket
        return socket.create_connection(("127.0.0.1", int(here.rpartition(":")[2])), 2)

    async def request():
        return (await pyfetch(f"{here}/api/projects?stolen")).status

    async def load():
        return await js.eval(f"import('{here}/app-scripts/stolen.js')")

    async def web_socket():
        return await js.eval(f"""new Promise((ok, no) => {{
            const s = new WebSocket('{here}'.replace('http', 'ws')); s.onopen = ok; s.onerror = no; }})""")

    async def native():
        return await js.eval(f"""new Promise((ok, no) => {{
            const r = new XMLHttpRequest(); r.open('GET', '{here}/stolen');
            r.onload = ok; r.onerror = no; r.send(); }})""")

    async def worker():
        return await js.eval(f"""new Promise((ok, no) => {{
            const w = new Worker('{here}/app-scripts/stolen.js'); w.onmessage = ok; w.onerror = no;
            setTimeout(no, 2000); }})""")

    acts = {
        "socket": socket, "request": request, "import": load, "web_socket": web_socket, "native": native,
        "worker": worker, "storage": lambda: js.localStorage, "document": lambda: js.document,
        "parent": lambda: js.parent.document, "database": lambda: js.eval("""new Promise((ok, no) => {
            const o = indexedDB.open('x'); o.onsuccess = ok; o.onerror = no; })"""),
        "files": lambda: open("/etc/shadow").read(),
        "process": lambda: __import__("subprocess").run(["id"]),
    }
    return {name: await attempt(act) for name, act in acts.items()}
'''


async def test_python_reaches_nothing(studio: BrowserUser, manual_model: ManualModel) -> None:
    await run(studio, manual_model, Side.BACKEND, {"main.py": HOSTILE_PYTHON}, FASTAPI)
    asked = "async (here) => (await fetch(`/api/tries?here=${encodeURIComponent(here)}`)).json()"
    found = await app(studio).locator("body").evaluate(asked, studio.url)
    assert [name for name, result in found.items() if not result.startswith("blocked")] == []
    assert len(found) == 12
