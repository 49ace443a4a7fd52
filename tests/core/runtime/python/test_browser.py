"""What a browser's worker calls: an app is loaded, asked, and keeps what it stored."""

import asyncio
import os
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from core.runtime.python import host as host_module
from core.runtime.python.browser import VALUES_NAME, BrowserHost

APP = """
from pathlib import Path
from fastapi import FastAPI

app = FastAPI()
kept_words = {}

@app.post("/words/{word}")
async def add(word: str):
    kept_words[word] = VERSION
    Path("words.txt").write_text(word)

@app.get("/words")
async def words():
    return kept_words | {"file": Path("words.txt").read_text() if Path("words.txt").exists() else ""}

@app.get("/boom")
async def boom():
    return 1 / 0
"""


@pytest.fixture
def restored_python(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leaves the Python of the tests as it was."""
    monkeypatch.setattr(host_module, "run_without_threads", lambda: None)
    monkeypatch.setattr(host_module, "complete_hashlib", lambda: None)
    folder, path, modules, environment = Path.cwd(), list(sys.path), set(sys.modules), dict(os.environ)
    yield
    os.chdir(folder)
    sys.path[:] = path
    for name in sys.modules.keys() - modules:
        del sys.modules[name]
    os.environ.clear()
    os.environ.update(environment)


async def ask(host: BrowserHost, method: str, path: str) -> tuple[list[Any], dict[str, Any] | None]:
    """The status and the body of an answer, and what the app raised."""
    heard: list[Any] = []
    asked = {"method": method, "path": path, "query": "", "headers": [["accept", "*/*"]], "body": None}
    error = await host.request(1, asked, lambda status, _headers: heard.append(status), heard.append)
    return heard, error


def app_of(version: int) -> dict[str, str]:
    return {"todo_api.py": APP.replace("VERSION", str(version))}


ENDLESS = """
import asyncio
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

app = FastAPI()
ended = asyncio.Event()

@app.get("/clock")
async def clock():
    async def ticks():
        try:
            while True:
                yield "tick"
                await asyncio.sleep(0.01)
        finally:
            ended.set()
    return StreamingResponse(ticks())

@app.get("/ended")
async def has_ended():
    return await ended.wait()
"""


@pytest.mark.usefixtures("restored_python")
async def test_an_answer_without_end_ends_when_nobody_waits_for_it(tmp_path: Path) -> None:
    host = BrowserHost(str(tmp_path / "endless"))
    await host.load({"clock_api.py": ENDLESS}, None)
    has_begun = asyncio.Event()
    asked: dict[str, Any] = {"method": "GET", "path": "/clock", "query": "", "headers": [], "body": None}
    request = asyncio.create_task(host.request(7, asked, lambda *_: None, lambda _: has_begun.set()))
    await has_begun.wait()
    host.abort(7)
    host.abort(8)
    assert await request is None
    assert (await ask(host, "GET", "/ended"))[0] == [200, b"true"]


@pytest.mark.usefixtures("restored_python")
async def test_a_fresh_start_has_nothing_of_what_was_stored(tmp_path: Path) -> None:
    host = BrowserHost(str(tmp_path / "fresh"))
    await host.load(app_of(1), None)
    await ask(host, "POST", "/words/milk")
    await host.load(app_of(1), None, True)
    assert await ask(host, "GET", "/words") == ([200, b'{"file":""}'], None)


@pytest.mark.usefixtures("restored_python")
async def test_what_an_app_stored_is_there_in_another_worker_and_version(tmp_path: Path) -> None:
    host = BrowserHost(str(tmp_path / "first"))
    assert await host.load(app_of(1), None) == {"entry": "todo_api.py"}
    await ask(host, "POST", "/words/milk")
    state = host.snapshot()
    with zipfile.ZipFile(BytesIO(state)) as archive:
        assert sorted(archive.namelist()) == [VALUES_NAME, "words.txt"]
    sys.modules.pop("todo_api")
    second = BrowserHost(str(tmp_path / "second"))
    await second.load(app_of(2), state)
    assert (await ask(second, "GET", "/words"))[0] == [200, b'{"milk":1,"file":"milk"}']
    sys.modules.pop("todo_api")  # of another folder, as there is none in a browser
    fresh = BrowserHost(str(tmp_path / "third"))
    await fresh.load(app_of(2), None)
    assert (await ask(fresh, "GET", "/words"))[0] == [200, b'{"file":""}']


@pytest.mark.usefixtures("restored_python")
async def test_what_an_app_raises_is_told_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.runtime.python.app_errors.APP_FOLDER", str(tmp_path))
    host = BrowserHost(str(tmp_path))
    await host.load(app_of(1), None)
    heard, error = await ask(host, "GET", "/boom")
    assert heard[0] == 500
    assert error
    assert (error["message"], error["path"], error["line"]) == (
        "ZeroDivisionError: division by zero",
        "todo_api.py",
        19,
    )
    failed = await host.load({"todo_api.py": "from fastapi import FastAPI\napp = FastAPI()\nmissing\n"}, None)
    assert failed["error"]["message"] == "NameError: name 'missing' is not defined"


@pytest.mark.usefixtures("restored_python")
async def test_a_socket_tells_its_events(tmp_path: Path) -> None:
    host = BrowserHost(str(tmp_path))
    text = (
        "from fastapi import FastAPI, WebSocket\napp = FastAPI()\n@app.websocket('/ws')\n"
        "async def echo(socket: WebSocket):\n    await socket.accept()\n"
        "    await socket.send_text((await socket.receive_text()).upper())\n    await socket.close()\n"
    )
    await host.load({"todo_api.py": text}, None)
    heard: list[tuple[str, Any, int]] = []
    socket = host.open_socket("/ws", "", [], lambda kind, data, code: heard.append((kind, data, code)))
    socket.send("hello")
    await socket.wait()
    assert heard == [("accept", None, 1000), ("send", "HELLO", 1000), ("close", None, 1000)]
