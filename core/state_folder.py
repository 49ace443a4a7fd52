"""The state folder while it is served: the lock on it, and whether there is room in it.

One process at a time serves a folder. The operating system holds the lock, so it ends with the process, however that
ends: no lock is ever stale.
"""

import errno
import json
import os
import socket
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Self

from core.errors import ConfigurationError, Unavailable

LOCK_FILE_NAME = "lock"
MAX_LOCK_FILE_BYTES = 1000
PROBE_BYTES = 256 * 1024
"""What is written to see whether there is room: more than a file system packs beside the names of files."""
_LOCKED_OFFSET = 2**30
"""The byte that is locked, far beyond the content: Windows lets nobody read what is locked."""


class StateLock:
    """Held from ``acquire`` to ``release``; the file tells a second process who holds it."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._file: IO[bytes] | None = None

    def acquire(self) -> Self:
        """Take the lock. Raises ConfigurationError, which names the process that holds it."""
        try:
            descriptor = os.open(self._home / LOCK_FILE_NAME, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise ConfigurationError(
                f"The lock in the state folder {self._home} cannot be opened ({error.strerror}): "
                "make it writable or name another one in LIVEWRIGHT_HOME."
            ) from error
        file = os.fdopen(descriptor, "r+b", buffering=0)
        if not _try_lock(descriptor):
            with file:
                file.seek(0)
                holder = _describe_holder(file.read(MAX_LOCK_FILE_BYTES))
            raise ConfigurationError(
                f"The state folder {self._home} is in use by {holder}: "
                "stop that one first, or name another folder in LIVEWRIGHT_HOME."
            )
        self._file = file
        self.describe()
        return self

    def describe(self, url: str = "") -> None:
        """Write down who holds it, with the address where it is served as soon as that is known."""
        if self._file:
            holder = {"process": os.getpid(), "host": socket.gethostname(), "url": url}
            with suppress(OSError):  # a full disk: then the lock does not name its holder
                self._file.truncate(0)
                self._file.write(json.dumps(holder).encode())

    def release(self) -> None:
        """Release the lock. Twice is harmless."""
        if self._file:
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


def check_room(home: Path) -> None:
    """Write a file and remove it; blocks for as long as the disk takes. Raises Unavailable where there is no room."""
    try:
        with tempfile.NamedTemporaryFile(prefix=".probe-", dir=home) as file:
            file.write(os.urandom(PROBE_BYTES))  # not zeros, which some file systems only note down
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        reason = "disk is full" if error.errno in {errno.ENOSPC, errno.EDQUOT} else "state folder cannot be written"
        raise Unavailable(f"The {reason}: make room in the state folder, or make it writable.") from error


def _describe_holder(content: bytes) -> str:
    """The process that wrote this, as words of a sentence; what cannot be read is left out."""
    holder: dict[str, Any] = {}
    with suppress(ValueError):
        decoded = json.loads(content)
        holder = decoded if isinstance(decoded, dict) else {}
    details = [f"process {holder['process']} on {holder['host']}"] if {"process", "host"} <= holder.keys() else []
    if holder.get("url"):
        details.append(f"at {holder['url']}")
    return "another Livewright" + (f" ({', '.join(details)})" if details else "")


def _try_lock(descriptor: int) -> bool:
    """Whether this process has the lock now; a file system without locks (some network ones) cannot refuse it."""
    try:
        _lock_byte(descriptor)
    except OSError as error:
        return error.errno not in {errno.EACCES, errno.EAGAIN, errno.EDEADLK}
    return True


if sys.platform == "win32":
    import msvcrt

    def _lock_byte(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_OFFSET, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock_byte(descriptor: int) -> None:
        # Not flock: a forked child would inherit that lock, and hold it when this process is long gone.
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _LOCKED_OFFSET)
