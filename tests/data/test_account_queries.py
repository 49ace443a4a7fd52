"""Who a sign-in or a key belongs to, and until when."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from functools import partial
from pathlib import Path
from shutil import copy

import pytest
from sqlalchemy import update

from data import account_commands, account_queries, commands
from data.account_models import ApiKey, Session, Share
from data.database import Database
from data.models import User
from tests.support.database_rows import CREATED_AT, add_rows, execute_all, make_project, make_user

ADA = 1
LATER = CREATED_AT + timedelta(days=1)


@pytest.fixture
async def database(tmp_path: Path, empty_database: Path) -> AsyncGenerator[Database, None]:
    copy(empty_database, tmp_path)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / empty_database.name}")
    times = {"created_at": CREATED_AT, "last_seen_at": CREATED_AT, "expires_at": LATER}
    await add_rows(
        database,
        make_user("Ada", "ada", id=ADA),
        make_project(id=1),
        Session(id="listed", user_id=ADA, client="", address="", **times),
        ApiKey(user_id=ADA, name="k", hint="", hash="h", can_write=True, created_at=CREATED_AT, expires_at=LATER),
        Share(project_id=1, token="t", created_at=CREATED_AT, expires_at=LATER),
    )
    yield database
    await database.close()


async def is_open(database: Database, session_id: str, user_id: int = ADA) -> bool:
    work = partial(account_queries.find_session_user, user_id=user_id, session_id=session_id)
    return await database.read(work) is not None


async def test_a_session_that_was_signed_out_has_no_user_and_others_have(database: Database) -> None:
    await database.write(lambda c: commands.revoke_session(c, "x", LATER, CREATED_AT))
    assert [await is_open(database, session) for session in ("x", "y", "listed")] == [False, True, True]
    assert not await is_open(database, "y", 99)


async def test_of_sign_ins_that_ended_together_those_listed_stay(database: Database) -> None:
    await execute_all(database, update(User).values(sessions_from=CREATED_AT))
    assert [await is_open(database, session) for session in ("y", "listed")] == [False, True]
    await database.write(partial(account_commands.end_sessions, user_id=ADA, now=LATER))
    assert not await is_open(database, "listed")
    ended = await database.read(partial(account_queries.list_ended_users, since=CREATED_AT))
    assert ended == [(ADA, LATER)]
    assert await database.read(partial(account_queries.list_ended_users, since=LATER)) == []


async def test_a_key_has_an_owner_until_its_end(database: Database) -> None:
    for now, found in ((CREATED_AT, True), (LATER, False)):
        by_id = await database.read(partial(account_queries.find_key_user_by_id, user_id=ADA, key_id=1, now=now))
        assert (by_id is not None) == found
    by_hash = await database.read(partial(account_queries.find_key_user_by_hash, key_hash="h"))
    assert by_hash, "whoever asks compares the time, to say that it is over"
    assert (
        await database.read(partial(account_queries.find_key_user_by_id, user_id=2, key_id=1, now=CREATED_AT)) is None
    )


async def test_a_link_is_open_until_its_end_and_while_its_owner_is_enabled(database: Database) -> None:
    find = partial(account_queries.find_share, token="t")
    found = await database.read(partial(find, now=CREATED_AT))
    assert found
    assert (found[0].project_id, found[1].name) == (1, "Ada")
    assert await database.read(partial(find, now=LATER)) is None
    await execute_all(database, update(User).values(disabled=True))
    assert await database.read(partial(find, now=CREATED_AT)) is None


async def test_accounts_are_listed_with_what_they_use(database: Database) -> None:
    [overview] = await database.read(partial(account_queries.list_users, runs_since=CREATED_AT))
    assert (overview.user.name, overview.projects, overview.runs) == ("Ada", 1, 0)
    assert overview.last_seen_at == CREATED_AT
