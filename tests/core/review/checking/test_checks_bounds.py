"""Checking never fails and leaves nothing behind, whatever becomes of the programs that it asks."""

import asyncio
import os
import tempfile
from pathlib import Path

import pytest

from core import subprocesses
from core.files.source_file import SourceFile
from core.review.checking.checks import check
from tests.support.source_files import check_single, source_file

BROKEN = source_file("a.py", "def f(:\n")
FILES = [BROKEN, source_file("a.ts", "let = ;\n"), source_file("a.sh", "if\n"), source_file("a.json", "{\n")]


def program(folder: Path, script: str) -> Path:
    path = folder / "program"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where folders for programs are made, this test's alone."""
    place = tmp_path / "folders"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


@pytest.mark.parametrize("script", ["exit 1", "echo nonsense", "kill -9 $$", "head -c 9000000 /dev/zero"])
async def test_a_program_that_fails_finds_nothing(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocesses, "find_program", lambda _: str(program(tmp_path, script)))
    found = await check(FILES)
    assert [path for path, problems in found.items() if problems] == ["a.json"]


async def test_a_program_that_is_missing_is_told_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(subprocesses, "find_program", lambda _: None)
    monkeypatch.setattr(subprocesses, "_warned", set())
    for _ in range(2):
        assert await check_single(BROKEN) == ()
    assert [record.getMessage() for record in caplog.records] == [
        "ruff is not installed; what it would have found stays unknown"
    ]


async def test_a_program_that_hangs_is_ended_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folders: Path
) -> None:
    hanging = program(tmp_path, f"echo $$ > {tmp_path}/pid\nexec sleep 60")
    monkeypatch.setattr(subprocesses, "find_program", lambda _: str(hanging))
    monkeypatch.setattr(subprocesses, "RUN_TIMEOUT", 0.5)
    async with asyncio.timeout(5):
        assert await check_single(BROKEN) == ()
    assert not lives(int((tmp_path / "pid").read_text()))
    assert left_in(folders) == []


async def test_a_check_that_is_cancelled_leaves_no_process_and_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folders: Path
) -> None:
    # A name below its own shell, as the scripts are that start the real program.
    hanging = program(tmp_path, f"sleep 60 &\necho $! > {tmp_path}/new && mv {tmp_path}/new {tmp_path}/pid\nwait")
    monkeypatch.setattr(subprocesses, "find_program", lambda _: str(hanging))
    task = asyncio.create_task(check([BROKEN]))
    async with asyncio.timeout(5):
        while not (tmp_path / "pid").exists():  # noqa: ASYNC110  another process writes it
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5):
        while lives(int((tmp_path / "pid").read_text())):  # noqa: ASYNC110  the system ends it
            await asyncio.sleep(0.01)
    assert left_in(folders) == []


@pytest.mark.parametrize("path", ["a.py", "a.ts", "a.html", "a.java", "a.json", "a.sql", "a.sh", "a.css"])
async def test_a_huge_file_is_let_be(path: str) -> None:
    assert (await check([source_file(path, "( { [ < \n" * 70_000)]))[path] == ()


async def test_what_cannot_be_parsed_in_time_is_let_be() -> None:
    async with asyncio.timeout(8):
        await check([source_file("a.java", "{ ( [ \" ' < " * 40_000), source_file("a.go", "f(" * 200_000)])


@pytest.mark.parametrize(
    "path", ["a.py", "a.ts", "a.html", "a.vue", "a.java", "a.json", "a.sql", "a.sh", "a.css", "a.xml"]
)
async def test_any_characters_are_borne(path: str) -> None:
    for text in ("\ufeffx", "\x00\x01", "\ud800", "\r\n\r", "\u2028\x0c{", "<" * 300, "[" * 3000):
        assert path in await check([source_file(path, text)])


async def test_no_settings_are_taken_from_above(folders: Path) -> None:
    (folders / "ruff.toml").write_text("[lint]\nignore = ['ALL']\nexclude = ['*']\n")
    (folders / ".gitignore").write_text("*\n")
    (folders / ".prettierignore").write_text("*\n")
    assert [len(await check_single(file)) for file in FILES] == [1, 1, 1, 1]


async def test_two_files_of_one_name_are_two() -> None:
    found = await check([source_file("a/x.py", "def f(:\n"), source_file("b/x.py", "y = 1\n")])
    assert [len(problems) for problems in found.values()] == [1, 0]


async def test_nothing_is_found_in_nothing() -> None:
    assert await check([]) == {}
    assert await check([SourceFile("LICENSE", "text", "x")]) == {"LICENSE": ()}


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # Ended, but by whoever adopted it not yet buried.
    return Path(f"/proc/{pid}/stat").exists() and ") Z " not in Path(f"/proc/{pid}/stat").read_text()
