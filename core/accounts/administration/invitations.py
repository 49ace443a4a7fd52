"""Invitations: a signed link by which whoever has it may make an account, also while registration is closed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import jwt

from core.accounts.audit import AuditAction, AuditLog
from core.accounts.security import UNREADABLE
from data import account_commands, account_queries
from data.database import Database

INVITATION_LIFETIME = timedelta(days=7)
MAX_TOKEN_LENGTH = 1000
_ENDED_AT = "invitations_ended_at"
_ALGORITHM, _KIND = "HS256", "invitation"


@dataclass(frozen=True, slots=True)
class Invitation:
    """``token`` is what the link carries."""

    token: str
    expires_at: datetime


class Invitations:
    """None of them is stored: they are signed, and all are ended together."""

    def __init__(self, database: Database, secret: str, audit: AuditLog, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._secret = secret
        self._audit = audit
        self._clock = clock

    async def create(self, actor: int) -> Invitation:
        """A new one, for seven days."""
        now = self._clock()
        expires_at = (now + INVITATION_LIFETIME).replace(microsecond=0)
        claims = {"kind": _KIND, "iat": now.timestamp(), "exp": int(expires_at.timestamp())}
        await self._audit.record(AuditAction.INVITATION_MADE, actor, f"until {expires_at:%Y-%m-%d}")
        return Invitation(jwt.encode(claims, self._secret, algorithm=_ALGORITHM), expires_at)

    async def end_all(self, actor: int) -> None:
        """End every one that was made until now."""
        ended_at = str(self._clock().timestamp())
        await self._database.write(partial(account_commands.replace_setting, name=_ENDED_AT, value=ended_at))
        await self._audit.record(AuditAction.INVITATIONS_ENDED, actor)

    async def is_open(self, token: str | None) -> bool:
        """Whether this invitation still lets somebody in."""
        if not token or len(token) > MAX_TOKEN_LENGTH:
            return False
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[_ALGORITHM],
                # Compared below, with this installation's clock.
                options={"require": ["exp", "iat"], "verify_exp": False, "verify_iat": False},
            )
            issued_at, expires_at = (datetime.fromtimestamp(claims[name], UTC) for name in ("iat", "exp"))
        except UNREADABLE:
            return False
        if claims.get("kind") != _KIND or expires_at <= self._clock():
            return False
        ended_at = (await self._database.read(account_queries.load_settings)).get(_ENDED_AT)
        return ended_at is None or issued_at.timestamp() > float(ended_at)
