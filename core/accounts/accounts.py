"""Accounts: register, sign in, identify a token, sign out; the same for the pages and the API."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from core.accounts import security, transactions
from core.accounts.email_addresses import check_email
from core.accounts.names import check_username, name_key
from core.accounts.password_threads import KeyedLocks, PasswordThreads
from core.accounts.registration_limits import RegistrationLimits
from core.accounts.security import Token, TokenKind
from core.accounts.session_ends import SessionEnds
from core.accounts.sign_in_limits import SignInLimits, network_of, too_many_sign_ins
from core.errors import (
    AlreadyExists,
    BadCredentials,
    DatabaseUnavailable,
    NotAuthenticated,
    RegistrationClosed,
    TokenExpired,
)
from core.settings import RegistrationPolicy, Settings
from core.text import check_storable
from data import commands, queries
from data.database import Database
from data.errors import RowRejected
from data.rows import UserRow

REGISTRATION_CLOSED = "This installation takes no new accounts: ask its admin."
MAX_WAITING_SIGN_INS = 10
"""Sign-ins of one name beyond the limits that may wait at an address known to the account; they are checked in turn."""


@dataclass(frozen=True, slots=True)
class User:
    """An account without its secrets."""

    id: int
    username: str
    email: str | None
    role: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """A user who has just signed in, and the new token."""

    user: User
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """The user of a token, and what the token may do; ``ends_seen`` counts the sessions that had ended before it."""

    user: User
    token: Token
    ends_seen: int


class Accounts:
    """The accounts of one installation.

    ``clock`` gives the time, zone included; ``monotonic`` gives seconds for the limits. The listeners
    ``before_delete`` are awaited with the id of a user whose account is about to go.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._secret = settings.secret or ""
        self._registration_open = settings.registration is RegistrationPolicy.OPEN
        self._clock = clock
        self._registration_lock = asyncio.Lock()
        self._registration_limits = RegistrationLimits()
        self._sign_in_limits = SignInLimits(monotonic)
        self._password_threads = PasswordThreads(settings.password_rounds)
        self._sign_in_locks = KeyedLocks()
        self._session_ends = SessionEnds()
        # Made once, with this installation's cost: a cheaper one would be told from a real one by its time.
        self._dummy_hash = security.hash_password("nobody's password", settings.password_rounds)
        self.before_delete: list[Callable[[int], Awaitable[None]]] = []

    async def open(self) -> None:
        """Note what the names of accounts from an earlier version look like."""
        await self._database.write(transactions.add_missing_skeletons)

    async def register(self, name: str, password: str, email: str | None = None, address: str = "") -> SignIn:
        """Make an account; the first one is the admin's.

        Raises RegistrationClosed, InvalidInput, AlreadyExists (also for a name that looks like a taken one) and
        TooManyRequests.
        """
        if not self._registration_open:
            raise RegistrationClosed(REGISTRATION_CLOSED)
        name = check_username(name)
        security.check_new_password(password)
        email = check_email(email)
        network = network_of(address)
        # Before the lock: hashing takes longer than all else here, and nobody has to wait for it.
        async with self._registration_limits.attempt(network):
            hashed = await self._password_threads.hash_new(password)
        now = self._clock()
        key = name_key(name)
        values = {
            "name": name,
            "name_key": key,
            "email": email,
            "password_hash": hashed,
            "created_at": now,
            "disabled": False,
        }
        address_hash = security.hash_address(key, network, self._secret)
        # One at a time: on a database server two first accounts could each see no other, and both be admin.
        async with self._registration_lock:
            try:
                user_id, role = await self._database.write(
                    partial(transactions.insert_user, values=values, address_hash=address_hash)
                )
            except RowRejected:
                raise AlreadyExists(
                    f"The name {name} is taken, or looks like one that is: choose another, or sign in."
                ) from None
        return self._issue_sign_in(User(user_id, name, email, role))

    async def any_users(self) -> bool:
        """Whether anybody has an account yet."""
        return await self._database.read(queries.has_users)

    async def login(self, name: str, password: str, address: str) -> SignIn:
        """Sign in. Raises InvalidInput, BadCredentials; TooManyRequests after many failures.

        From an address where this name has signed in before, the password is tried however many failed; where it is
        wrong then, the answer is the same as that of an attempt that was not tried.
        """
        check_storable("username", name)
        key, network = name_key(name), network_of(address)
        address_hash = security.hash_address(key, network, self._secret)
        user, is_known = await self._database.read(partial(transactions.find_user, key=key, address_hash=address_hash))
        delay = self._sign_in_limits.delay(key, network)
        lock_key = (key, network) if is_known else network
        if delay and not (is_known and self._sign_in_locks.waiting_count(lock_key) < MAX_WAITING_SIGN_INS):
            raise too_many_sign_ins(delay)
        # Counted before the password is checked, without a pause in between: no burst gets past the limits.
        self._sign_in_limits.count_attempt(key, network)
        # An unknown name takes as long as a known one: the time tells nobody which names there are.
        hashed = user.password_hash if user else self._dummy_hash
        async with self._sign_in_locks.hold(lock_key):
            is_right = await self._password_threads.verify(password, hashed, from_known_address=is_known)
        if user is None or user.disabled or not is_right:
            if delay:
                raise too_many_sign_ins(self._sign_in_limits.delay(key, network))
            # One sentence for all three reasons, so that nobody learns which accounts there are.
            raise BadCredentials("The name or the password is wrong.")
        self._sign_in_limits.count_success(key, network)
        await self._remember_address(user.id, address_hash)
        return self._issue_sign_in(_user_from_row(user))

    async def identify(self, encoded_token: str, *, allow_stream_token: bool = False) -> Identity:
        """Who this token speaks for. A stream token counts only where ``allow_stream_token``.

        Raises NotAuthenticated, TokenExpired.
        """
        token = security.decode_token(encoded_token, self._secret)
        # Compared here, because the decoded token comes from a cache.
        if token.expires_at <= self._clock():
            raise TokenExpired(security.SIGN_IN_EXPIRED)
        if token.kind is TokenKind.STREAM and not allow_stream_token:
            raise NotAuthenticated("This token opens streams only: use the token of your sign-in.")
        ends_seen = self._session_ends.count
        user = await self._find_session_user(token)
        if user is None:
            raise NotAuthenticated(security.SIGNED_OUT)
        return Identity(_user_from_row(user), token, ends_seen)

    async def wait_for_session_end(self, identity: Identity) -> None:
        """Return when this sign-in ends: it was signed out, or its account was deleted or disabled."""
        token = identity.token
        # Watched before the look-up, so that an end in between is not missed.
        with self._session_ends.watch(token.user_id, token.session_id) as ended:
            if self._session_ends.count != identity.ends_seen:  # perhaps this one, since it was identified
                # Without the database nobody knows: the event still comes.
                with suppress(DatabaseUnavailable):
                    if await self._find_session_user(token) is None:
                        return
            await ended.wait()

    async def logout(self, identity: Identity) -> None:
        """End this sign-in: its token, every stream token made from it, and what they opened end at once."""
        token, now = identity.token, self._clock()
        await self._database.write(lambda c: commands.revoke_session(c, token.session_id, token.expires_at, now))
        self._session_ends.publish(token.user_id, token.session_id)

    async def set_disabled(self, user_id: int, *, disabled: bool) -> None:
        """Disable an account, which ends all its sessions, or enable it. Raises NotFound, Conflict (the last admin)."""
        await self._database.write(partial(transactions.set_disabled, user_id=user_id, disabled=disabled))
        if disabled:
            self._session_ends.publish(user_id)

    async def delete(self, user_id: int) -> None:
        """Delete an account with its projects; all its sessions end. Raises NotFound, Conflict (the last admin)."""
        await self.set_disabled(user_id, disabled=True)  # nothing is started from here on
        # In turn: projects are deleted by their own rules, which stop what is being written in them.
        for listener in self.before_delete:
            await listener(user_id)
        await self._database.write(partial(commands.delete_user, user_id=user_id))

    def issue_stream_token(self, identity: Identity) -> tuple[str, datetime]:
        """A token for streams alone, and until when it may start one."""
        now = self._clock()
        token = security.new_stream_token(identity.token, now)
        return security.encode_token(token, self._secret), now + security.STREAM_START_WINDOW

    def check_may_start_stream(self, identity: Identity) -> None:
        """Raise TokenExpired for a stream token that is too old to start or join a stream."""
        if not identity.token.can_start_stream(self._clock()):
            raise TokenExpired("This stream token may only resume a stream by now: ask for a new one.")

    def close(self) -> None:
        """Stop the hashing threads."""
        self._password_threads.close()

    def _issue_sign_in(self, user: User) -> SignIn:
        token = security.new_login_token(user.id, self._clock())
        return SignIn(user, security.encode_token(token, self._secret), token.expires_at)

    async def _find_session_user(self, token: Token) -> UserRow | None:
        return await self._database.read(lambda c: queries.find_session_user(c, token.user_id, token.session_id))

    async def _remember_address(self, user_id: int, address_hash: str) -> None:
        remember = partial(commands.remember_sign_in_address, user_id=user_id, address_hash=address_hash)
        await self._database.write(partial(remember, now=self._clock(), max_addresses=transactions.MAX_KNOWN_ADDRESSES))


def _user_from_row(row: UserRow) -> User:
    return User(row.id, row.name, row.email, row.role)
