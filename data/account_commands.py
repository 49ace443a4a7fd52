"""Changes of accounts, sign-ins, keys, settings, the audit log and links to projects."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from data.account_models import API_KEYS, AUDIT_EVENTS, SESSIONS, SHARES, InstallationSetting
from data.commands import insert_row, revoke_session
from data.models import USERS
from data.queries import MAX_ID

EVENTS_BETWEEN_CLEANUPS = 100


def update_user(connection: Connection, user_id: int, values: Mapping[str, Any]) -> bool:
    """Set columns of an account; False where it is gone."""
    if not 0 < user_id <= MAX_ID:
        return False
    return connection.execute(update(USERS).where(USERS.c.id == user_id).values(**values)).rowcount > 0


def lock_user(connection: Connection, user_id: int) -> None:
    """Have others wait who change an account or its sign-ins, until this transaction ends."""
    connection.execute(select(USERS.c.id).where(USERS.c.id == user_id).with_for_update())


def lock_role(connection: Connection, role: str) -> None:
    """Have others wait who lock the accounts of this role, until this transaction ends.

    SQLite has one writer at a time anyway.
    """
    # By their ids: two that lock them in another order would wait for each other.
    query = select(USERS.c.id).where(USERS.c.role == role).order_by(USERS.c.id)
    connection.execute(query.with_for_update()).all()


def add_session(connection: Connection, row: Mapping[str, Any]) -> None:
    """A new sign-in; those that have run out are forgotten."""
    # At each sign-in, so that the table stays as small as the sign-ins of two weeks.
    connection.execute(delete(SESSIONS).where(SESSIONS.c.expires_at < row["created_at"]))
    connection.execute(insert(SESSIONS).values(**row))


def touch_session(connection: Connection, session_id: str, now: datetime) -> bool:
    """Note that a sign-in is used; False where it is not known."""
    statement = update(SESSIONS).where(SESSIONS.c.id == session_id).values(last_seen_at=now)
    return connection.execute(statement).rowcount > 0


def end_session(connection: Connection, user_id: int, session_id: str, now: datetime) -> bool:
    """End a sign-in that is listed; False where this account has none of this id."""
    query = select(SESSIONS.c.expires_at).where(SESSIONS.c.id == session_id, SESSIONS.c.user_id == user_id)
    expires_at = connection.scalar(query)
    if expires_at is None:
        return False
    forget_session(connection, session_id)
    revoke_session(connection, session_id, expires_at, now)
    return True


def forget_session(connection: Connection, session_id: str) -> None:
    """Take a sign-in from the list."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.id == session_id))


def end_sessions(connection: Connection, user_id: int, now: datetime, kept_id: str | None = None) -> None:
    """End every sign-in of an account, listed or not, but for one."""
    lock_user(connection, user_id)
    connection.execute(delete(SESSIONS).where(SESSIONS.c.user_id == user_id, SESSIONS.c.id != (kept_id or "")))
    update_user(connection, user_id, {"sessions_from": now})


def add_key(connection: Connection, row: Mapping[str, Any]) -> int:
    """A new key: its id."""
    return insert_row(connection, insert(API_KEYS).values(**row))


def touch_key(connection: Connection, key_id: int, now: datetime) -> None:
    """Note that a key is used."""
    connection.execute(update(API_KEYS).where(API_KEYS.c.id == key_id).values(last_used_at=now))


def delete_key(connection: Connection, user_id: int, key_id: int) -> str | None:
    """Delete a key: its name; None where this account has none of this id."""
    if not 0 < key_id <= MAX_ID:
        return None
    is_it = (API_KEYS.c.id == key_id, API_KEYS.c.user_id == user_id)
    name: str | None = connection.scalar(select(API_KEYS.c.name).where(*is_it))
    connection.execute(delete(API_KEYS).where(*is_it))
    return name


def add_audit_event(connection: Connection, row: Mapping[str, Any], oldest: datetime, max_events: int) -> None:
    """Add to the audit log, and forget what is older than ``oldest`` or beyond ``max_events``."""
    newest = insert_row(connection, insert(AUDIT_EVENTS).values(**row))
    if newest % EVENTS_BETWEEN_CLEANUPS == 0:  # so the log may be a little longer
        connection.execute(
            delete(AUDIT_EVENTS).where((AUDIT_EVENTS.c.at < oldest) | (AUDIT_EVENTS.c.id <= newest - max_events))
        )


def replace_setting(connection: Connection, name: str, value: str | None) -> None:
    """Store what an admin has set; None goes back to what it was started with."""
    connection.execute(delete(InstallationSetting).where(InstallationSetting.name == name))
    if value is not None:
        connection.execute(insert(InstallationSetting).values(name=name, value=value))


def add_share(connection: Connection, row: Mapping[str, Any]) -> int:
    """A new link: its id. Raises RowRejected where the project is gone."""
    connection.execute(delete(SHARES).where(SHARES.c.expires_at < row["created_at"]))
    return insert_row(connection, insert(SHARES).values(**row))


def delete_share(connection: Connection, project_id: int, share_id: int) -> bool:
    """End a link; False where the project has none of this id."""
    if not 0 < share_id <= MAX_ID:
        return False
    statement = delete(SHARES).where(SHARES.c.id == share_id, SHARES.c.project_id == project_id)
    return connection.execute(statement).rowcount > 0
