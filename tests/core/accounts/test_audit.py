"""Who did what, when, from where: what is written, how it is read, and for how long it is kept."""

from datetime import timedelta

import pytest

from core.accounts import audit
from core.accounts.accounts import Accounts
from core.accounts.audit import AuditAction
from core.accounts.client import Client, current_client
from core.errors import BadCredentials
from data import account_commands
from tests.core.accounts.conftest import SetClock

PASSWORD = "correct horse"


async def test_an_entry_tells_who_what_when_and_from_where(timed_accounts: Accounts, set_clock: SetClock) -> None:
    user = (await timed_accounts.register("ada", PASSWORD, address="192.0.2.1")).user
    current_client.set(Client("192.0.2.7"))
    await timed_accounts.api_keys.create(user.id, "editor", can_write=True)
    made, registered = await timed_accounts.audit.events()
    assert (made.username, made.action, made.target, made.at) == ("ada", "key_made", "editor", set_clock.now)
    assert (made.address, registered.address) == ("192.0.2.7", "192.0.2.1")


async def test_a_failed_sign_in_tells_the_account_and_never_what_was_typed(timed_accounts: Accounts) -> None:
    await timed_accounts.register("ada", PASSWORD)
    for name in ("ADA", "my secret password"):
        with pytest.raises(BadCredentials):
            await timed_accounts.login(name, "wrong password", "192.0.2.9")
    unknown, known = (await timed_accounts.audit.events(limit=2))[:2]
    assert (known.username, known.action, known.address) == ("ada", "sign_in_failed", "192.0.2.9")
    assert (unknown.username, unknown.target) == ("", "")


async def test_the_log_is_read_page_by_page(timed_accounts: Accounts) -> None:
    for number in range(5):
        await timed_accounts.audit.record(AuditAction.KEY_MADE, "ada", f"{number}")
    first = await timed_accounts.audit.events(limit=2)
    rest = await timed_accounts.audit.events(before=first[-1].id)
    assert [event.target for event in (*first, *rest)] == ["4", "3", "2", "1", "0"]


async def test_what_is_old_or_too_much_is_forgotten(
    timed_accounts: Accounts, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_commands, "EVENTS_BETWEEN_CLEANUPS", 1)
    monkeypatch.setattr(audit, "MAX_EVENTS", 2)
    for target in ("a", "b", "c"):
        await timed_accounts.audit.record(AuditAction.KEY_MADE, "ada", target)
    assert [event.target for event in await timed_accounts.audit.events()] == ["c", "b"]
    set_clock.now += audit.MAX_AGE + timedelta(days=1)
    await timed_accounts.audit.record(AuditAction.KEY_MADE, "ada", "d")
    assert [event.target for event in await timed_accounts.audit.events()] == ["d"]
