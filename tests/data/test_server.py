"""The same database calls on PostgreSQL, where its programs and its driver are installed."""

import itertools
import os
from collections.abc import AsyncGenerator, Iterator
from functools import partial

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, delete, func, make_url, select, text, update
from sqlalchemy.util import await_only

from core.accounts import transactions
from core.accounts.identity import ADMIN_ROLE
from core.errors import Conflict
from data import commands, queries
from data.base import Base
from data.database import Database
from data.errors import DatabaseFailure, RowRejected
from data.models import Project, Run, RunPiece, User
from data.server import ServerConnections
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

PROGRAMS = find_programs()
IN_CI = bool(os.environ.get("CI"))

pytestmark = pytest.mark.skipif(
    PROGRAMS is None and not IN_CI, reason="PostgreSQL's initdb and pg_ctl are not installed"
)

_numbers = itertools.count()


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    if not IN_CI:
        pytest.importorskip("asyncpg", reason="the extra 'postgres' is not installed")
    assert PROGRAMS, "CI must have PostgreSQL"
    with serving_postgres(PROGRAMS) as server:
        yield server


@pytest.fixture
async def url(server: PostgresServer) -> str:
    """The address of a new, empty database."""
    name = f"test{next(_numbers)}"
    connections = ServerConnections(make_url(server.url()))
    # A database cannot be created inside a transaction.
    await connections.read(
        lambda c: c.execution_options(isolation_level="AUTOCOMMIT").execute(text(f"CREATE DATABASE {name}"))
    )
    await connections.close()
    return server.url(name)


@pytest.fixture
async def database(url: str) -> AsyncGenerator[Database, None]:
    """Two live runs in a project."""
    database = await Database(url).open()
    runs = [make_run(side, "running", side) for side in ("backend", "frontend")]
    await add_rows(database, make_user(id=1), make_project(id=1), *runs)
    yield database
    await database.close()


async def count(database: Database, table: type[Base]) -> int:
    return int(await fetch_scalar(database, select(func.count()).select_from(table)))


async def test_the_migrations_make_what_the_models_say(database: Database) -> None:
    def compare(connection: Connection) -> object:
        return compare_metadata(MigrationContext.configure(connection), Base.metadata)

    assert await database.write(compare) == []
    await database.open()
    assert await count(database, Run) == 2
    await database.ping()


async def test_a_write_that_fails_is_undone(database: Database) -> None:
    with pytest.raises(RowRejected):
        await add_rows(database, make_user("b", "b"), make_user("A", "a"))
    assert await count(database, User) == 1


async def test_a_read_leaves_nothing_behind(database: Database) -> None:
    await database.read(lambda c: c.execute(delete(Run)))
    assert await count(database, Run) == 2


async def test_the_pieces_of_a_journal_lie_in_their_order(database: Database) -> None:
    texts = [f"{number}é😀" for number in range(commands.MAX_PIECES_PER_INSERT + 5)]
    await database.append([("backend", piece) for piece in texts[:-1]])
    await database.append([("frontend", "x"), ("backend", texts[-1])])
    found = await database.read(partial(queries.load_journal_text, run_id="backend"))
    assert found == "".join(texts)
    with pytest.raises(RowRejected):
        await database.append([("frontend", "y"), ("gone", "z")])
    assert await database.read(partial(queries.load_journal_text, run_id="frontend")) == "x"


async def test_an_end_takes_the_journal_with_it(database: Database) -> None:
    await database.append([("backend", "abc")])
    values = {"status": "complete", "finished_at": CREATED_AT}
    await database.write(lambda c: commands.store_run_text(c, "backend", values, "abc"))
    row = await database.read(lambda c: queries.find_run(c, 1, "backend", with_text=True))
    assert row
    assert (row.text, row.characters, row.finished_at) == ("abc", 3, CREATED_AT)
    assert await count(database, RunPiece) == 0


async def test_a_side_has_one_live_run(database: Database) -> None:
    with pytest.raises(RowRejected):
        await add_rows(database, make_run("second", "queued"))
    await add_rows(database, make_run("ended", "stopped"))


async def test_a_version_that_nothing_refers_to_is_deleted(database: Database) -> None:
    new = make_run("new", "complete")
    new.parent_id = "old"
    await add_rows(database, make_run("old", "complete"), new)
    deleted = [
        await database.write(partial(commands.delete_unreferenced_run, run_id=run_id))
        for run_id in ("old", "new", "backend")
    ]
    assert deleted == [False, True, False]


async def test_projects_are_searched_without_regard_to_case(database: Database) -> None:
    search = partial(queries.list_projects, user_id=1, limit=9, offset=0, with_texts=True)
    for text_sought, found in (("P", 1), ("%", 0)):
        projects, _ = await database.read(partial(search, search=text_sought))
        assert [runs for _, runs, _ in projects] == [2] * found


async def test_a_user_takes_everything_along(database: Database) -> None:
    await database.append([("backend", "x")])
    await execute_all(database, delete(User))
    assert [await count(database, table) for table in (Project, Run, RunPiece)] == [0, 0, 0]


async def test_of_two_admins_who_disable_each_other_at_once_one_stays(database: Database) -> None:
    await add_rows(database, *(make_user(name, name, id=number) for number, name in ((2, "ada"), (3, "eve"))))
    await execute_all(database, update(User).where(User.id > 1).values(role=ADMIN_ROLE))

    def disable(connection: Connection, user_id: int) -> None:
        connection.execute(text("SET LOCAL lock_timeout = '100ms'"))
        transactions.change_user(connection, user_id, {"disabled": True}, CREATED_AT)

    def disable_while_the_other_tries(connection: Connection) -> None:
        disable(connection, 2)
        with pytest.raises(DatabaseFailure):  # it waits for this one
            await_only(database.write(partial(disable, user_id=3)))

    await database.write(disable_while_the_other_tries)
    with pytest.raises(Conflict):
        await database.write(partial(disable, user_id=3))


async def test_a_wrong_password_is_told_without_it(server: PostgresServer) -> None:
    database = Database(server.url(password="a-secret"))
    with pytest.raises(DatabaseFailure, match="does not answer") as refused:
        await database.ping()
    assert "a-secret" not in str(refused.value)
    await database.close()


async def test_a_server_that_was_restarted_is_found_again(server: PostgresServer, database: Database) -> None:
    await database.ping()
    server.stop()
    with pytest.raises(DatabaseFailure, match="does not answer"):
        await database.ping()
    server.start()
    await database.ping()
    await database.append([("backend", "x")])


async def test_a_connection_that_died_unnoticed_is_replaced(server: PostgresServer, database: Database) -> None:
    await database.ping()
    server.stop()
    server.start()
    await database.ping()


async def test_a_database_of_a_newer_version_is_refused(database: Database) -> None:
    await execute_all(database, text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseFailure, match="newer version of Livewright"):
        await database.open()
