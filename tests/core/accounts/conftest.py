"""Accounts with a clock that the test sets."""

from datetime import UTC, datetime, timedelta

import pytest

from core.accounts.accounts import Accounts
from core.studio import Studio


class SetClock:
    """A clock that the test sets; never ahead of the real one, which the tokens' library reads."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC) - timedelta(hours=1)

    def __call__(self) -> datetime:
        """The time that was set."""
        return self.now

    def forward(self, **by: float) -> None:
        """Set it forward."""
        self.now += timedelta(**by)


@pytest.fixture
def set_clock() -> SetClock:
    """The clock of ``timed_accounts``."""
    return SetClock()


@pytest.fixture
def timed_accounts(studio: Studio, set_clock: SetClock) -> Accounts:
    """The accounts of an installation, by that clock."""
    return Accounts(studio.database, studio.settings, set_clock)
