"""A PostgreSQL server of a test's own, where its programs are installed."""

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

START_TIMEOUT = 60
"""Seconds for each of its programs."""
PASSWORD = "correct-horse"


def find_programs() -> Path | None:
    """The folder of the newest ``initdb`` and ``pg_ctl``; Debian keeps them outside the path."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).parent] if on_path else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return next((folder for folder in reversed(folders) if (folder / "pg_ctl").exists()), None)


class PostgresServer:
    """A server on a free port of this machine; each database in it is one test's."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._account = _unprivileged_account()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]

    def url(self, database: str = "postgres", password: str = PASSWORD) -> str:
        """The address of a database."""
        return f"postgresql+asyncpg://tester:{password}@127.0.0.1:{self._port}/{database}"

    def create(self) -> None:
        """Make the files of the server."""
        password_file = self._folder / "password"
        password_file.write_text(PASSWORD)
        if self._account is not None:
            for path in (self._folder, password_file):
                os.chown(path, self._account, -1)
        options = ("--username=tester", f"--pwfile={password_file}", "--auth=scram-sha-256", "--no-sync")
        self._run("initdb", *options, "--encoding=UTF8", "--locale=C")

    def start(self) -> None:
        """Serve, and return when connections are taken."""
        address = f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        self._run("pg_ctl", "--wait", f"--log={self._folder / 'log'}", f"--options={address}", "start")

    def stop(self) -> None:
        """End every connection and the server."""
        self._run("pg_ctl", "--wait", "--mode=immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        command = (str(self._programs / program), f"--pgdata={self._folder / 'data'}", *arguments)
        subprocess.run(
            command,
            cwd=self._folder,
            user=self._account,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # no pipe: the server would inherit it and hold it open
            timeout=START_TIMEOUT,
            check=True,
        )


def _unprivileged_account() -> int | None:
    """Whom the server runs as: PostgreSQL refuses root. None is this process's own user."""
    if os.geteuid() != 0:
        return None
    accounts = {account.pw_name: account.pw_uid for account in pwd.getpwall()}
    return accounts.get("postgres", accounts["nobody"])


@contextmanager
def serving_postgres(programs: Path) -> Iterator[PostgresServer]:
    """Serve until the block ends."""
    with TemporaryDirectory(prefix="postgres-") as folder:
        server = PostgresServer(programs, Path(folder))
        server.create()
        server.start()
        try:
            yield server
        finally:
            server.stop()
