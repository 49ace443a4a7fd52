"""Who an invitation lets in, and until when."""

import jwt
import pytest

from core.accounts import security
from core.accounts.accounts import Accounts
from core.errors import RegistrationClosed
from core.settings import RegistrationPolicy, Settings
from tests.core.accounts.conftest import SetClock


@pytest.fixture
async def accounts(timed_accounts: Accounts) -> Accounts:
    """Those of an installation that is closed."""
    await timed_accounts.settings.set_registration(RegistrationPolicy.CLOSED, 0)
    return timed_accounts


async def test_who_has_one_makes_an_account_where_nobody_else_can(accounts: Accounts, set_clock: SetClock) -> None:
    invitation = await accounts.invitations.create(0)
    with pytest.raises(RegistrationClosed):
        await accounts.register("bob", "correct horse")
    assert (await accounts.register("bob", "correct horse", invitation=invitation.token)).user.username == "bob"
    set_clock.forward(days=6)
    assert await accounts.may_register(invitation.token), "it lets in more than one"
    set_clock.forward(days=2)
    with pytest.raises(RegistrationClosed):
        await accounts.register("eve", "correct horse", invitation=invitation.token)


async def test_all_are_ended_at_once_and_later_ones_open(accounts: Accounts, set_clock: SetClock) -> None:
    before = await accounts.invitations.create(0)
    set_clock.forward(seconds=1)
    await accounts.invitations.end_all(0)
    set_clock.forward(seconds=1)
    after = await accounts.invitations.create(0)
    assert [await accounts.may_register(each.token) for each in (before, after)] == [False, True]


async def test_nothing_else_is_one(accounts: Accounts, set_clock: SetClock, settings: Settings) -> None:
    secret = settings.secret or ""
    login = security.encode_token(security.new_login_token(1, set_clock.now), secret)
    claims = {"kind": "invitation", "iat": set_clock.now.timestamp(), "exp": int(set_clock.now.timestamp()) + 60}
    forged = jwt.encode(claims, "another secret of thirty-two bytes", algorithm="HS256")
    huge = jwt.encode(claims | {"exp": 10**30}, secret, algorithm="HS256")
    unsigned = jwt.encode(claims, None, algorithm="none")
    odd = [None, "", "x", "a.b.c", "x" * 5000, login, forged, huge, unsigned]
    assert [await accounts.may_register(each) for each in odd] == [False] * len(odd)
    assert await accounts.may_register(jwt.encode(claims, secret, algorithm="HS256"))
