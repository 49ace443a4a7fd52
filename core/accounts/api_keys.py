"""Keys by which programs use the API in place of a sign-in. Only the hash of a key is stored."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from core.accounts.audit import AuditAction, AuditLog
from core.accounts.security import Token, TokenKind
from core.accounts.session_ends import SessionEnds
from core.errors import Conflict, InvalidInput, NotAuthenticated, NotFound, TokenExpired
from core.text import check_storable
from data import account_commands, account_queries
from data.database import Connection, Database
from data.rows import ApiKeyRow

PREFIX = "lw_"
MAX_NAME_LENGTH = 80
MAX_LIFETIME = timedelta(days=36_500)
MAX_KEYS = 100
"""Of one account."""
HINT_ENDS = 4
"""Characters at the beginning and the end of a key that stay readable."""
_SESSION_PREFIX = "key-"
"""Before the id of a key, in the place of a sign-in's id."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without what opens anything."""

    id: int
    name: str
    hint: str
    can_write: bool
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class ApiKeys:
    """The keys of all accounts, each for its owner alone."""

    def __init__(
        self,
        database: Database,
        ends: SessionEnds,
        audit: AuditLog,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._ends = ends
        self._audit = audit
        self._clock = clock

    async def create(
        self, user_id: int, name: str, *, can_write: bool, expires_at: datetime | None = None
    ) -> tuple[ApiKey, str]:
        """A new key and its text, which nobody can read again; ``expires_at`` has a time zone.

        Raises InvalidInput, Conflict.
        """
        check_storable("name", name)
        name = " ".join(name.split())
        if not 1 <= len(name) <= MAX_NAME_LENGTH or not name.isprintable():
            raise InvalidInput.for_field("name", f"A key needs a name of 1 to {MAX_NAME_LENGTH} characters.")
        now = self._clock()
        if expires_at is not None and not now < expires_at < now + MAX_LIFETIME:
            raise InvalidInput.for_field("expires_at", "A key ends in the future, within a hundred years.")
        key = PREFIX + secrets.token_urlsafe(32)
        row: dict[str, Any] = {
            "user_id": user_id,
            "name": name,
            "hint": f"{key[: len(PREFIX) + HINT_ENDS]}…{key[-HINT_ENDS:]}",
            "hash": hash_key(key),
            "can_write": can_write,
            "created_at": now,
            "expires_at": expires_at,
            "last_used_at": None,
        }
        key_id = await self._database.write(partial(_insert_key, row=row))
        await self._audit.record(AuditAction.KEY_MADE, user_id, name)
        return _key_from_row(ApiKeyRow(id=key_id, **row)), key

    async def keys_of(self, user_id: int) -> list[ApiKey]:
        """The keys of an account, the newest first; those that have run out too."""
        rows = await self._database.read(partial(account_queries.list_keys, user_id=user_id))
        return [_key_from_row(row) for row in rows]

    async def revoke(self, user_id: int, key_id: int) -> None:
        """End a key: it and what it opened stop at once. Raises NotFound."""
        name = await self._database.write(partial(account_commands.delete_key, user_id=user_id, key_id=key_id))
        if name is None:
            raise NotFound("There is no such key.")
        self._ends.publish(user_id, session_id_of(key_id))
        await self._audit.record(AuditAction.KEY_REVOKED, user_id, name)


def hash_key(key: str) -> str:
    """What is stored of a key. It is too long to be guessed, so one fast hash will do."""
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()


def session_id_of(key_id: int) -> str:
    """What stands for a sign-in in the tokens of a key."""
    return f"{_SESSION_PREFIX}{key_id}"


def key_id_of(session_id: str) -> int | None:
    """The id of the key behind a token; None for that of a sign-in."""
    return int(session_id.removeprefix(_SESSION_PREFIX)) if session_id.startswith(_SESSION_PREFIX) else None


def token_of(row: ApiKeyRow | None, now: datetime) -> Token:
    """A key as the token that it stands for. Raises NotAuthenticated where there is none, TokenExpired at its end."""
    if row is None:
        raise NotAuthenticated("This key is not valid here, or was revoked: make a new one.")
    expires_at = row.expires_at or datetime.max.replace(tzinfo=UTC)
    if expires_at <= now:
        raise TokenExpired("This key has ended: make a new one.")
    return Token(row.user_id, TokenKind.KEY, session_id_of(row.id), row.created_at, expires_at)


def _key_from_row(row: ApiKeyRow) -> ApiKey:
    return ApiKey(row.id, row.name, row.hint, row.can_write, row.created_at, row.expires_at, row.last_used_at)


def _insert_key(connection: Connection, row: dict[str, Any]) -> int:
    if account_queries.count_keys(connection, row["user_id"]) >= MAX_KEYS:
        raise Conflict(f"An account has at most {MAX_KEYS} keys: revoke one first.")
    return account_commands.add_key(connection, row)
