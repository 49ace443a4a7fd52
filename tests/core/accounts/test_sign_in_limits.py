"""Guessing is slowed down, and nobody is kept out by it but the one who guesses."""

import asyncio
from collections.abc import Callable

import pytest

from core.accounts.accounts import Accounts
from core.accounts.password_threads import PasswordThreads
from core.accounts.sign_in_limits import ADDRESS_POLICY, PAIR_POLICY, SignInLimits, network_of
from core.errors import BadCredentials, LivewrightError, TooManyRequests
from core.studio import Studio

PASSWORD, WRONG = "correct horse", "wrong password"
HOME, OFFICE, GUESSER = "192.0.2.1", "192.0.2.2", "192.0.2.3"


class Timer:
    """Seconds that the test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def timer() -> Timer:
    return Timer()


@pytest.fixture
async def accounts(studio: Studio, timer: Timer) -> Accounts:
    """An installation where ada and bob registered from their homes; the same draw decides each admission."""
    accounts = Accounts(studio.database, studio.settings, monotonic=timer)
    accounts._sign_in_limits = SignInLimits(timer, lambda: 0.9)
    await accounts.register("ada", PASSWORD, address=HOME)
    await accounts.register("bob", PASSWORD, address=HOME)
    return accounts


@pytest.fixture(autouse=True)
def no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(_: PasswordThreads, _lane: object, call: Callable[[], object]) -> object:
        await asyncio.sleep(0)
        return call()

    monkeypatch.setattr(PasswordThreads, "_run", at_once)


async def guess(accounts: Accounts, name: str, address: str, times: int) -> list[type[LivewrightError]]:
    """The errors of so many wrong passwords."""
    errors: list[type[LivewrightError]] = []
    for _ in range(times):
        with pytest.raises(LivewrightError) as caught:
            await accounts.login(name, WRONG, address)
        errors.append(type(caught.value))
    return errors


async def test_guessing_at_a_name_is_delayed_whatever_its_case(accounts: Accounts, timer: Timer) -> None:
    free = PAIR_POLICY.free_failures
    assert await guess(accounts, "ada", GUESSER, free - 1) == [BadCredentials] * (free - 1)
    assert await guess(accounts, "ADA", GUESSER, 3) == [BadCredentials, TooManyRequests, TooManyRequests]
    with pytest.raises(TooManyRequests) as caught:
        await accounts.login("ada", PASSWORD, GUESSER)
    assert caught.value.retry_after == PAIR_POLICY.first_delay
    timer.now += PAIR_POLICY.first_delay
    assert await guess(accounts, "ada", GUESSER, 2) == [BadCredentials, TooManyRequests]
    timer.now += 2 * PAIR_POLICY.first_delay
    assert await accounts.login("ada", PASSWORD, GUESSER)


async def test_a_day_of_guessing_at_a_name_from_one_address_makes_few_guesses(accounts: Accounts, timer: Timer) -> None:
    tried = 0
    while timer.now < 24 * 3600:
        try:
            await accounts.login("ada", WRONG, GUESSER)
        except BadCredentials:
            tried += 1
        except TooManyRequests as error:
            timer.now += error.retry_after
    assert tried < 130


async def test_nobody_locks_out_another_persons_name(accounts: Accounts) -> None:
    for number in range(30):
        await guess(accounts, "ada", f"198.51.100.{number}", 20)
    for address in (HOME, OFFICE):
        assert await accounts.login("ada", PASSWORD, address)


async def test_a_guesser_at_one_name_does_not_lock_out_their_office(accounts: Accounts) -> None:
    await guess(accounts, "ada", OFFICE, 500)
    assert await accounts.login("bob", PASSWORD, OFFICE)


async def test_a_guesser_at_many_names_does_not_lock_out_who_signed_in_there_before(accounts: Accounts) -> None:
    await accounts.login("bob", PASSWORD, OFFICE)
    for number in range(300):
        await guess(accounts, f"name{number}", OFFICE, 1)
    assert await accounts.login("bob", PASSWORD, OFFICE)


async def test_a_guesser_at_many_names_is_delayed(accounts: Accounts, timer: Timer) -> None:
    errors = [(await guess(accounts, f"name{number}", OFFICE, 1))[0] for number in range(200)]
    assert errors == [BadCredentials] * ADDRESS_POLICY.free_failures + [TooManyRequests] * (
        200 - ADDRESS_POLICY.free_failures
    )
    with pytest.raises(TooManyRequests) as caught:
        await accounts.login("bob", PASSWORD, OFFICE)
    timer.now += caught.value.retry_after
    assert await accounts.login("bob", PASSWORD, OFFICE)


async def test_a_name_new_to_a_delayed_address_is_let_through_at_random(accounts: Accounts, timer: Timer) -> None:
    draws = iter([0.9, 0.5, 0.1])
    accounts._sign_in_limits = SignInLimits(timer, lambda: next(draws))
    for number in range(ADDRESS_POLICY.free_failures):
        await guess(accounts, f"name{number}", OFFICE, 1)
    for _ in range(2):
        with pytest.raises(TooManyRequests):
            await accounts.login("bob", PASSWORD, OFFICE)
    assert await accounts.login("bob", PASSWORD, OFFICE)


async def test_a_right_password_from_an_address_known_for_the_name_is_always_tried(accounts: Accounts) -> None:
    errors = await guess(accounts, "ada", HOME, 100)
    assert errors[-1] is TooManyRequests
    assert await accounts.login("ada", PASSWORD, HOME)


@pytest.mark.usefixtures("accounts")
async def test_known_addresses_survive_a_restart(studio: Studio, timer: Timer) -> None:
    restarted = Accounts(studio.database, studio.settings, monotonic=timer)
    await guess(restarted, "ada", HOME, 100)
    assert await restarted.login("ada", PASSWORD, HOME)


async def test_an_address_known_for_one_name_is_not_known_for_another(accounts: Accounts) -> None:
    await accounts.login("bob", PASSWORD, OFFICE)
    await guess(accounts, "ada", OFFICE, 20)
    with pytest.raises(TooManyRequests):
        await accounts.login("ada", PASSWORD, OFFICE)


async def test_at_a_limit_a_wrong_password_for_a_known_name_reads_as_one_not_tried(accounts: Accounts) -> None:
    await guess(accounts, "ada", HOME, 20)
    await guess(accounts, "nobody", HOME, 20)
    assert await guess(accounts, "ada", HOME, 1) == await guess(accounts, "nobody", HOME, 1) == [TooManyRequests]


async def test_many_attempts_at_once_get_no_further_than_many_in_turn(accounts: Accounts) -> None:
    attempts = (accounts.login("ada", WRONG, GUESSER) for _ in range(50))
    errors = await asyncio.gather(*attempts, return_exceptions=True)
    assert [type(error) for error in errors].count(BadCredentials) == PAIR_POLICY.free_failures


async def test_a_good_sign_in_forgets_the_wrong_ones(accounts: Accounts) -> None:
    for _ in range(20):
        await guess(accounts, "ada", GUESSER, PAIR_POLICY.free_failures - 1)
        await accounts.login("ada", PASSWORD, GUESSER)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("/run/socket", "/run/socket"),
    ],
)
def test_addresses_of_one_household_are_one(address: str, network: str) -> None:
    assert network_of(address) == network
