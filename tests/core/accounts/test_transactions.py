"""What changes together in the tables of accounts, or not at all."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from core.accounts import transactions
from core.accounts.identity import ADMIN_ROLE, USER_ROLE
from core.accounts.names import name_key
from core.errors import BadCredentials, Conflict, NotFound
from core.studio import Studio
from data.database import Database
from data.errors import RowRejected
from data.models import NameSkeleton, SignInAddress, User
from tests.support.database_rows import CREATED_AT, execute_all, fetch_scalar


@pytest.fixture
def database(studio: Studio) -> Database:
    return studio.database


def values_of(name: str) -> Mapping[str, Any]:
    return {
        "name": name,
        "name_key": name_key(name),
        "email": None,
        "password_hash": "",
        "created_at": CREATED_AT,
        "disabled": False,
    }


async def insert(database: Database, name: str, address: str = "home") -> tuple[int, str]:
    user_id, role = await database.write(partial(transactions.insert_user, values=values_of(name)))
    times = dict.fromkeys(("created_at", "last_seen_at", "expires_at"), CREATED_AT)
    row = {"id": name, "user_id": user_id, "client": "", "address": "", **times}
    begin = partial(transactions.begin_session, row=row, address_hash=address, password_hash="")
    await database.write(begin)
    return user_id, role


async def find(database: Database, name: str, address: str) -> tuple[str | None, bool]:
    """The account's name, and whether it has signed in from there."""
    work = partial(transactions.find_user, key=name_key(name), address_hash=address)
    user, is_known = await database.read(work)
    return user.name if user else None, is_known


async def set_disabled(database: Database, user_id: int, *, disabled: bool) -> None:
    changes = {"disabled": disabled}
    await database.write(partial(transactions.change_user, user_id=user_id, changes=changes, now=CREATED_AT))


async def test_the_first_account_is_the_admin_and_no_other(database: Database) -> None:
    assert [(await insert(database, name))[1] for name in ("ada", "bob", "cleo")] == [
        ADMIN_ROLE,
        USER_ROLE,
        USER_ROLE,
    ]


async def test_an_account_is_found_in_any_case_and_knows_where_it_was_made(database: Database) -> None:
    await insert(database, "Ada", "home")
    assert await find(database, "aDA", "home") == ("Ada", True)
    assert await find(database, "ada", "elsewhere") == ("Ada", False)
    assert await find(database, "bob", "home") == (None, False)


@pytest.mark.parametrize("taken", ["ADA", "\N{CYRILLIC SMALL LETTER A}da"])
async def test_a_name_that_is_or_looks_like_another_leaves_no_row(database: Database, taken: str) -> None:
    await insert(database, "ada")
    with pytest.raises(RowRejected):
        await insert(database, taken, "elsewhere")
    assert await fetch_scalar(database, select(func.count()).select_from(User)) == 1
    assert await fetch_scalar(database, select(func.count()).select_from(SignInAddress)) == 1


async def test_names_from_before_skeletons_get_theirs_once(database: Database) -> None:
    await insert(database, "ada")
    await execute_all(database, delete(NameSkeleton))
    for _ in range(2):
        await database.write(transactions.add_missing_skeletons)
    with pytest.raises(RowRejected):
        await insert(database, "\N{CYRILLIC SMALL LETTER A}da")


async def test_old_names_that_look_alike_are_both_kept(database: Database) -> None:
    await insert(database, "ada")
    await execute_all(database, delete(NameSkeleton))
    await insert(database, "\N{CYRILLIC SMALL LETTER A}da")
    await database.write(transactions.add_missing_skeletons)
    assert await fetch_scalar(database, select(func.count()).select_from(User)) == 2


async def test_the_last_admin_stays_enabled(database: Database) -> None:
    admin, _ = await insert(database, "ada")
    user, _ = await insert(database, "bob")
    with pytest.raises(Conflict):
        await set_disabled(database, admin, disabled=True)
    assert await fetch_scalar(database, select(User.disabled).where(User.id == admin)) is False
    await set_disabled(database, user, disabled=True)
    assert await fetch_scalar(database, select(User.disabled).where(User.id == user)) is True
    await set_disabled(database, user, disabled=False)
    assert await fetch_scalar(database, select(User.disabled).where(User.id == user)) is False


async def test_an_account_that_is_gone_cannot_be_disabled(database: Database) -> None:
    with pytest.raises(NotFound):
        await set_disabled(database, 7, disabled=True)


async def test_the_last_admin_keeps_that_role(database: Database) -> None:
    admin, _ = await insert(database, "ada")
    user, _ = await insert(database, "bob")

    def set_role(user_id: int, role: str) -> partial[None]:
        return partial(transactions.change_user, user_id=user_id, changes={"role": role}, now=CREATED_AT)

    with pytest.raises(Conflict):
        await database.write(set_role(admin, USER_ROLE))
    await database.write(set_role(user, ADMIN_ROLE))
    await database.write(set_role(admin, USER_ROLE))
    assert await fetch_scalar(database, select(User.role).where(User.id == admin)) == USER_ROLE


async def test_a_sign_in_whose_password_was_changed_meanwhile_does_not_begin(database: Database) -> None:
    user_id, _ = await insert(database, "ada")
    row = {"id": "late", "user_id": user_id, "client": "", "address": "", "expires_at": CREATED_AT}
    row |= dict.fromkeys(("created_at", "last_seen_at"), CREATED_AT)
    begin = partial(transactions.begin_session, row=row, address_hash="home", password_hash="the one before")
    with pytest.raises(BadCredentials):
        await database.write(begin)
    gone = partial(transactions.begin_session, row=row | {"user_id": 99}, address_hash="home", password_hash="")
    with pytest.raises(BadCredentials):
        await database.write(gone)


async def test_an_account_that_has_become_the_last_admin_is_not_deleted(database: Database) -> None:
    admin, _ = await insert(database, "ada")
    user, _ = await insert(database, "bob")
    with pytest.raises(Conflict):
        await database.write(partial(transactions.delete_user, user_id=admin))
    await database.write(partial(transactions.delete_user, user_id=user))
    assert await fetch_scalar(database, select(User.id)) == admin
