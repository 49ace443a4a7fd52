"""Keys for programs: made, listed, revoked, and never readable again."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.accounts import api_keys
from core.accounts.accounts import Accounts
from core.accounts.api_keys import PREFIX
from core.errors import Conflict, InvalidInput, NotAuthenticated, NotFound, TokenExpired
from core.studio import Studio
from data.account_models import ApiKey
from tests.core.accounts.conftest import SetClock
from tests.support.database_rows import fetch_scalar

PASSWORD = "correct horse"


@pytest.fixture
async def ada(timed_accounts: Accounts) -> int:
    return (await timed_accounts.register("ada", PASSWORD)).user.id


async def test_only_the_hash_of_a_key_is_stored(studio: Studio, timed_accounts: Accounts, ada: int) -> None:
    key, text = await timed_accounts.api_keys.create(ada, " my  editor ", can_write=True)
    assert text.startswith(PREFIX)
    assert len(text) > 40
    assert key.name == "my editor"
    assert key.hint == f"{text[:7]}…{text[-4:]}"
    row = await studio.database.read(lambda c: list(c.execute(select(ApiKey.__table__)).one()))
    assert text not in map(str, row)
    assert await timed_accounts.api_keys.keys_of(ada) == [key]


async def test_a_revoked_key_ends_with_what_it_has_opened(timed_accounts: Accounts, ada: int) -> None:
    key, text = await timed_accounts.api_keys.create(ada, "ci", can_write=True)
    identity = await timed_accounts.sessions.identify(text)
    reader = asyncio.create_task(timed_accounts.sessions.wait_for_end(identity))
    await asyncio.sleep(0)
    await timed_accounts.api_keys.revoke(ada, key.id)
    await asyncio.wait_for(reader, 1)
    with pytest.raises(NotAuthenticated):
        await timed_accounts.sessions.identify(text)


async def test_another_users_key_is_not_found(timed_accounts: Accounts, ada: int) -> None:
    key, text = await timed_accounts.api_keys.create(ada, "ci", can_write=True)
    eve = (await timed_accounts.register("eve", PASSWORD)).user.id
    for user_id, key_id in ((eve, key.id), (ada, key.id + 1), (ada, 2**63)):
        with pytest.raises(NotFound):
            await timed_accounts.api_keys.revoke(user_id, key_id)
    assert await timed_accounts.sessions.identify(text)


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\0b", "a\u200eb"])
async def test_a_key_needs_a_name(timed_accounts: Accounts, ada: int, name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await timed_accounts.api_keys.create(ada, name, can_write=True)
    assert caught.value.errors[0].field == "name"


async def test_a_key_whose_time_is_over_says_so(timed_accounts: Accounts, set_clock: SetClock, ada: int) -> None:
    end = set_clock.now + timedelta(hours=1)
    _, text = await timed_accounts.api_keys.create(ada, "ci", can_write=True, expires_at=end)
    set_clock.now = end
    with pytest.raises(TokenExpired, match="This key has ended"):
        await timed_accounts.sessions.identify(text)


@pytest.mark.parametrize("days", [-1, 0, 40_000])
async def test_a_key_ends_in_the_future(timed_accounts: Accounts, set_clock: SetClock, ada: int, days: int) -> None:
    with pytest.raises(InvalidInput):
        await timed_accounts.api_keys.create(ada, "ci", can_write=True, expires_at=set_clock.now + timedelta(days=days))


async def test_an_account_has_so_many_keys(
    studio: Studio, timed_accounts: Accounts, ada: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_keys, "MAX_KEYS", 1)
    await timed_accounts.api_keys.create(ada, "one", can_write=True)
    with pytest.raises(Conflict):
        await timed_accounts.api_keys.create(ada, "two", can_write=True)
    assert await fetch_scalar(studio.database, select(ApiKey.name)) == "one"
