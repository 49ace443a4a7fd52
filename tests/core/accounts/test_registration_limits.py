"""How many accounts one address may make, and how many registrations may wait at once."""

from contextlib import AsyncExitStack

import pytest
from limits import RateLimitItemPerHour

from core.accounts import registration_limits
from core.accounts.registration_limits import RegistrationLimits
from core.errors import TooManyRequests

HOUR = 3600


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registration_limits, "MAX_ACCOUNTS_PER_ADDRESS", RateLimitItemPerHour(3))
    monkeypatch.setattr(registration_limits, "MAX_WAITING_REGISTRATIONS", 2)


async def register(limits: RegistrationLimits, network: str) -> None:
    async with limits.attempt(network):
        pass


async def test_an_address_that_has_made_many_accounts_has_to_wait_and_no_other() -> None:
    limits = RegistrationLimits()
    for _ in range(3):
        await register(limits, "192.0.2.1")
    with pytest.raises(TooManyRequests) as refused:
        await register(limits, "192.0.2.1")
    assert 0 < refused.value.retry_after <= HOUR
    assert str(refused.value.retry_after) in refused.value.message
    await register(limits, "192.0.2.2")


async def test_a_registration_that_fails_counts_too() -> None:
    limits = RegistrationLimits()
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            async with limits.attempt("192.0.2.1"):
                raise ZeroDivisionError
    with pytest.raises(TooManyRequests):
        await register(limits, "192.0.2.1")


async def test_so_many_wait_at_once_from_all_addresses_together() -> None:
    limits = RegistrationLimits()
    async with AsyncExitStack() as waiting:
        for number in range(2):
            await waiting.enter_async_context(limits.attempt(f"192.0.2.{number}"))
        with pytest.raises(TooManyRequests) as refused:
            await register(limits, "192.0.2.9")
        assert refused.value.retry_after == 60
    await register(limits, "192.0.2.9")


async def test_who_is_refused_because_others_wait_has_used_up_nothing() -> None:
    limits = RegistrationLimits()
    async with limits.attempt("192.0.2.1"), limits.attempt("192.0.2.2"):
        for _ in range(5):
            with pytest.raises(TooManyRequests):
                await register(limits, "192.0.2.9")
    for _ in range(3):
        await register(limits, "192.0.2.9")


async def test_a_registration_that_fails_makes_room() -> None:
    limits = RegistrationLimits()
    async with limits.attempt("192.0.2.1"):
        for number in range(2, 6):
            with pytest.raises(ZeroDivisionError):
                async with limits.attempt(f"192.0.2.{number}"):
                    raise ZeroDivisionError
