"""The state folder: its lock, held by another process, and a disk without room."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.errors import ConfigurationError, Unavailable
from core.state_folder import LOCK_FILE_NAME, StateLock, check_room
from tests.support.servers.server_process import ROOT

HOLD = (
    "import sys; from pathlib import Path; from core.state_folder import StateLock;"
    "lock = StateLock(Path(sys.argv[1])).acquire(); lock.describe('http://127.0.0.1:8080'); print('held', flush=True);"
    "sys.stdin.read()"
)


@contextmanager
def held_elsewhere(home: Path) -> Iterator[subprocess.Popen[str]]:
    command = (sys.executable, "-c", HOLD, str(home))
    with subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_process_is_refused_with_the_name_of_the_first(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path) as holder, pytest.raises(ConfigurationError) as caught:
        StateLock(tmp_path).acquire()
    assert f"process {holder.pid} on " in caught.value.message
    assert "http://127.0.0.1:8080" in caught.value.message
    assert "LIVEWRIGHT_HOME" in caught.value.message


def test_the_lock_of_a_killed_process_is_gone(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path) as holder:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        StateLock(tmp_path).acquire().release()


def test_a_refusal_leaves_the_lock_where_it_is(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path):
        for _ in range(2):
            with pytest.raises(ConfigurationError):
                StateLock(tmp_path).acquire()


@pytest.mark.parametrize("content", [b"", b"nonsense\xff", b"[]", b'{"process": 1}', b"{" * 5000])
def test_a_lock_file_that_cannot_be_read_still_refuses(tmp_path: Path, content: bytes) -> None:
    with held_elsewhere(tmp_path):
        (tmp_path / LOCK_FILE_NAME).write_bytes(content)
        with pytest.raises(ConfigurationError, match="in use by another Livewright:"):
            StateLock(tmp_path).acquire()


def test_a_lock_can_be_taken_again_after_its_release(tmp_path: Path) -> None:
    with StateLock(tmp_path) as lock:
        assert (tmp_path / LOCK_FILE_NAME).stat().st_mode & 0o777 == 0o600
    lock.release()
    StateLock(tmp_path).acquire().release()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ConfigurationError, match="LIVEWRIGHT_HOME"):
        StateLock(tmp_path).acquire()


def test_a_disk_without_room_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_room(tmp_path)

    def fail(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(Unavailable, match="disk is full"):
        check_room(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be written"):
        check_room(tmp_path / "gone")
