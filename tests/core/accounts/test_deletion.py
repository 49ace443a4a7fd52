"""An account is deleted with its things, or goes on as it was."""

import asyncio

import pytest
from sqlalchemy import select

from core.accounts.administration.user_changes import UserChanges
from core.errors import DatabaseUnavailable
from core.studio import Studio
from data.models import User
from tests.support.database_rows import fetch_scalar
from tests.support.users.studio_user import register_user


@pytest.mark.parametrize("failure", [DatabaseUnavailable("locked"), asyncio.CancelledError()])
@pytest.mark.parametrize("was_disabled", [False, True])
async def test_an_account_whose_deletion_fails_is_as_it_was(
    studio: Studio, failure: BaseException, *, was_disabled: bool
) -> None:
    await register_user(studio, "ada")
    user = (await register_user(studio, "eve")).user
    await studio.accounts.change(user.id, UserChanges(disabled=was_disabled), "admin")

    async def fail(_user_id: int) -> None:
        assert await fetch_scalar(studio.database, select(User.disabled).where(User.id == user.id)) is True
        raise failure

    studio.accounts.before_delete.append(fail)
    with pytest.raises(type(failure)):
        await studio.accounts.delete(user.id, "admin")
    assert await fetch_scalar(studio.database, select(User.disabled).where(User.id == user.id)) is was_disabled


async def test_a_project_that_is_deleted_meanwhile_does_not_stop_the_deletion_of_the_account(studio: Studio) -> None:
    await register_user(studio, "ada")
    eve = await register_user(studio, "eve")
    projects = [await eve.create_project(name) for name in ("one", "two", "three")]
    deleted: list[int] = []

    async def delete_another(project_id: int) -> None:
        if not deleted:
            deleted.append(next(each.id for each in projects if each.id != project_id))
            await studio.projects.delete(eve.id, deleted[0])

    studio.projects.before_delete.append(delete_another)
    await studio.accounts.delete(eve.id, "admin")
    assert deleted
    assert await fetch_scalar(studio.database, select(User.id).where(User.id == eve.id)) is None
