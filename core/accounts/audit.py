"""Who did what, when, from where: written as it happens, read by admins."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial

from core.accounts.client import current_client
from data import account_commands, account_queries
from data.database import Connection, Database

MAX_AGE = timedelta(days=90)
MAX_EVENTS = 100_000
MAX_TARGET_LENGTH = 200
"""Characters of the column."""
MAX_ADDRESS_LENGTH = 64


class AuditAction(StrEnum):
    """What was done."""

    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    ACCOUNT_MADE = "account_made"
    ACCOUNT_CHANGED = "account_changed"
    ACCOUNT_DELETED = "account_deleted"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - an event
    SESSION_ENDED = "session_ended"
    KEY_MADE = "key_made"
    KEY_REVOKED = "key_revoked"
    SETTINGS_CHANGED = "settings_changed"
    INVITATION_MADE = "invitation_made"
    INVITATIONS_ENDED = "invitations_ended"
    SHARE_MADE = "share_made"
    SHARE_ENDED = "share_ended"
    PROJECT_DELETED = "project_deleted"
    MODEL_PULLED = "model_pulled"
    MODEL_REMOVED = "model_removed"


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """An entry; ``target`` says what it was done to, in words."""

    id: int
    at: datetime
    username: str
    action: str
    target: str
    address: str


class AuditLog:
    """The entries of 90 days, at most ``MAX_EVENTS``. They hold no token, no password and no text of a project."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._clock = clock

    async def record(self, action: AuditAction, actor: int | str, target: str = "", address: str | None = None) -> None:
        """Add an entry; ``actor`` is an account's id, or a name where there is none.

        The address is that of the request which led here, unless it is given.
        """
        # Not in ``_add``: it runs in a thread of the database, which knows of no request.
        sender = current_client.get().address if address is None else address
        work = partial(self._add, action=action, actor=actor, target=target, address=sender)
        await self._database.write(work)

    async def events(self, before: int | None = None, limit: int = 100) -> list[AuditEvent]:
        """The newest entries, or those before the one of this id; newest first."""
        rows = await self._database.read(partial(account_queries.list_audit_events, before=before, limit=limit))
        return [AuditEvent(row.id, row.at, row.username, row.action, row.target, row.address) for row in rows]

    def _add(self, connection: Connection, action: AuditAction, actor: int | str, target: str, address: str) -> None:
        user = account_queries.find_user(connection, actor) if isinstance(actor, int) else None
        now = self._clock()
        row = {
            "at": now,
            "username": actor if isinstance(actor, str) else (user.name if user else ""),
            "action": action.value,
            "target": target[:MAX_TARGET_LENGTH],
            "address": address[:MAX_ADDRESS_LENGTH],
        }
        account_commands.add_audit_event(connection, row, now - MAX_AGE, MAX_EVENTS)
