"""The tables' own rules: what goes with what, what there is once, and times that keep their zone."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from sqlalchemy import Select, delete, func, select
from sqlalchemy.dialects import sqlite

from data.base import Base, UtcDateTime
from data.database import Database
from data.errors import RowRejected
from data.models import Draft, Project, Run, RunPiece, User
from tests.support.database_rows import (
    CREATED_AT,
    add_rows,
    execute_all,
    fetch_scalar,
    make_project,
    make_run,
    make_user,
)


@pytest.fixture
async def database(tmp_path: Path, empty_database: Path) -> AsyncGenerator[Database, None]:
    copy(empty_database, tmp_path)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / empty_database.name}")
    yield database
    await database.close()


async def add_a_run(database: Database) -> None:
    await add_rows(
        database,
        make_user(id=1),
        make_project(id=1),
        make_run("r", "running"),
        RunPiece(run_id="r", text="x"),
        Draft(user_id=1, place="new-project//", content={"name": "x"}),
        Draft(user_id=1, place="refine/1/backend", project_id=1, content={"instructions": "x"}),
    )


def count(table: type[Base]) -> Select[Any]:
    return select(func.count()).select_from(table)


async def test_a_user_takes_everything_along(database: Database) -> None:
    await add_a_run(database)
    await execute_all(database, delete(User))
    assert [await fetch_scalar(database, count(table)) for table in (Project, Run, RunPiece)] == [0, 0, 0]


async def test_a_side_has_one_live_run_and_any_number_of_ended_ones(database: Database) -> None:
    await add_a_run(database)
    await add_rows(database, make_run("a", "complete"), make_run("b", "complete"))
    with pytest.raises(RowRejected):
        await add_rows(database, make_run("c", "queued"))


async def test_times_keep_their_zone(database: Database) -> None:
    await add_a_run(database)
    assert await fetch_scalar(database, select(User.created_at)) == CREATED_AT


def test_a_time_of_another_zone_is_stored_in_utc_and_read_with_its_zone() -> None:
    column, dialect = UtcDateTime(), sqlite.dialect()
    elsewhere = CREATED_AT.astimezone(timezone(timedelta(hours=5)))
    stored = column.process_bind_param(elsewhere, dialect)
    assert stored
    assert stored.isoformat() == CREATED_AT.isoformat()
    for found in (stored.replace(tzinfo=None), stored):
        read = column.process_result_value(found, dialect)
        assert isinstance(read, datetime)
        assert read.isoformat() == CREATED_AT.isoformat()
    assert column.process_bind_param(None, dialect) is column.process_result_value(None, dialect) is None
