"""Accounts: register, sign in, identify a token, sign out; the same for the pages and the API."""

import asyncio
import math
import re
import time
import unicodedata
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from core.accounts import security
from core.accounts.security import Token, TokenKind
from core.errors import (
    AlreadyExists,
    BadCredentials,
    InvalidInput,
    NotAuthenticated,
    RegistrationClosed,
    TokenExpired,
    TooManyRequests,
)
from core.settings import RegistrationPolicy, Settings
from core.text import check_storable
from data import commands, queries
from data.database import Connection, Database
from data.errors import RowRejected
from data.rows import UserRow

T = TypeVar("T")

USERNAME_LENGTH_BOUNDS = (2, 64)
PASSWORD_LENGTH_BOUNDS = (8, 256)
MAX_EMAIL_LENGTH = 254
_EMAIL_PATTERN = re.compile(r"[^@\s]+@[^@\s]+")
FIRST_ROLE, LATER_ROLE = "admin", "user"
"""The role of the first account, and of every later one."""
RATE_LIMIT_PER_NAME = RateLimitItemPerMinute(10)
RATE_LIMIT_PER_ADDRESS = RateLimitItemPerMinute(100)


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
    """The user of a token, and what the token may do."""

    user: User
    token: Token


class Accounts:
    """The accounts of one installation. ``clock`` gives the time, zone included."""

    def __init__(
        self, database: Database, settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._secret = settings.secret or ""
        self._registration_open = settings.registration is RegistrationPolicy.OPEN
        self._bcrypt_rounds = settings.password_rounds
        self._clock = clock
        self._registration_lock = asyncio.Lock()
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        # An executor of its own: hashing is slow and must not delay other work in threads.
        self._hash_executor = ThreadPoolExecutor(2, thread_name_prefix="password")
        self._dummy_hash = security.hash_password("nobody's password", self._bcrypt_rounds)

    async def register(self, name: str, password: str, email: str | None = None) -> SignIn:
        """Make an account; the first one is the admin's. Raises RegistrationClosed, InvalidInput, AlreadyExists."""
        if not self._registration_open:
            raise RegistrationClosed("This installation takes no new accounts: ask its admin.")
        name = check_username(name)
        check_new_password(password)
        email = check_email(email)
        hashed = await self._run_in_executor(lambda: security.hash_password(password, self._bcrypt_rounds))
        async with self._registration_lock:
            try:
                values = {
                    "name": name,
                    "name_key": _name_key(name),
                    "email": email,
                    "password_hash": hashed,
                    "created_at": self._clock(),
                }
                user_id, role = await self._database.write(partial(_insert_user, values=values))
            except RowRejected:
                raise AlreadyExists(f"The name {name} is taken: choose another, or sign in.") from None
        return self._issue_sign_in(User(user_id, name, email, role))

    async def any_users(self) -> bool:
        """Whether anybody has an account yet."""
        return await self._database.read(queries.has_users)

    async def login(self, name: str, password: str, address: str) -> SignIn:
        """Sign in. Raises InvalidInput, BadCredentials; TooManyRequests after many attempts on a name or from an
        address.

        An attempt is counted before the password is checked, so that many at once get no further than many in turn.
        """
        check_storable("username", name)
        key = _name_key(name)
        await self._count_attempt(RATE_LIMIT_PER_NAME, "name", key)
        await self._count_attempt(RATE_LIMIT_PER_ADDRESS, "address", address)
        user = await self._database.read(lambda connection: queries.find_user_by_key(connection, key))
        hashed = user.password_hash if user else self._dummy_hash
        password_matches = await self._run_in_executor(lambda: security.verify_password(password, hashed))
        if user is None or not password_matches:
            raise BadCredentials("The name or the password is wrong.")
        await self._limiter.clear(RATE_LIMIT_PER_NAME, "name", key)
        return self._issue_sign_in(_user_from_row(user))

    async def identify(self, encoded_token: str, *, allow_stream_token: bool = False) -> Identity:
        """Who this token speaks for. A stream token counts only where ``allow_stream_token``.

        Raises NotAuthenticated, TokenExpired.
        """
        token = security.decode_token(encoded_token, self._secret)
        if token.expires_at <= self._clock():
            raise TokenExpired("Your sign-in has expired: sign in again.")
        if token.kind is TokenKind.STREAM and not allow_stream_token:
            raise NotAuthenticated("This token opens streams only: use the token of your sign-in.")
        user = await self._database.read(lambda c: queries.find_session_user(c, token.user_id, token.session_id))
        if user is None:
            raise NotAuthenticated("You are signed out: sign in again.")
        return Identity(_user_from_row(user), token)

    async def logout(self, identity: Identity) -> None:
        """End this sign-in: its token, and every stream token made from it, stop working at once."""
        token, now = identity.token, self._clock()
        await self._database.write(lambda c: commands.revoke_session(c, token.session_id, token.expires_at, now))

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
        self._hash_executor.shutdown(wait=False, cancel_futures=True)

    def _issue_sign_in(self, user: User) -> SignIn:
        token = security.new_login_token(user.id, self._clock())
        return SignIn(user, security.encode_token(token, self._secret), token.expires_at)

    async def _count_attempt(self, limit: RateLimitItem, *identifiers: str) -> None:
        if not await self._limiter.hit(limit, *identifiers):
            reset_time, _ = await self._limiter.get_window_stats(limit, *identifiers)
            retry_after = max(1, math.ceil(reset_time - time.time()))
            raise TooManyRequests(
                f"Too many attempts to sign in: try again in {retry_after} seconds.", retry_after=retry_after
            )

    async def _run_in_executor(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._hash_executor, call)


def check_username(name: str) -> str:
    """The name as it is kept. Raises InvalidInput."""
    name = unicodedata.normalize("NFC", name.strip())
    min_length, max_length = USERNAME_LENGTH_BOUNDS
    if not min_length <= len(name) <= max_length or not all(c.isalnum() or c in "._-" for c in name):
        raise InvalidInput.for_field("username", "A name has 2 to 64 letters, digits, dots, underscores or hyphens.")
    return name


def check_new_password(password: str) -> None:
    """Raises InvalidInput."""
    min_length, max_length = PASSWORD_LENGTH_BOUNDS
    if not min_length <= len(password) <= max_length:
        raise InvalidInput.for_field("password", "A password has 8 to 256 characters.")


def check_email(email: str | None) -> str | None:
    """The address as it is kept; a blank one is none. Raises InvalidInput."""
    email = (email or "").strip()
    if not email:
        return None
    check_storable("email", email)
    if len(email) > MAX_EMAIL_LENGTH or not _EMAIL_PATTERN.fullmatch(email):
        raise InvalidInput.for_field(
            "email", "An e-mail address looks like name@example.org: correct it or leave it out."
        )
    return email


def _name_key(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip()).casefold()[:128]


def _insert_user(connection: Connection, values: Mapping[str, object]) -> tuple[int, str]:
    """Store a new account: its id and role. Whether it is the first is seen in the same transaction."""
    role = LATER_ROLE if queries.has_users(connection) else FIRST_ROLE
    return commands.add_user(connection, {**values, "role": role}), role


def _user_from_row(row: UserRow) -> User:
    return User(row.id, row.name, row.email, row.role)
