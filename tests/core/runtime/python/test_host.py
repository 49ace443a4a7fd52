"""One app after the other in the same Python, as in a browser's worker."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.runtime.python import host as host_module
from core.runtime.python.host import SHIMS_FOLDER, Host
from core.runtime.python.messages import Request

APP = """
from pathlib import Path
from fastapi import FastAPI, WebSocket
from shop_words import WORD

app = FastAPI()

@app.get("/word")
async def word():
    return WORD

@app.post("/note")
async def note():
    Path("notes.txt").write_text("kept")

@app.get("/notes")
async def notes():
    return Path("notes.txt").read_text()

@app.get("/boom")
async def boom():
    return 1 / 0
"""
FILES = {"main.py": APP, "shop_words.py": 'WORD = "first"\n'}


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    """A host that leaves the Python of the tests as it was."""
    monkeypatch.setattr(host_module, "run_without_threads", lambda: None)
    monkeypatch.setattr(host_module, "complete_hashlib", lambda: None)
    folder, path, modules, environment = Path.cwd(), list(sys.path), dict(sys.modules), dict(os.environ)
    sys.modules.pop("main", None)  # another test may have imported the product's
    yield Host(str(tmp_path / "app"))
    os.chdir(folder)
    sys.path[:] = path
    for name in sys.modules.keys() - modules.keys():
        del sys.modules[name]
    sys.modules.update(modules)
    os.environ.clear()
    os.environ.update(environment)


def _is_there(path: str) -> bool:
    return Path(path).exists()


async def ask(host: Host, method: str, path: str) -> tuple[int, str, Any]:
    status: list[int] = []
    parts: list[bytes] = []
    error = await host.request(Request(method, path), lambda code, _headers: status.append(code), parts.append)
    return status[0], b"".join(parts).decode(), error


async def test_an_app_starts_and_answers(host: Host) -> None:
    assert await host.start(FILES) is None
    assert host.entry == "main.py"
    assert await ask(host, "GET", "/word") == (200, '"first"', None)
    assert {it.route for it in host.examples()} == {"/word", "/note", "/notes", "/boom"}
    await host.stop()
    assert host.examples() == []
    with pytest.raises(RuntimeError, match="No app runs"):
        await ask(host, "GET", "/word")


async def test_a_new_version_takes_its_place_and_what_was_written_stays(host: Host) -> None:
    await host.start({**FILES, "extra.py": ""})
    await ask(host, "POST", "/note")
    assert await host.start({**FILES, "shop_words.py": 'WORD = "second"\n'}) is None
    assert await ask(host, "GET", "/word") == (200, '"second"', None)
    assert await ask(host, "GET", "/notes") == (200, '"kept"', None)
    assert host.data() == {"notes.txt": b"kept"}
    assert not _is_there("extra.py")
    host.clear_data()
    assert host.data() == {}
    assert _is_there("main.py")


async def test_an_error_of_a_request_comes_with_its_place(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.runtime.python.app_errors.APP_FOLDER", str(tmp_path / "app"))
    await host.start(FILES)
    status, _, error = await ask(host, "GET", "/boom")
    assert (status, error.message, error.path, error.line) == (
        500,
        "ZeroDivisionError: division by zero",
        "main.py",
        22,
    )


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"main.py": "print(1)"}, "There is no FastAPI() and no Flask() in these files."),
        ({"main.py": f"{APP}\nraise ValueError('no')\n", "shop_words.py": "WORD = 1"}, "ValueError: no"),
        ({"main.py": f"{APP}\nraise SystemExit('bye')\n", "shop_words.py": "WORD = 1"}, "SystemExit: bye"),
        ({"main.py": APP}, "ModuleNotFoundError: No module named 'shop_words'"),
    ],
)
async def test_files_that_do_not_start_say_why(host: Host, files: dict[str, str], message: str) -> None:
    error = await host.start(files)
    assert error is not None
    assert error.message == message


async def test_an_app_in_a_folder_is_imported_from_there_and_works_there(host: Host) -> None:
    files = {f"backend/{path}": text for path, text in FILES.items()}
    assert await host.start(files) is None
    assert Path.cwd().name == "backend"
    await ask(host, "POST", "/note")
    assert host.data() == {"backend/notes.txt": b"kept"}


async def test_the_variables_of_an_env_file_are_given(host: Host) -> None:
    await host.start({**FILES, ".env.example": "# words\nexport SHOP_KEY='abc'\nNOT A LINE\nSHOP_URL=sqlite:///x.db\n"})
    assert (os.environ["SHOP_KEY"], os.environ["SHOP_URL"]) == ("abc", "sqlite:///x.db")


async def test_stand_ins_come_after_all_packages(host: Host) -> None:
    await host.start(FILES)
    assert sys.path[-1] == SHIMS_FOLDER


async def test_a_websocket_is_opened_to_an_app_that_knows_them(host: Host) -> None:
    with pytest.raises(RuntimeError, match="no WebSockets"):
        host.open_socket("/ws", "", [], lambda _event: None)
    socket_app = """
@app.websocket("/ws")
async def ws(socket: WebSocket):
    await socket.accept()
    await socket.close()
"""
    await host.start({**FILES, "main.py": APP + socket_app})
    events: list[dict[str, Any]] = []
    await host.open_socket("/ws", "", [], events.append).wait()
    assert [event["type"] for event in events] == ["websocket.accept", "websocket.close"]


async def test_files_of_bytes_are_written_as_they_are(host: Host) -> None:
    text = APP.replace("read_text()", "with_name('logo.png').read_bytes().hex()")
    await host.start({**FILES, "main.py": text, "logo.png": b"\x89PNG"})
    assert await ask(host, "GET", "/notes") == (200, '"89504e47"', None)
