"""Programs are found, run within bounds, and gone when their caller is."""

import os
import tempfile
from pathlib import Path

import pytest

from core import subprocesses
from core.subprocesses import (
    CONFIG_STOP_FILES,
    MAX_OUTPUT_BYTES,
    ProgramMissing,
    ProgramResult,
    encode_lossy,
    find_program,
    read_texts,
    run_program,
    temporary_folder,
    warn_once,
)
from tests.support.shell_programs import put_program, wait_for_death


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on PATH in which a test may put its own programs."""
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


async def test_a_program_gives_its_output_and_its_exit_code(shell: Path) -> None:
    name = put_program(shell, 'echo "$@"; echo oops >&2; cat; exit 3').name
    assert await run_program(name, "a", "b c", folder=shell, stdin_text="in\ud800") == ProgramResult(
        3, "a b c\nin?", "oops\n"
    )


async def test_a_program_without_input_reads_nothing(shell: Path) -> None:
    assert (await run_program(put_program(shell, "cat; echo end").name, folder=shell)).stdout == "end\n"


async def test_a_program_need_not_read_its_input(shell: Path) -> None:
    result = await run_program(put_program(shell, "exit 0").name, folder=shell, stdin_text="x" * 1_000_000)
    assert result.exit_code == 0


async def test_only_so_much_output_is_kept_and_the_program_still_ends(shell: Path) -> None:
    name = put_program(shell, f"head -c {2 * MAX_OUTPUT_BYTES} /dev/zero; echo end >&2").name
    result = await run_program(name, folder=shell)
    assert (len(result.stdout), result.stderr, result.exit_code) == (MAX_OUTPUT_BYTES, "end\n", 0)


async def test_a_program_sees_little_of_our_environment(shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEWRIGHT_SECRET", "s")
    output = (await run_program(put_program(shell, "env").name, folder=shell)).stdout
    assert "LIVEWRIGHT" not in output
    assert f"TMPDIR={shell}" in output
    assert "LC_ALL=C.UTF-8" in output


async def test_a_program_that_hangs_is_killed_with_its_children(shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocesses, "RUN_TIMEOUT", 0.3)
    name = put_program(shell, f"sleep 60 &\necho $! > {shell}/pid\nwait").name
    with pytest.raises(TimeoutError):
        await run_program(name, folder=shell)
    await wait_for_death(int((shell / "pid").read_text()))


@pytest.mark.parametrize("mode", [0o644, 0o755])
async def test_what_cannot_be_started_is_missing(shell: Path, mode: int) -> None:
    (shell / "no-program").write_bytes(b"\x7fELF nonsense")
    (shell / "no-program").chmod(mode)
    with pytest.raises(ProgramMissing):
        await run_program("no-program", folder=shell)


def test_a_program_is_found_on_the_path(shell: Path) -> None:
    path = put_program(shell, "", "a-program")
    assert find_program("a-program") == str(path)
    assert find_program("no-such-program") is None


async def test_a_folder_holds_the_texts_and_ends_the_search_for_settings() -> None:
    async with temporary_folder({"a.txt": "é\ud800"}) as folder:
        assert {path.name for path in folder.iterdir()} == {"a.txt", *CONFIG_STOP_FILES}
        assert (folder / "a.txt").read_bytes() == "é?".encode()
    assert not folder.exists()


async def test_no_folder_counts_as_a_missing_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(ProgramMissing):
        async with temporary_folder({}):
            pytest.fail("there is no folder")


async def test_a_name_that_cannot_be_written_counts_as_a_missing_program() -> None:
    with pytest.raises(ProgramMissing):
        async with temporary_folder({"no/such/folder.txt": ""}):
            pytest.fail("there is no folder")


async def test_texts_are_read_back_but_for_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("é")
    (tmp_path / "b").write_bytes(b"\xff")
    assert await read_texts(tmp_path, dict.fromkeys(("a", "b", "c"), "")) == {"a": "é", "b": None, "c": None}


def test_a_warning_is_logged_once_for_each_name(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(subprocesses, "_warned", set())
    for name in ("a", "b", "a"):
        warn_once(name, "is not installed")
    assert [record.getMessage().partition(";")[0] for record in caplog.records] == [
        "a is not installed",
        "b is not installed",
    ]


def test_half_of_a_surrogate_pair_is_a_question_mark() -> None:
    assert encode_lossy("a\ud800é") == b"a?\xc3\xa9"
