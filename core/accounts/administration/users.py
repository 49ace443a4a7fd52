"""The accounts of an installation as admins see them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from core.accounts.identity import User, user_from_row
from data import account_queries
from data.database import Database

COUNTED_DAYS = 7
"""Days whose runs are counted."""


@dataclass(frozen=True, slots=True)
class UserOverview:
    """An account with what it uses: its projects, its runs of the last days, and when it was seen last."""

    user: User
    disabled: bool
    projects: int
    runs: int
    last_seen_at: datetime | None


async def list_users(database: Database, now: datetime) -> list[UserOverview]:
    """Every account, the oldest first."""
    found = await database.read(partial(account_queries.list_users, runs_since=now - timedelta(days=COUNTED_DAYS)))
    return [
        UserOverview(user_from_row(it.user), it.user.disabled, it.projects, it.runs, it.last_seen_at) for it in found
    ]
