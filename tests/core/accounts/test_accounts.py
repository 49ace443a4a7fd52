"""Who is let in, and who is not."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import jwt
import pytest
from limits import RateLimitItemPerHour
from sqlalchemy import delete, insert

from core.accounts import registration_limits, security
from core.accounts.accounts import Accounts
from core.accounts.administration.user_changes import UserChanges
from core.accounts.password_threads import PasswordThreads
from core.errors import (
    AlreadyExists,
    BadCredentials,
    Conflict,
    InvalidInput,
    NotAuthenticated,
    NotFound,
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

    async def at_once(_: PasswordThreads, _lane: object, call: Callable[[], object]) -> object:
        return call()

    monkeypatch.setattr(PasswordThreads, "_run", at_once)


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


async def test_registration_can_be_closed(studio: Studio, settings: Settings) -> None:
    closed = Accounts(studio.database, settings.model_copy(update={"registration": RegistrationPolicy.CLOSED}))
    with pytest.raises(RegistrationClosed):
        await closed.register("ada", PASSWORD)


# Tokens


async def test_a_token_says_who_it_is(accounts: Accounts) -> None:
    made = await accounts.register("ada", PASSWORD)
    assert (await accounts.sessions.identify(made.token)).user == made.user


async def test_signing_out_ends_this_sign_in_and_its_stream_tokens_and_no_other(accounts: Accounts) -> None:
    first = (await accounts.register("ada", PASSWORD)).token
    second = (await accounts.login("ada", PASSWORD, "x")).token
    identity = await accounts.sessions.identify(first)
    stream, _ = accounts.sessions.issue_stream_token(identity)
    assert await accounts.sessions.identify(stream, allow_stream_token=True)
    await accounts.sessions.end(identity)
    for token in (first, stream):
        with pytest.raises(NotAuthenticated):
            await accounts.sessions.identify(token, allow_stream_token=True)
    assert await accounts.sessions.identify(second)


async def test_signing_out_twice_at_once_is_harmless(accounts: Accounts) -> None:
    token = (await accounts.register("ada", PASSWORD)).token
    identity = await accounts.sessions.identify(token)
    await asyncio.gather(*(accounts.sessions.end(identity) for _ in range(5)))
    with pytest.raises(NotAuthenticated):
        await accounts.sessions.identify(token)


async def test_a_token_expires(accounts: Accounts, clock: Clock) -> None:
    token = (await accounts.register("ada", PASSWORD)).token
    clock.forward(days=14)
    with pytest.raises(TokenExpired):
        await accounts.sessions.identify(token)


async def test_a_token_that_expired_by_the_real_clock_is_refused(accounts: Accounts, clock: Clock) -> None:
    clock.forward(days=-30)
    token = (await accounts.register("ada", PASSWORD)).token
    with pytest.raises(TokenExpired):
        await accounts.sessions.identify(token)


async def test_a_token_of_a_deleted_user_is_refused(studio: Studio, accounts: Accounts) -> None:
    token = (await accounts.register("ada", PASSWORD)).token
    await execute_all(studio.database, delete(User))
    with pytest.raises(NotAuthenticated):
        await accounts.sessions.identify(token)
    await accounts.register("eve", PASSWORD)
    with pytest.raises(NotAuthenticated):
        await accounts.sessions.identify(token)


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
            await accounts.sessions.identify(text, allow_stream_token=True)


async def test_a_stream_token_opens_streams_only(accounts: Accounts) -> None:
    identity = await accounts.sessions.identify((await accounts.register("ada", PASSWORD)).token)
    token, _ = accounts.sessions.issue_stream_token(identity)
    with pytest.raises(NotAuthenticated):
        await accounts.sessions.identify(token)
    assert (await accounts.sessions.identify(token, allow_stream_token=True)).user == identity.user


async def test_a_stream_token_starts_for_60_seconds_and_resumes_for_12_hours(accounts: Accounts, clock: Clock) -> None:
    identity = await accounts.sessions.identify((await accounts.register("ada", PASSWORD)).token)
    token, until = accounts.sessions.issue_stream_token(identity)
    assert until == clock.now + timedelta(seconds=60)
    moments = [0, 59.9, 60, 3600, 12 * 3600 - 1]
    may_start = []
    for before, moment in pairwise([0, *moments]):
        clock.forward(seconds=moment - before)
        read = await accounts.sessions.identify(token, allow_stream_token=True)
        try:
            accounts.sessions.check_may_start_stream(read)
            may_start.append(True)
        except TokenExpired:
            may_start.append(False)
    assert may_start == [True, True, False, False, False]
    clock.forward(seconds=2)
    with pytest.raises(TokenExpired):
        await accounts.sessions.identify(token, allow_stream_token=True)


async def test_it_is_known_whether_anybody_has_an_account(accounts: Accounts) -> None:
    assert not await accounts.any_users()
    await accounts.register("ada", PASSWORD)
    assert await accounts.any_users()


async def test_names_that_look_alike_do_not_stand_beside_each_other(accounts: Accounts) -> None:
    await accounts.register("paypal", PASSWORD)
    for name in ("p\u0430yp\u0430l", "paypa1", "\uff50aypal"):
        with pytest.raises(AlreadyExists):
            await accounts.register(name, PASSWORD)
    await accounts.register("paypals", PASSWORD)


async def test_accounts_from_before_that_look_alike_keep_working_and_keep_others_out(
    studio: Studio, accounts: Accounts
) -> None:
    for name in ("bill", "b1ll"):
        row = {"name": name, "name_key": name, "password_hash": security.hash_password(PASSWORD, 4), "role": "user"}
        await execute_all(studio.database, insert(User).values(**row, created_at=START))
    for _ in range(2):
        await accounts.open()
    for name in ("bill", "b1ll"):
        assert (await accounts.login(name, PASSWORD, "x")).user.username == name
    with pytest.raises(AlreadyExists):
        await accounts.register("bi11", PASSWORD)


async def test_a_disabled_account_is_signed_out_and_cannot_sign_in_until_it_is_enabled(accounts: Accounts) -> None:
    await accounts.register("ada", PASSWORD)
    made = await accounts.register("eve", PASSWORD)
    await accounts.change(made.user.id, UserChanges(disabled=True), "admin")
    with pytest.raises(NotAuthenticated):
        await accounts.sessions.identify(made.token)
    with pytest.raises(BadCredentials):
        await accounts.login("eve", PASSWORD, "x")
    await accounts.change(made.user.id, UserChanges(disabled=False), "admin")
    assert await accounts.login("eve", PASSWORD, "x")


async def test_a_deleted_account_takes_its_projects_along(studio: Studio) -> None:
    await studio.accounts.register("ada", PASSWORD)
    made = await studio.accounts.register("eve", PASSWORD)
    for number in range(3):
        await studio.projects.create(made.user.id, f"Project {number}", "A todo list.")
    await studio.accounts.delete(made.user.id, "admin")
    with pytest.raises(BadCredentials):
        await studio.accounts.login("eve", PASSWORD, "x")
    assert await studio.projects.search(made.user.id) == []
    with pytest.raises(NotFound):
        await studio.accounts.delete(made.user.id, "admin")
    await studio.accounts.register("eve", PASSWORD)


async def test_the_last_admin_cannot_go(accounts: Accounts) -> None:
    admin = await accounts.register("ada", PASSWORD)
    await accounts.register("eve", PASSWORD)
    disabling = accounts.change(admin.user.id, UserChanges(disabled=True), "admin")
    for refused in (accounts.delete(admin.user.id, "admin"), disabling):
        with pytest.raises(Conflict):
            await refused
    assert await accounts.sessions.identify(admin.token)


async def test_the_end_of_a_session_is_told_to_those_who_read_for_it_and_no_others(accounts: Accounts) -> None:
    await accounts.register("ada", PASSWORD)
    first = await accounts.sessions.identify((await accounts.register("eve", PASSWORD)).token)
    second = await accounts.sessions.identify((await accounts.login("eve", PASSWORD, "x")).token)
    first_end, second_end = (asyncio.create_task(accounts.sessions.wait_for_end(each)) for each in (first, second))
    await asyncio.sleep(0)
    await accounts.sessions.end(first)
    await first_end
    assert not second_end.done()
    await accounts.sessions.wait_for_end(first)  # who comes late is told at once
    await accounts.change(second.user.id, UserChanges(disabled=True), "admin")
    await second_end
    assert not accounts.sessions.ends._watchers


async def test_one_address_makes_so_many_accounts_an_hour(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registration_limits, "MAX_ACCOUNTS_PER_ADDRESS", RateLimitItemPerHour(3))
    for number in range(3):
        await accounts.register(f"name{number}", PASSWORD, address="192.0.2.1")
    with pytest.raises(TooManyRequests) as caught:
        await accounts.register("ada", PASSWORD, address="192.0.2.1")
    assert 3500 <= caught.value.retry_after <= 3600
    assert await accounts.register("ada", PASSWORD, address="192.0.2.2")
    assert await accounts.login("name1", PASSWORD, "192.0.2.1")


@pytest.mark.parametrize("claim", [{"exp": 10**30}, {"iat": -(10**30)}, {"exp": float("inf")}, {"sub": "9" * 30}])
async def test_a_token_of_absurd_numbers_is_refused(
    accounts: Accounts, settings: Settings, claim: dict[str, object]
) -> None:
    secret = settings.secret or ""
    claims = jwt.decode((await accounts.register("ada", PASSWORD)).token, secret, algorithms=["HS256"])
    with pytest.raises(NotAuthenticated):
        await accounts.sessions.identify(jwt.encode(claims | claim, secret))


async def test_a_clock_set_back_by_a_minute_signs_nobody_out(accounts: Accounts, clock: Clock) -> None:
    clock.forward(hours=1, minutes=1)
    token = (await accounts.register("ada", PASSWORD)).token
    clock.forward(minutes=-1)
    assert await accounts.sessions.identify(token)
