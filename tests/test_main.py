"""main.py as people call it in a terminal: its commands, and what it says where it is called or set up wrongly."""

import asyncio
import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from core.runtime.manifest import write_manifest
from core.runtime.pins import runtime_id
from tests.support.servers.manual_model import ManualModel
from tests.support.servers.scripted_server import scripted_server
from tests.support.servers.server_process import ROOT, running_server, server_environment

pytestmark = pytest.mark.slow

BOUND = 180.0


def run(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "main.py", *arguments),
        cwd=ROOT,
        env=server_environment(home, **settings),
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
    )


def fails(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """It said in one sentence what is wrong, and no more."""
    assert done.returncode == 1, done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in lines[0]


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        fails(run(tmp_path / "home", "--port", port), port, "LIVEWRIGHT_PORT")


def test_a_file_in_place_of_the_state_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    fails(run(tmp_path / "home", "--port", "0"), "LIVEWRIGHT_HOME")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_state_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o500)
    fails(run(tmp_path / "home", "--port", "0"), "LIVEWRIGHT_HOME")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LIVEWRIGHT_PORT", "http"),
        ("LIVEWRIGHT_ENGINE", "gpt"),
        ("LIVEWRIGHT_MAX_RUNS", "-1"),
        ("LIVEWRIGHT_SECRET", "short"),
        ("LIVEWRIGHT_DATABASE_URL", "nonsense"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, variable: str, value: str) -> None:
    arguments = () if variable == "LIVEWRIGHT_PORT" else ("--port", "0")
    fails(run(tmp_path / "home", *arguments, **{variable: value}), variable)


@pytest.mark.parametrize("arguments", [("migrate",), ("--port", "0")])
def test_a_state_folder_of_a_newer_version_is_told(
    tmp_path: Path, empty_database: Path, arguments: tuple[str, ...]
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "livewright.db").write_bytes(empty_database.read_bytes())
    with sqlite3.connect(home / "livewright.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    fails(run(home, *arguments), "newer version")


@pytest.mark.parametrize("arguments", [("migrate",), ("--port", "0")])
def test_a_database_that_is_none_is_told(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "livewright.db").write_bytes(os.urandom(5000))
    fails(run(tmp_path / "home", *arguments), "livewright.db", "no database", "backup")


@pytest.mark.parametrize("arguments", [("migrate",), ("--port", "0")])
async def test_a_state_folder_in_use_is_told(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    async with asyncio.timeout(BOUND), running_server(tmp_path / "home") as first:
        done = await asyncio.to_thread(run, tmp_path / "home", *arguments)
        fails(done, f"process {first.process.pid} on ", first.url, "LIVEWRIGHT_HOME")


async def test_it_listens_where_an_address_in_brackets_says(tmp_path: Path) -> None:
    async with asyncio.timeout(BOUND), running_server(tmp_path / "home", LIVEWRIGHT_HOST="[::1]") as product:
        assert product.url.startswith("http://[::1]:")


# Commands


def test_help_lists_the_commands(tmp_path: Path) -> None:
    done = run(tmp_path / "home", "--help")
    assert done.returncode == 0
    for command in ("serve", "generate", "runtime", "migrate"):
        assert command in done.stdout


def test_migrate_makes_the_database(tmp_path: Path) -> None:
    assert run(tmp_path / "home", "migrate").returncode == 0
    assert (tmp_path / "home" / "livewright.db").exists()


FILES = "### FILE: index.html\n```html\n<h1>Tips é 😀</h1>\n```\n\n### FILE: js/app.js\n```js\nlet tip = 1;\n```\n"


async def generated(
    tmp_path: Path, typist: ManualModel, *options: str, then: tuple[ManualModel, ...] = ()
) -> tuple[int | None, str, str]:
    """Exit code, stdout and stderr of a front end written in the terminal by this model, and by others after it."""
    answers = [each.answer for each in (typist, *then)]
    async with asyncio.timeout(BOUND), scripted_server(answers) as model:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "main.py", "generate", "frontend", "--stack", "html", "a tip calculator"),
            *("--out", str(tmp_path / "out"), *options),
            cwd=ROOT,
            env=server_environment(tmp_path / "home", OLLAMA_HOST=model.url, LIVEWRIGHT_MODEL="m"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        stdout, stderr = await process.communicate()
    assert "Traceback" not in stderr.decode()
    return process.returncode, stdout.decode(), stderr.decode()


async def test_generate_writes_the_text_and_the_files(tmp_path: Path) -> None:
    typist = ManualModel()
    typist.write(FILES, size=7)
    typist.finish()
    code, text, said = await generated(tmp_path, typist)
    assert (code, text) == (0, f"{FILES}\n"), said
    assert (tmp_path / "out" / "index.html").read_text("utf-8") == "<h1>Tips é 😀</h1>\n"
    assert (tmp_path / "out" / "js" / "app.js").read_text("utf-8") == "let tip = 1;\n"
    assert said.splitlines()[-1] == "Complete. Files: 2"


async def test_generate_fixes_what_is_wrong_and_keeps_the_best(tmp_path: Path) -> None:
    typists = []
    for page in ('<script src="gone.js"></script>', "<h1>Tips</h1>"):
        typists.append(ManualModel())
        typists[-1].write(f"### FILE: index.html\n```html\n{page}\n```\n")
        typists[-1].finish()
    code, text, said = await generated(tmp_path, typists[0], "--fix", then=(typists[1],))
    assert code == 0, said
    assert text.count("### FILE: index.html") == 2
    assert "problems: 0" in said.splitlines()
    assert (tmp_path / "out" / "index.html").read_text("utf-8") == "<h1>Tips</h1>\n"


async def test_generate_tells_of_blocks_that_belong_to_no_file_and_keeps_them(tmp_path: Path) -> None:
    text = f"{FILES}\n```sh\nnpm i\n```\n"
    for options, sentence in ((), "1 block belongs to no file: "), (("--keep-blocks",), "wrote "):
        typist = ManualModel()
        typist.write(text)
        typist.finish()
        code, _, said = await generated(tmp_path, typist, *options)
        assert code == 0, said
        assert said.splitlines()[-2].startswith(sentence)
        assert (tmp_path / "out" / "block-1.sh").exists() == bool(options)


async def test_generate_says_that_an_answer_has_no_files(tmp_path: Path) -> None:
    typist = ManualModel()
    typist.write("Sorry, I cannot do that.\n")
    typist.finish()
    code, text, said = await generated(tmp_path, typist)
    assert (code, text) == (0, "Sorry, I cannot do that.\n\n"), said
    assert said.splitlines()[-2].startswith("No files in this answer: ")
    assert said.splitlines()[-1] == "Complete. Files: 0"


async def test_generate_keeps_what_came_before_the_model_died(tmp_path: Path) -> None:
    typist = ManualModel()
    typist.write(FILES[:60])
    typist.disconnect()
    code, text, said = await generated(tmp_path, typist)
    assert (code, text) == (1, f"{FILES[:60]}\n")
    assert said.splitlines()[-1].startswith("Failed. ")


def test_the_runtime_is_copied_and_verified_by_hand(tmp_path: Path) -> None:
    folder = tmp_path / "usb"
    folder.mkdir()
    (folder / "a.mjs").write_text("export {}", "utf-8")
    fails(run(tmp_path / "home", "runtime", "--from", str(folder)), "There is no runtime in")
    write_manifest(folder, runtime_id(), {"python": {}})
    done = run(tmp_path / "home", "runtime", "--from", str(folder))
    assert (done.returncode, done.stderr.splitlines()) == (0, ["Apps can run.", "Every file is as it was built."])
    assert (tmp_path / "home" / "runtime" / runtime_id() / "a.mjs").exists()
