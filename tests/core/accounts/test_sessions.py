"""The sign-ins of an account: listed, ended one by one or together, also by another process."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from core.accounts import sessions
from core.accounts.accounts import Accounts
from core.accounts.administration.user_changes import UserChanges
from core.accounts.client import Client, current_client
from core.accounts.identity import Identity
from core.errors import Forbidden, NotAuthenticated, NotFound, TokenExpired
from core.studio import Studio
from data.account_models import ApiKey, Session
from tests.core.accounts.conftest import SetClock
from tests.support.database_rows import execute_all, fetch_scalar

PASSWORD = "correct horse"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def sign_in(accounts: Accounts) -> Identity:
    return await accounts.sessions.identify((await accounts.login("ada", PASSWORD, "x")).token)


@pytest.fixture
async def ada(timed_accounts: Accounts) -> Identity:
    current_client.set(Client("192.0.2.1", FIREFOX))
    return await timed_accounts.sessions.identify((await timed_accounts.register("ada", PASSWORD)).token)


async def test_sign_ins_are_listed_with_where_and_when(
    timed_accounts: Accounts, set_clock: SetClock, ada: Identity
) -> None:
    set_clock.forward(minutes=5)
    await sign_in(timed_accounts)
    newest, oldest = await timed_accounts.sessions.sessions_of(ada.user.id)
    assert (oldest.id, oldest.client, oldest.address) == (ada.token.session_id, "Firefox on Linux", "192.0.2.1")
    assert (newest.created_at, newest.last_seen_at) == (set_clock.now, set_clock.now)


async def test_the_last_use_is_noted_once_a_minute(
    timed_accounts: Accounts, set_clock: SetClock, ada: Identity
) -> None:
    token = (await timed_accounts.login("ada", PASSWORD, "x")).token
    begun = set_clock.now
    for seconds, seen in ((59, begun), (2, begun + sessions.SEEN_INTERVAL)):
        set_clock.forward(seconds=seconds)
        await timed_accounts.sessions.identify(token)
        newest = (await timed_accounts.sessions.sessions_of(ada.user.id))[0]
        assert newest.last_seen_at >= seen
    assert newest.last_seen_at == set_clock.now


async def test_one_that_is_ended_opens_nothing_and_the_others_do(timed_accounts: Accounts, ada: Identity) -> None:
    other = await timed_accounts.login("ada", PASSWORD, "x")
    await timed_accounts.sessions.end_listed(ada.user.id, ada.token.session_id)
    assert await timed_accounts.sessions.identify(other.token)
    await timed_accounts.sessions.wait_for_end(ada)
    assert len(await timed_accounts.sessions.sessions_of(ada.user.id)) == 1


async def test_another_users_sign_in_cannot_be_ended(timed_accounts: Accounts, ada: Identity) -> None:
    eve = (await timed_accounts.register("eve", PASSWORD)).user
    with pytest.raises(NotFound):
        await timed_accounts.sessions.end_listed(eve.id, ada.token.session_id)


async def test_all_others_end_together_listed_or_not(
    studio: Studio, timed_accounts: Accounts, set_clock: SetClock, ada: Identity
) -> None:
    old = (await timed_accounts.login("ada", PASSWORD, "x")).token
    await execute_all(studio.database, delete(Session).where(Session.id != ada.token.session_id))  # from before 0012
    reader = asyncio.create_task(timed_accounts.sessions.wait_for_end(ada))
    set_clock.forward(seconds=1)
    await timed_accounts.sessions.end_others(ada)
    with pytest.raises(NotAuthenticated):
        await timed_accounts.sessions.identify(old)
    set_clock.forward(seconds=1)
    assert await sign_in(timed_accounts)
    await asyncio.sleep(0.05)
    assert not reader.done()  # it was told of an end, and is none of those that ended
    reader.cancel()


async def test_a_sign_in_from_before_they_were_listed_is_listed_when_it_is_used(
    studio: Studio, timed_accounts: Accounts, set_clock: SetClock, ada: Identity
) -> None:
    token = (await timed_accounts.login("ada", PASSWORD, "x")).token
    await execute_all(studio.database, delete(Session))
    set_clock.forward(minutes=2)
    assert await timed_accounts.sessions.identify(token)
    [listed] = await timed_accounts.sessions.sessions_of(ada.user.id)
    assert listed.last_seen_at == set_clock.now


async def test_what_another_process_disables_ends_here_within_a_moment(
    studio: Studio, ada: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "OUTSIDE_CHECK_SECONDS", 0.01)
    made = await studio.accounts.register("eve", PASSWORD)
    identity = await studio.accounts.sessions.identify(made.token)
    reader = asyncio.create_task(studio.accounts.sessions.wait_for_end(identity))
    await asyncio.sleep(0.02)
    elsewhere = Accounts(studio.database, studio.settings)  # as ``main.py user`` has one
    await elsewhere.change(made.user.id, UserChanges(disabled=True), "command line")
    elsewhere.sessions.tell_other_processes()
    await asyncio.wait_for(reader, 2)
    with pytest.raises(NotAuthenticated):
        await studio.accounts.sessions.identify(made.token)
    assert ada.user.username == "ada"


async def test_a_key_speaks_for_its_owner_until_it_ends(
    studio: Studio, timed_accounts: Accounts, set_clock: SetClock, ada: Identity
) -> None:
    end = set_clock.now + timedelta(hours=2)
    _, text = await timed_accounts.api_keys.create(ada.user.id, "ci", can_write=False, expires_at=end)
    identity = await timed_accounts.sessions.identify(text)
    assert (identity.user, identity.can_write) == (ada.user, False)
    assert await fetch_scalar(studio.database, select(ApiKey.last_used_at)) == set_clock.now
    with pytest.raises(Forbidden):
        identity.check_is_sign_in()
    stream, _ = timed_accounts.sessions.issue_stream_token(identity)
    assert not (await timed_accounts.sessions.identify(stream, allow_stream_token=True)).can_write
    set_clock.forward(hours=3)
    for token in (text, stream):
        with pytest.raises(NotAuthenticated):
            await timed_accounts.sessions.identify(token, allow_stream_token=True)
    await asyncio.wait_for(timed_accounts.sessions.wait_for_end(identity), 1)


async def test_a_key_of_a_disabled_account_opens_nothing(timed_accounts: Accounts, ada: Identity) -> None:
    eve = (await timed_accounts.register("eve", PASSWORD)).user
    _, text = await timed_accounts.api_keys.create(eve.id, "ci", can_write=True)
    await timed_accounts.change(eve.id, UserChanges(disabled=True), ada.user.id)
    with pytest.raises(NotAuthenticated):
        await timed_accounts.sessions.identify(text)


async def test_a_stream_that_a_key_opened_ends_with_the_key(
    timed_accounts: Accounts, set_clock: SetClock, ada: Identity
) -> None:
    end = set_clock.now + timedelta(hours=20)
    _, text = await timed_accounts.api_keys.create(ada.user.id, "ci", can_write=True, expires_at=end)
    stream, _ = timed_accounts.sessions.issue_stream_token(await timed_accounts.sessions.identify(text))
    identity = await timed_accounts.sessions.identify(stream, allow_stream_token=True)
    set_clock.forward(hours=13)
    with pytest.raises(TokenExpired):
        timed_accounts.sessions.check_not_expired(identity)
    waiting = asyncio.create_task(timed_accounts.sessions.wait_for_end(identity))
    await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()
    set_clock.forward(hours=13)
    timed_accounts.sessions.ends.publish(ada.user.id)
    await asyncio.wait_for(timed_accounts.sessions.wait_for_end(identity), 1)


async def test_a_token_made_while_all_others_are_ended_ends_with_its_sign_in(
    timed_accounts: Accounts, set_clock: SetClock, ada: Identity
) -> None:
    other = await timed_accounts.login(ada.user.username, PASSWORD, "there")
    stolen = await timed_accounts.sessions.identify(other.token)
    await timed_accounts.sessions.end_others(ada)
    set_clock.forward(hours=1)
    late, _ = timed_accounts.sessions.issue_stream_token(stolen)
    with pytest.raises(NotAuthenticated):
        await timed_accounts.sessions.identify(late, allow_stream_token=True)
