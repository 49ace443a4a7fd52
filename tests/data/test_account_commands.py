"""What ends together, and what is forgotten on the way."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from functools import partial
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import func, select

from data import account_commands
from data.account_models import InstallationSetting, Session, Share
from data.database import Database
from data.errors import RowRejected
from data.models import RevokedSession
from tests.support.database_rows import CREATED_AT, add_rows, fetch_scalar, make_project, make_user

ADA = 1


@pytest.fixture
async def database(tmp_path: Path, empty_database: Path) -> AsyncGenerator[Database, None]:
    copy(empty_database, tmp_path)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / empty_database.name}")
    await add_rows(database, make_user("Ada", "ada", id=ADA), make_project(id=1))
    yield database
    await database.close()


def session(session_id: str, days: int) -> dict[str, object]:
    created_at = CREATED_AT + timedelta(days=days)
    end = created_at + timedelta(days=1)
    times = {"created_at": created_at, "last_seen_at": created_at, "expires_at": end}
    return {"id": session_id, "user_id": ADA, "client": "", "address": "", **times}


async def test_a_new_sign_in_has_those_forgotten_that_have_run_out(database: Database) -> None:
    for name, days in (("old", 0), ("new", 5)):
        await database.write(partial(account_commands.add_session, row=session(name, days)))
    assert await fetch_scalar(database, select(Session.id)) == "new"


async def test_an_ended_sign_in_is_off_the_list_and_revoked(database: Database) -> None:
    await database.write(partial(account_commands.add_session, row=session("x", 0)))
    end = partial(account_commands.end_session, now=CREATED_AT)
    assert not await database.write(partial(end, user_id=2, session_id="x"))
    assert await database.write(partial(end, user_id=ADA, session_id="x"))
    assert not await database.write(partial(end, user_id=ADA, session_id="x"))
    assert await fetch_scalar(database, select(RevokedSession.id)) == "x"
    assert await fetch_scalar(database, select(func.count()).select_from(Session)) == 0


async def test_a_setting_is_replaced_and_taken_back(database: Database) -> None:
    for value in ("open", "closed", None):
        await database.write(partial(account_commands.replace_setting, name="registration", value=value))
        assert await fetch_scalar(database, select(InstallationSetting.value)) == value


async def test_a_link_needs_a_project_and_goes_with_it(database: Database) -> None:
    row = {"token": "t", "created_at": CREATED_AT, "expires_at": None}
    with pytest.raises(RowRejected):
        await database.write(partial(account_commands.add_share, row={**row, "project_id": 2}))
    share_id = await database.write(partial(account_commands.add_share, row={**row, "project_id": 1}))
    delete = partial(account_commands.delete_share, share_id=share_id)
    assert not await database.write(partial(delete, project_id=2))
    assert await database.write(partial(delete, project_id=1))
    assert await fetch_scalar(database, select(func.count()).select_from(Share)) == 0
