"""A backup has every row as it was at one moment, and comes back into an empty database of any kind."""

import hashlib
import io
import json
import sqlite3
from collections.abc import AsyncGenerator, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from shutil import copy
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from sqlalchemy import Connection, Table, delete, func, insert, select

from data import backup
from data.account_models import InstallationSetting
from data.base import Base
from data.database import Database, migrate
from data.errors import DatabaseFailure
from data.models import OriginalFile, Project, ProjectPicture, Run, RunPiece, User
from tests.support.database_rows import (
    CREATED_AT,
    add_rows,
    execute_all,
    fetch_scalar,
    make_project,
    make_run,
    make_user,
)
from tests.support.servers.postgres_server import PostgresServer, find_programs, serving_postgres

OLD_USER = """
    INSERT INTO users (id, name, name_key, password_hash, role, created_at)
    VALUES (1, 'Ada', 'ada', '', 'admin', '2026-01-02 03:04:05.000000')
"""
OLD_PROJECT = """
    INSERT INTO projects (id, user_id, name, prompt, backend_stack, frontend_stack, created_at, updated_at)
    VALUES (1, 1, 'p', 'p', '', '', '2026-01-01 00:00:00', '2026-01-01 00:00:00')
"""
WRONG_TYPES = b"""{"id": 1, "name": "a", "name_key": "a", "email": null, "password_hash": "", "role": "user",
    "created_at": "2026-01-01T00:00:00+00:00", "disabled": 5, "sessions_from": null}""".replace(b"\n", b"")
TEXT = "naïve 漢字 😀\n" * 50


@pytest.fixture
async def source(tmp_path: Path, empty_database: Path) -> AsyncGenerator[Database, None]:
    copy(empty_database, tmp_path / "source.db")
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'source.db'}")
    ended = make_run("ended", "complete")
    ended.text, ended.options = TEXT, {"seed": 7, "temperature": 0.5}
    await add_rows(
        database,
        make_user("Ada", "ada", id=1),
        make_user("Gone", "gone", id=9),
        make_project(id=4),
        make_project(id=1),
        ended,
        make_run("live", "running"),
        RunPiece(run_id="live", text="half"),
        OriginalFile(run_id="ended", path="a.bin", position=0, content=b"\x00\xff", encoding="utf-8"),
        ProjectPicture(project_id=1, digest="d", content=b"\xff\xd8"),
        InstallationSetting(name="registration", value="closed"),
    )
    await execute_all(database, delete(User).where(User.id == 9), delete(Project).where(Project.id == 4))
    yield database
    await database.close()


async def dump(database: Database) -> io.BytesIO:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        await database.read(partial(backup.dump, archive=archive, version="1"))
    return buffer


async def restore(database: Database, content: io.BytesIO) -> dict[str, int]:
    with ZipFile(content) as archive:
        return await database.write(partial(backup.restore, archive=archive))


def digests(connection: Connection) -> dict[str, str]:
    """A hash of all rows of each table."""
    return {
        table.name: hashlib.sha256(
            "\n".join(sorted(repr(tuple(row)) for row in connection.execute(select(table)))).encode()
        ).hexdigest()
        for table in Base.metadata.sorted_tables
    }


async def test_everything_comes_back_as_it_was(tmp_path: Path, source: Database) -> None:
    target = Database(f"sqlite+aiosqlite:///{tmp_path / 'target.db'}")
    counts = await restore(target, await dump(source))
    assert (counts["users"], counts["runs"], counts["run_pieces"]) == (1, 2, 1)
    assert await target.read(digests) == await source.read(digests)
    await target.open()  # and is up to date
    for made, expected in ((make_user("Eve", "eve"), 10), (make_project(), 5)):
        await add_rows(target, made)  # no id is given twice, not even one that is gone
        assert await fetch_scalar(target, select(func.max(type(made).id))) == expected
    await target.close()


async def test_a_backup_is_of_one_moment_whatever_is_written_meanwhile(
    tmp_path: Path, source: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump_table = backup._dump_table

    def dump_and_disturb(connection: Connection, archive: ZipFile, table: Table) -> int:
        count = dump_table(connection, archive, table)
        with closing(sqlite3.connect(tmp_path / "source.db")) as other:  # as the server does
            other.execute("DELETE FROM run_pieces")
            other.commit()
        return count

    monkeypatch.setattr(backup, "_dump_table", dump_and_disturb)
    target = Database(f"sqlite+aiosqlite:///{tmp_path / 'target.db'}")
    assert (await restore(target, await dump(source)))["run_pieces"] == 1
    assert await fetch_scalar(source, select(func.count()).select_from(RunPiece)) == 0
    await target.close()


async def test_a_database_with_something_in_it_stays_as_it_is(source: Database) -> None:
    before = await source.read(digests)
    with pytest.raises(DatabaseFailure, match="empty"):
        await restore(source, await dump(source))
    assert await source.read(digests) == before


async def test_a_damaged_backup_leaves_nothing_behind(tmp_path: Path, source: Database) -> None:
    content = await dump(source)
    with ZipFile(content) as whole:
        members = {name: whole.read(name) for name in whole.namelist()}
    manifest = json.loads(members[backup.MANIFEST])
    members_without_run = members | {"tables/runs.jsonl": members["tables/runs.jsonl"].splitlines(keepends=True)[0]}
    newer = members | {backup.MANIFEST: json.dumps(manifest | {"revision": "9999"}).encode()}
    other_format = members | {backup.MANIFEST: json.dumps(manifest | {"format": 2}).encode()}
    for damaged in ({"x": b""}, members_without_run, newer, other_format):
        buffer = io.BytesIO()
        with ZipFile(buffer, "w") as archive:
            for name, part in damaged.items():
                archive.writestr(name, part)
        target = Database(f"sqlite+aiosqlite:///{tmp_path / 'target.db'}")
        with pytest.raises(DatabaseFailure):
            await restore(target, buffer)
        await target.close()
    target = Database(f"sqlite+aiosqlite:///{tmp_path / 'target.db'}")
    assert await restore(target, content)
    await target.close()


async def test_a_database_of_an_earlier_version_is_brought_up_to_date_as_it_comes_back(tmp_path: Path) -> None:
    old = Database(f"sqlite+aiosqlite:///{tmp_path / 'old.db'}")
    await old.write(partial(migrate, revision="0010"))  # has neither archived projects nor links
    await old.write(lambda c: c.exec_driver_sql(OLD_USER))
    await old.write(lambda c: c.exec_driver_sql(OLD_PROJECT))
    target = Database(f"sqlite+aiosqlite:///{tmp_path / 'target.db'}")
    content = await dump(old)
    with ZipFile(content) as archive:
        assert json.loads(archive.read("tables/users.jsonl"))["created_at"] == CREATED_AT.isoformat()
        assert json.loads(archive.read(backup.MANIFEST))["revision"] == "0010"
    await restore(target, content)
    assert await fetch_scalar(target, select(User.created_at)) == CREATED_AT
    assert await fetch_scalar(target, select(Project.archived)) is False
    for database in (old, target):
        await database.close()


async def test_what_this_version_did_not_make_is_not_backed_up(tmp_path: Path, source: Database) -> None:
    await source.write(lambda c: c.exec_driver_sql("CREATE TABLE of_others (id INTEGER PRIMARY KEY)"))
    target = Database(f"sqlite+aiosqlite:///{tmp_path / 'target.db'}")
    assert "of_others" not in await restore(target, await dump(source))
    await target.close()
    await source.write(lambda c: c.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseFailure, match="newer version"):
        await dump(source)
    empty = Database("sqlite+aiosqlite:///:memory:")
    with pytest.raises(DatabaseFailure, match="nothing in this database"):
        await dump(empty)
    await empty.close()


@pytest.mark.parametrize(
    ("member", "content"),
    [
        (backup.MANIFEST, b"[]"),
        (backup.MANIFEST, b'{"format": 1}'),
        (backup.MANIFEST, b'{"format": 1, "revision": null, "rows": {}, "last_ids": {}}'),
        (backup.MANIFEST, b'{"format": 1, "revision": "0013", "rows": 7, "last_ids": {}}'),
        ("tables/users.jsonl", b"7"),
        ("tables/users.jsonl", b'{"id": 1}'),
        ("tables/users.jsonl", b'{"colour": 1}'),
        ("tables/runs.jsonl", b"\xff"),
        ("tables/users.jsonl", WRONG_TYPES),
    ],
)
async def test_a_part_that_is_not_as_it_was_written_is_told(
    tmp_path: Path, source: Database, member: str, content: bytes
) -> None:
    buffer = io.BytesIO()
    with ZipFile(await dump(source)) as whole, ZipFile(buffer, "w") as archive:
        for name in whole.namelist():
            archive.writestr(name, content if name == member else whole.read(name))
    target = Database(f"sqlite+aiosqlite:///{tmp_path / 'target.db'}")
    with pytest.raises(DatabaseFailure, match="is damaged"):
        await restore(target, buffer)
    await target.close()


@pytest.mark.parametrize("damage", [b"\xff", b"\0"])
async def test_spoilt_bytes_are_told(tmp_path: Path, source: Database, damage: bytes) -> None:
    buffer = io.BytesIO()
    with ZipFile(await dump(source)) as whole, ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name in whole.namelist():
            archive.writestr(name, whole.read(name))
    with ZipFile(buffer) as archive:
        start = archive.getinfo("tables/runs.jsonl").header_offset + 30 + len("tables/runs.jsonl")
    spoilt = bytearray(buffer.getvalue())
    spoilt[start : start + 9] = damage * 9
    target = Database(f"sqlite+aiosqlite:///{tmp_path / 'target.db'}")
    with pytest.raises(DatabaseFailure, match="is damaged"):
        await restore(target, io.BytesIO(spoilt))
    await target.close()


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    with serving_postgres(programs) as server:
        yield server


@pytest.mark.slow
async def test_an_installation_moves_to_postgresql_and_back(
    tmp_path: Path, source: Database, postgres: PostgresServer
) -> None:
    server = Database(postgres.url())
    await restore(server, await dump(source))
    values = {"name": "e", "name_key": "e", "password_hash": "", "role": "user", "created_at": CREATED_AT}
    await execute_all(server, insert(User).values(**values))
    assert await fetch_scalar(server, select(func.max(User.id))) == 10
    back = Database(f"sqlite+aiosqlite:///{tmp_path / 'back.db'}")
    await restore(back, await dump(server))
    assert await fetch_scalar(back, select(Run.text).where(Run.id == "ended")) == TEXT
    assert await fetch_scalar(back, select(OriginalFile.content)) == b"\x00\xff"
    assert await fetch_scalar(back, select(Run.options).where(Run.id == "ended")) == {"seed": 7, "temperature": 0.5}
    for database in (server, back):
        await database.close()
