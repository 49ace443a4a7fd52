"""Who a token speaks for, and for how long: sign-ins, the streams opened in them, and API keys."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from math import inf
from pathlib import Path

from core.accounts import api_keys, security, transactions
from core.accounts.audit import AuditAction, AuditLog
from core.accounts.client import current_client
from core.accounts.identity import Identity, SignIn, User, user_from_row
from core.accounts.security import Token, TokenKind
from core.accounts.session_ends import SessionEnds
from core.errors import DatabaseUnavailable, NotAuthenticated, NotFound, TokenExpired
from data import account_commands, account_queries
from data.database import Database
from data.errors import RowRejected
from data.rows import SessionRow, UserRow

NOTICE_FILE_NAME = "accounts-changed"
"""In the state folder: its time of change tells a server that another process has changed accounts."""
OUTSIDE_CHECK_SECONDS = 1.0
"""Between two looks for sign-ins that another process has ended, such as ``main.py user disable``."""
SEEN_INTERVAL = timedelta(minutes=1)
"""How often it is noted that a sign-in or a key is used."""
MAX_REMEMBERED_USES = 10_000
KEY_CHECK_SECONDS = 60.0
"""Between two looks at the key of a stream whose own token has run out."""
MAX_WAIT_SECONDS = 86_400.0
"""The longest wait between two looks at a stream's key or link."""

SessionInfo = SessionRow
"""A sign-in as its owner sees it."""


class Sessions:
    """The sign-ins of one installation; ``clock`` gives the time, zone included."""

    def __init__(
        self,
        database: Database,
        secret: str,
        audit: AuditLog,
        home: Path,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._secret = secret
        self._audit = audit
        self._clock = clock
        self.ends = SessionEnds()
        self._notice = home / NOTICE_FILE_NAME
        self._seen_at: dict[str, datetime] = {}
        self._outside_check: asyncio.Task[None] | None = None

    async def begin(self, user: User, address_hash: str, password_hash: str) -> SignIn:
        """A new sign-in of this account, from where the present request comes.

        ``password_hash`` is the one that the password was checked against. Raises BadCredentials where the account has
        another one by now, or is gone or disabled.
        """
        token = security.new_login_token(user.id, self._clock())
        client = current_client.get()
        row = transactions.session_row(token, client.program, client.address)
        begin = partial(transactions.begin_session, row=row, address_hash=address_hash, password_hash=password_hash)
        await self._database.write(begin)
        self._seen_at[token.session_id] = token.issued_at
        return SignIn(user, security.encode_token(token, self._secret), token.expires_at)

    async def identify(self, encoded_token: str, *, allow_stream_token: bool = False) -> Identity:
        """Who this token or key speaks for. A stream token counts only where ``allow_stream_token``.

        Raises NotAuthenticated, TokenExpired.
        """
        ends_seen = self.ends.count
        if encoded_token.startswith(api_keys.PREFIX):
            token = await self._token_of_key(encoded_token)
        else:
            token = security.decode_token(encoded_token, self._secret)
        # Compared here, because the decoded token comes from a cache.
        if token.expires_at <= self._clock():
            raise TokenExpired(security.SIGN_IN_EXPIRED)
        if token.kind is TokenKind.STREAM and not allow_stream_token:
            raise NotAuthenticated("This token opens streams only: use the token of your sign-in.")
        found = await self._find(token)
        if found is None:
            raise NotAuthenticated(security.SIGNED_OUT)
        await self._note_use(token)
        user, can_write = found
        return Identity(user_from_row(user), token, ends_seen, can_write)

    async def wait_for_end(self, identity: Identity) -> None:
        """Return when this sign-in or key ends: it was ended, or its account was deleted or disabled."""
        token = identity.token

        async def is_open() -> bool:
            return await self._find(token) is not None

        def seconds_left() -> float:
            # A key ends what it opened; the end of a sign-in's fortnight keeps nobody from reading on.
            if api_keys.key_id_of(token.session_id) is None:
                return inf
            remaining = (token.expires_at - self._clock()).total_seconds()
            if remaining <= 0 and token.kind is TokenKind.STREAM:  # it may end before its key does
                return KEY_CHECK_SECONDS
            return min(remaining, MAX_WAIT_SECONDS)

        await self.wait_while(token.user_id, token.session_id, identity.ends_seen, is_open, seconds_left)

    async def wait_while(
        self,
        user_id: int,
        session_id: str,
        ends_seen: int,
        is_open: Callable[[], Awaitable[bool]],
        seconds_left: Callable[[], float],
    ) -> None:
        """Return when what a user has opened is no longer open; asked at each end that is told, and when time is up."""
        self._check_outside()
        # Watched before the look-up, so that an end in between is not missed.
        with self.ends.watch(user_id, session_id) as ended:
            if self.ends.count != ends_seen:  # perhaps this one, since it was identified
                # Without the database nobody knows: the event still comes.
                with suppress(DatabaseUnavailable):
                    if not await is_open():
                        return
            while True:
                remaining = seconds_left()
                with suppress(TimeoutError):
                    await asyncio.wait_for(ended.wait(), remaining if remaining < inf else None)
                ended.clear()
                # Where the database does not answer, it was told to have ended.
                with suppress(DatabaseUnavailable):
                    if await is_open():
                        continue
                return

    async def end(self, identity: Identity) -> None:
        """End this sign-in: its token, every stream token made from it, and what they opened end at once."""
        token, now = identity.token, self._clock()
        await self._database.write(partial(transactions.end_session, token=token, now=now))
        self.ends.publish(token.user_id, token.session_id)

    async def sessions_of(self, user_id: int) -> list[SessionInfo]:
        """Where an account is signed in, what was used last first."""
        return await self._database.read(partial(account_queries.list_sessions, user_id=user_id, now=self._clock()))

    async def end_listed(self, user_id: int, session_id: str) -> None:
        """End one of an account's sign-ins. Raises NotFound."""
        work = partial(account_commands.end_session, user_id=user_id, session_id=session_id, now=self._clock())
        # A database may refuse what is in an id that is none of ours.
        if not session_id.isalnum() or not await self._database.write(work):
            raise NotFound("There is no such sign-in.")
        self.ends.publish(user_id, session_id)
        await self._audit.record(AuditAction.SESSION_ENDED, user_id)

    async def end_others(self, identity: Identity) -> None:
        """End every other sign-in of the account."""
        await self._database.write(partial(transactions.end_other_sessions, token=identity.token, now=self._clock()))
        self.ends.publish(identity.user.id)
        await self._audit.record(AuditAction.SESSION_ENDED, identity.user.id, "all others")

    def issue_stream_token(self, identity: Identity) -> tuple[str, datetime]:
        """A token for streams alone, and until when it may start one."""
        now = self._clock()
        token = security.new_stream_token(identity.token, now)
        return security.encode_token(token, self._secret), now + security.STREAM_START_WINDOW

    def check_may_start_stream(self, identity: Identity) -> None:
        """Raise TokenExpired for a stream token that is too old to start or join a stream."""
        if not identity.token.can_start_stream(self._clock()):
            raise TokenExpired("This stream token may only resume a stream by now: ask for a new one.")

    def check_not_expired(self, identity: Identity) -> None:
        """Raise TokenExpired for a sign-in whose time is over, as that of a socket that has stayed open."""
        if identity.token.expires_at <= self._clock():
            raise TokenExpired(security.SIGN_IN_EXPIRED)

    def tell_other_processes(self) -> None:
        """Have a server over the same state folder look at once for what has ended."""
        with suppress(OSError):  # it looks at the next request anyway
            self._notice.touch(mode=0o600)

    def close(self) -> None:
        """Stop looking for what others have ended."""
        if self._outside_check:
            self._outside_check.cancel()

    async def _token_of_key(self, key: str) -> Token:
        work = partial(account_queries.find_key_user_by_hash, key_hash=api_keys.hash_key(key))
        found = await self._database.read(work)
        return api_keys.token_of(found and found[1], self._clock())

    async def _find(self, token: Token) -> tuple[UserRow, bool] | None:
        """The account, and whether the token may change anything; None where it has ended."""
        key_id = api_keys.key_id_of(token.session_id)
        if key_id is not None:
            work = partial(account_queries.find_key_user_by_id, user_id=token.user_id, key_id=key_id, now=self._clock())
            found = await self._database.read(work)
            return (found[0], found[1].can_write) if found else None
        user = await self._database.read(partial(transactions.find_session_user, token=token))
        return (user, True) if user else None

    async def _note_use(self, token: Token) -> None:
        """Note that it is used, once a minute: a write for each request would cost more than the request."""
        now, last = self._clock(), self._seen_at.get(token.session_id)
        if last and now - last < SEEN_INTERVAL:
            return
        if len(self._seen_at) >= MAX_REMEMBERED_USES:
            self._seen_at.clear()
        self._seen_at[token.session_id] = now
        # A full disk keeps nobody out.
        with suppress(DatabaseUnavailable, RowRejected):
            key_id = api_keys.key_id_of(token.session_id)
            if key_id is not None:
                await self._database.write(partial(account_commands.touch_key, key_id=key_id, now=now))
            elif token.kind is TokenKind.LOGIN:
                row = transactions.session_row(token, current_client.get().program, current_client.get().address)
                await self._database.write(partial(transactions.touch_session, token=token, row=row, now=now))

    def _check_outside(self) -> None:
        """Look for what other processes end for as long as anybody waits for an end."""
        if self._outside_check is None or self._outside_check.done():
            self._outside_check = asyncio.create_task(self._watch_outside(), name="sign-ins ended by others")

    async def _watch_outside(self) -> None:
        since, told = self._clock(), self._told_at()
        await asyncio.sleep(OUTSIDE_CHECK_SECONDS)
        while self.ends.is_watched:
            # A file's time, not the database: an idle page asks that nothing.
            if told != (now_told := self._told_at()):
                with suppress(DatabaseUnavailable):
                    for user_id, at in await self._database.read(
                        partial(account_queries.list_ended_users, since=since)
                    ):
                        self.ends.publish(user_id)
                        since = max(since, at)
                    told = now_told
            await asyncio.sleep(OUTSIDE_CHECK_SECONDS)

    def _told_at(self) -> int:
        try:
            return self._notice.stat().st_mtime_ns
        except OSError:
            return 0
