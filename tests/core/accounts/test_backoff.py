"""Delays grow with failures, and shrink with time."""

import pytest

from core.accounts import backoff
from core.accounts.backoff import Backoff, BackoffPolicy

POLICY = BackoffPolicy(free_failures=3, first_delay=2, max_delay=20, recovery=100)


class Timer:
    """Seconds that the test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def timer() -> Timer:
    return Timer()


@pytest.fixture
def failures(timer: Timer) -> Backoff:
    return Backoff(POLICY, timer)


def test_delays_double_after_the_free_failures_up_to_the_longest(failures: Backoff) -> None:
    delays = []
    for _ in range(9):
        failures.add_failure("key")
        delays.append(failures.delay("key"))
    assert delays == [0, 0, 2, 4, 8, 16, 20, 20, 20]
    assert failures.delay("another") == 0


def test_time_between_failures_adds_no_free_one(failures: Backoff, timer: Timer) -> None:
    for _ in range(3):
        timer.now += 0.125
        failures.add_failure("key")
    assert failures.delay("key") == 2


def test_a_delay_passes(failures: Backoff, timer: Timer) -> None:
    for _ in range(4):
        failures.add_failure("key")
    timer.now = 3
    assert failures.delay("key") == 1
    timer.now = 4
    assert failures.delay("key") == 0


def test_failures_are_forgiven_with_time(failures: Backoff, timer: Timer) -> None:
    for _ in range(4):
        failures.add_failure("key")
    timer.now = 250
    assert failures.failure_count("key") == 1.5
    timer.now = 300
    failures.add_failure("key")
    assert failures.delay("key") == 0
    timer.now = 10_000
    assert failures.failure_count("key") == 0


def test_a_failure_that_was_none_is_taken_back(failures: Backoff) -> None:
    for _ in range(3):
        failures.add_failure("key")
    failures.forgive("key")
    assert (failures.failure_count("key"), failures.delay("key")) == (2, 0)
    for _ in range(3):
        failures.forgive("key")
    assert failures.failure_count("key") == 0


def test_many_failures_stay_a_finite_delay(failures: Backoff) -> None:
    for _ in range(2000):
        failures.add_failure("key")
    assert failures.delay("key") == 20


def test_only_so_many_keys_are_remembered(failures: Backoff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "MAX_REMEMBERED_KEYS", 10)
    for number in range(100):
        failures.add_failure(number)
    assert [number for number in range(100) if failures.failure_count(number)] == list(range(90, 100))
