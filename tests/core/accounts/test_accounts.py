"""Who is let in, and who is not."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import jwt
import pytest
from sqlalchemy import delete

from core.accounts import security
from core.accounts.accounts import RATE_LIMIT_PER_NAME, Accounts
from core.errors import (
    AlreadyExists,
    BadCredentials,
    InvalidInput,
    NotAuthenticated,
    RegistrationClosed,
    TokenExpired,
    TooManyRequests,
)
from core.settings import RegistrationPolicy, Settings
from core.studio import Studio
from data.models import User
from tests.support.database_rows import execute_all

PASSWORD = "correct horse"
START = datetime.now(UTC) - timedelta(hours=1)


class Clock:
    """A clock that the test sets; never ahead of the real one, which the tokens' library reads."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(studio: Studio, clock: Clock) -> Accounts:
    return Accounts(studio.database, studio.settings, clock)


@pytest.fixture(autouse=True)
def no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """At this cost hashing needs none."""

    async def at_once(_: Accounts, call: object) -> object:
        return call()  # type: ignore[operator]

    monkeypatch.setattr(Accounts, "_run_in_executor", at_once)


async def test_the_first_account_is_the_admins(accounts: Accounts) -> None:
    roles = [(await accounts.register(name, PASSWORD)).user.role for name in ("ada", "eve", "bob")]
    assert roles == ["admin", "user", "user"]


async def test_of_many_first_accounts_at_once_one_is_the_admins(accounts: Accounts) -> None:
    made = await asyncio.gather(*(accounts.register(f"user{number}", PASSWORD) for number in range(5)))
    assert sorted(sign_in.user.role for sign_in in made) == ["admin", "user", "user", "user", "user"]


async def test_a_name_is_taken_whatever_its_case(accounts: Accounts) -> None:
    await accounts.register("Ada.Löwe", PASSWORD)
    for name in ("Ada.Löwe", "ada.löwe", "ADA.LÖWE", "Ada.Lo\u0308we", " ada.löwe "):
        with pytest.raises(AlreadyExists):
            await accounts.register(name, PASSWORD)


async def test_signing_in_disregards_the_names_case_and_keeps_its_spelling(accounts: Accounts) -> None:
    await accounts.register("Ada", PASSWORD)
    assert (await accounts.login("aDA", PASSWORD, "x")).user.username == "Ada"


@pytest.mark.parametrize("name", ["", "a", "a" * 65, "a b", "a/b", "a@b", "a\x00b", "🐈🐈", "a\nb"])
async def test_a_wrong_name_is_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        await accounts.register(name, PASSWORD)
    assert caught.value.errors[0].field == "username"


@pytest.mark.parametrize("name", ["ab", "a" * 64, "a.b_c-d", "Åsa", "日本"])
async def test_a_good_name_is_taken(accounts: Accounts, name: str) -> None:
    assert (await accounts.register(name, PASSWORD)).user.username == name


@pytest.mark.parametrize("length", [0, 7, 257])
async def test_a_password_too_short_or_too_long_is_refused(accounts: Accounts, length: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        await accounts.register("ada", "x" * length)
    assert caught.value.errors[0].field == "password"


@pytest.mark.parametrize("password", ["x" * 8, "x" * 73, "x" * 256, "🐈" * 256, "a\x00b\x00cdefgh"])
async def test_every_character_of_a_password_counts(accounts: Accounts, password: str) -> None:
    await accounts.register("ada", password)
    assert await accounts.login("ada", password, "x")
    for at in {0, len(password) // 2, len(password) - 1}:
        with pytest.raises(BadCredentials):
            await accounts.login("ada", password[:at] + "y" + password[at + 1 :], "x")
    with pytest.raises(BadCredentials):
        await accounts.login("ada", password[:-1], "x")


async def test_a_wrong_name_and_a_wrong_password_are_one_error_and_cost_one_hash(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    await accounts.register("ada", PASSWORD)
    checked: list[str] = []
    check = security.verify_password

    def count(password: str, hashed: str) -> bool:
        checked.append(hashed)
        return check(password, hashed)

    monkeypatch.setattr(security, "verify_password", count)
    messages = set()
    for name, password in (("ada", "wrong password"), ("nobody", PASSWORD), ("", ""), ("nobody", "nobody's password")):
        with pytest.raises(BadCredentials) as caught:
            await accounts.login(name, password, "x")
        messages.add(caught.value.message)
    assert len(messages) == 1
    assert len(checked) == 4
    assert len({hashed[:7] for hashed in checked}) == 1, "the cost is the same"


async def test_attempts_on_one_name_are_limited_whatever_its_case(accounts: Accounts) -> None:
    await accounts.register("ada", PASSWORD)
    for number in range(RATE_LIMIT_PER_NAME.amount):
        with pytest.raises(BadCredentials):
            await accounts.login("ADA" if number % 2 else "ada", "wrong password", f"address {number}")
    with pytest.raises(TooManyRequests) as caught:
        await accounts.login("ada", PASSWORD, "another")
    assert 1 <= caught.value.retry_after <= 60
    with pytest.raises(BadCredentials):
        await accounts.login("eve", PASSWORD, "another")


async def test_attempts_from_one_address_are_limited(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.accounts.accounts.RATE_LIMIT_PER_ADDRESS", type(RATE_LIMIT_PER_NAME)(3))
    for number in range(3):
        with pytest.raises(BadCredentials):
            await accounts.login(f"name{number}", "wrong password", "one address")
    with pytest.raises(TooManyRequests):
        await accounts.login("name9", "wrong password", "one address")
    with pytest.raises(BadCredentials):
        await accounts.login("name9", "wrong password", "another address")


async def test_a_good_sign_in_forgets_the_wrong_ones(accounts: Accounts) -> None:
    await accounts.register("ada", PASSWORD)
    for _ in range(3):
        for _ in range(RATE_LIMIT_PER_NAME.amount - 1):
            with pytest.raises(BadCredentials):
                await accounts.login("ada", "wrong password", "x")
        await accounts.login("ada", PASSWORD, "x")


async def test_registration_can_be_closed(studio: Studio, settings: Settings) -> None:
    closed = Accounts(studio.database, settings.model_copy(update={"registration": RegistrationPolicy.CLOSED}))
    with pytest.raises(RegistrationClosed):
        await closed.register("ada", PASSWORD)


# Tokens


async def test_a_token_says_who_it_is(accounts: Accounts) -> None:
    made = await accounts.register("ada", PASSWORD)
    assert (await accounts.identify(made.token)).user == made.user


async def test_signing_out_ends_this_sign_in_and_its_stream_tokens_and_no_other(accounts: Accounts) -> None:
    first = (await accounts.register("ada", PASSWORD)).token
    second = (await accounts.login("ada", PASSWORD, "x")).token
    identity = await accounts.identify(first)
    stream, _ = accounts.issue_stream_token(identity)
    assert await accounts.identify(stream, allow_stream_token=True)
    await accounts.logout(identity)
    for token in (first, stream):
        with pytest.raises(NotAuthenticated):
            await accounts.identify(token, allow_stream_token=True)
    assert await accounts.identify(second)


async def test_signing_out_twice_at_once_is_harmless(accounts: Accounts) -> None:
    token = (await accounts.register("ada", PASSWORD)).token
    identity = await accounts.identify(token)
    await asyncio.gather(*(accounts.logout(identity) for _ in range(5)))
    with pytest.raises(NotAuthenticated):
        await accounts.identify(token)


async def test_a_token_expires(accounts: Accounts, clock: Clock) -> None:
    token = (await accounts.register("ada", PASSWORD)).token
    clock.forward(days=14)
    with pytest.raises(TokenExpired):
        await accounts.identify(token)


async def test_a_token_that_expired_by_the_real_clock_is_refused(accounts: Accounts, clock: Clock) -> None:
    clock.forward(days=-30)
    token = (await accounts.register("ada", PASSWORD)).token
    with pytest.raises(TokenExpired):
        await accounts.identify(token)


async def test_a_token_of_a_deleted_user_is_refused(studio: Studio, accounts: Accounts) -> None:
    token = (await accounts.register("ada", PASSWORD)).token
    await execute_all(studio.database, delete(User))
    with pytest.raises(NotAuthenticated):
        await accounts.identify(token)
    await accounts.register("eve", PASSWORD)
    with pytest.raises(NotAuthenticated):
        await accounts.identify(token)


async def test_a_token_of_another_installation_or_algorithm_is_refused(accounts: Accounts, settings: Settings) -> None:
    token = (await accounts.register("ada", PASSWORD)).token
    secret = settings.secret or ""
    claims = jwt.decode(token, secret, algorithms=["HS256"])
    forged = [
        jwt.encode(claims, "another secret, as long as this one", algorithm="HS256"),
        jwt.encode(claims, "", algorithm="none"),
        jwt.encode(claims, secret * 2, algorithm="HS512"),
        jwt.encode(claims | {"sub": "x"}, secret, algorithm="HS256"),
        jwt.encode(claims | {"kind": "admin"}, secret, algorithm="HS256"),
        *(jwt.encode({k: v for k, v in claims.items() if k != name}, secret) for name in claims),
        token[:-3],
        token.rpartition(".")[0] + ".",
        "",
        "é",
        "a.b.c",
    ]
    for text in forged:
        with pytest.raises(NotAuthenticated):
            await accounts.identify(text, allow_stream_token=True)


async def test_a_stream_token_opens_streams_only(accounts: Accounts) -> None:
    identity = await accounts.identify((await accounts.register("ada", PASSWORD)).token)
    token, _ = accounts.issue_stream_token(identity)
    with pytest.raises(NotAuthenticated):
        await accounts.identify(token)
    assert (await accounts.identify(token, allow_stream_token=True)).user == identity.user


async def test_a_stream_token_starts_for_60_seconds_and_resumes_for_12_hours(accounts: Accounts, clock: Clock) -> None:
    identity = await accounts.identify((await accounts.register("ada", PASSWORD)).token)
    token, until = accounts.issue_stream_token(identity)
    assert until == clock.now + timedelta(seconds=60)
    moments = [0, 59.9, 60, 3600, 12 * 3600 - 1]
    may_start = []
    for before, moment in pairwise([0, *moments]):
        clock.forward(seconds=moment - before)
        read = await accounts.identify(token, allow_stream_token=True)
        try:
            accounts.check_may_start_stream(read)
            may_start.append(True)
        except TokenExpired:
            may_start.append(False)
    assert may_start == [True, True, False, False, False]
    clock.forward(seconds=2)
    with pytest.raises(TokenExpired):
        await accounts.identify(token, allow_stream_token=True)


async def test_it_is_known_whether_anybody_has_an_account(accounts: Accounts) -> None:
    assert not await accounts.any_users()
    await accounts.register("ada", PASSWORD)
    assert await accounts.any_users()
