"""Queries of sign-ins, keys, accounts as admins see them, the audit log and links to projects."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, func, or_, select

from data.account_models import API_KEYS, AUDIT_EVENTS, SESSIONS, SHARES, InstallationSetting
from data.models import PROJECTS, RUNS, USERS, RevokedSession
from data.queries import MAX_ID
from data.rows import ApiKeyRow, AuditRow, SessionRow, ShareRow, UserRow

# Queries of every request are built once: building one costs several times its execution.
_SELECT_SESSION_USER = select(*USERS.c).where(
    USERS.c.id == bindparam("user"),
    ~USERS.c.disabled,
    ~exists().where(RevokedSession.id == bindparam("session")),
    or_(
        USERS.c.sessions_from.is_(None),
        exists().where(SESSIONS.c.id == bindparam("session")),
    ),
)
_KEY_END = API_KEYS.c.expires_at
_NOW = bindparam("now", type_=_KEY_END.type)
_SELECT_KEY_USER = (
    select(*USERS.c, *API_KEYS.c).join_from(USERS, API_KEYS, API_KEYS.c.user_id == USERS.c.id).where(~USERS.c.disabled)
)
_SELECT_KEY_USER_BY_HASH = _SELECT_KEY_USER.where(API_KEYS.c.hash == bindparam("hash"))
_SELECT_KEY_USER_BY_ID = _SELECT_KEY_USER.where(
    API_KEYS.c.id == bindparam("key"), USERS.c.id == bindparam("user"), or_(_KEY_END.is_(None), _KEY_END > _NOW)
)


@dataclass(frozen=True, slots=True)
class UserOverview:
    """An account with what it uses: its projects, its runs since a day, and when it was seen last."""

    user: UserRow
    projects: int
    runs: int
    last_seen_at: datetime | None


def find_session_user(connection: Connection, user_id: int, session_id: str) -> UserRow | None:
    """The account, unless it is gone or disabled, or this sign-in has ended.

    One from before sign-ins were listed counts until all of the account are ended at once.
    """
    if not 0 < user_id <= MAX_ID:
        return None
    values = {"user": user_id, "session": session_id}
    row = connection.execute(_SELECT_SESSION_USER, values).one_or_none()
    return UserRow(*row) if row else None


def find_session(connection: Connection, session_id: str) -> SessionRow | None:
    """A sign-in, if it is known."""
    row = connection.execute(select(*SESSIONS.c).where(SESSIONS.c.id == session_id)).one_or_none()
    return SessionRow(*row) if row else None


def list_sessions(connection: Connection, user_id: int, now: datetime) -> list[SessionRow]:
    """Where an account is signed in, what was used last first."""
    query = select(*SESSIONS.c).where(SESSIONS.c.user_id == user_id, SESSIONS.c.expires_at > now)
    return [SessionRow(*row) for row in connection.execute(query.order_by(SESSIONS.c.last_seen_at.desc()))]


def list_ended_users(connection: Connection, since: datetime) -> list[tuple[int, datetime]]:
    """The accounts whose sign-ins were ended together after ``since``, with when."""
    query = select(USERS.c.id, USERS.c.sessions_from).where(USERS.c.sessions_from > since)
    return [(user_id, at) for user_id, at in connection.execute(query)]


def find_key_user_by_hash(connection: Connection, key_hash: str) -> tuple[UserRow, ApiKeyRow] | None:
    """The key with this hash, be its time over, and its account, unless either is gone or disabled."""
    return _key_user(connection, _SELECT_KEY_USER_BY_HASH, {"hash": key_hash})


def find_key_user_by_id(
    connection: Connection, user_id: int, key_id: int, now: datetime
) -> tuple[UserRow, ApiKeyRow] | None:
    """The same by the key's id, unless its time is over."""
    return _key_user(connection, _SELECT_KEY_USER_BY_ID, {"user": user_id, "key": key_id, "now": now})


def list_keys(connection: Connection, user_id: int) -> list[ApiKeyRow]:
    """The keys of an account, the newest first."""
    query = select(*API_KEYS.c).where(API_KEYS.c.user_id == user_id).order_by(API_KEYS.c.id.desc())
    return [ApiKeyRow(*row) for row in connection.execute(query)]


def find_user(connection: Connection, user_id: int) -> UserRow | None:
    """The account of this id."""
    if not 0 < user_id <= MAX_ID:
        return None
    row = connection.execute(select(*USERS.c).where(USERS.c.id == user_id)).one_or_none()
    return UserRow(*row) if row else None


def list_users(connection: Connection, runs_since: datetime) -> list[UserOverview]:
    """Every account, the oldest first."""
    counts = (
        select(func.count()).where(PROJECTS.c.user_id == USERS.c.id).scalar_subquery(),
        select(func.count()).where(RUNS.c.user_id == USERS.c.id, RUNS.c.created_at > runs_since).scalar_subquery(),
        select(func.max(SESSIONS.c.last_seen_at)).where(SESSIONS.c.user_id == USERS.c.id).scalar_subquery(),
    )
    rows = connection.execute(select(*USERS.c, *counts).order_by(USERS.c.id))
    return [UserOverview(UserRow(*row[: len(USERS.c)]), *row[len(USERS.c) :]) for row in rows]


def list_audit_events(connection: Connection, before: int | None, limit: int) -> list[AuditRow]:
    """The newest events, or those before one."""
    query = select(*AUDIT_EVENTS.c)
    if before is not None:
        query = query.where(AUDIT_EVENTS.c.id < min(before, MAX_ID))
    rows = connection.execute(query.order_by(AUDIT_EVENTS.c.id.desc()).limit(limit))
    return [AuditRow(*row) for row in rows]


def load_settings(connection: Connection) -> dict[str, str]:
    """What an admin has set, by name."""
    rows = connection.execute(select(InstallationSetting.name, InstallationSetting.value))
    return {row.name: row.value for row in rows}


def list_shares(connection: Connection, project_id: int, now: datetime) -> list[ShareRow]:
    """The links to a project that have not ended, the newest first."""
    query = select(*SHARES.c).where(SHARES.c.project_id == project_id, _is_open(now))
    return [ShareRow(*row) for row in connection.execute(query.order_by(SHARES.c.id.desc()))]


def find_share(connection: Connection, token: str, now: datetime) -> tuple[ShareRow, UserRow] | None:
    """An open link and the project's owner, who is not disabled."""
    query = (
        select(*SHARES.c, *USERS.c)
        .join_from(SHARES, PROJECTS, PROJECTS.c.id == SHARES.c.project_id)
        .join(USERS, USERS.c.id == PROJECTS.c.user_id)
        .where(SHARES.c.token == token, _is_open(now), ~USERS.c.disabled)
    )
    row = connection.execute(query).one_or_none()
    return (ShareRow(*row[: len(SHARES.c)]), UserRow(*row[len(SHARES.c) :])) if row else None


def count_keys(connection: Connection, user_id: int) -> int:
    """How many keys an account has."""
    return connection.scalar(select(func.count()).where(API_KEYS.c.user_id == user_id)) or 0


def _is_open(now: datetime) -> ColumnElement[bool]:
    return or_(SHARES.c.expires_at.is_(None), SHARES.c.expires_at > now)


def _key_user(connection: Connection, query: Select[Any], values: dict[str, Any]) -> tuple[UserRow, ApiKeyRow] | None:
    row = connection.execute(query, values).one_or_none()
    return (UserRow(*row[: len(USERS.c)]), ApiKeyRow(*row[len(USERS.c) :])) if row else None
