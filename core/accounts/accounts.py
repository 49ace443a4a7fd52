"""Who is there: register, sign in, who is this token, sign out. One account system for the page and the API."""

import asyncio
import math
import re
import time
import unicodedata
from collections.abc import Callable
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
    Invalid,
    NotAuthenticated,
    RegistrationClosed,
    TokenExpired,
    TooManyRequests,
)
from core.settings import Registration, Settings
from core.text import check_storable
from data import commands, models, queries
from data.database import Database
from data.errors import RowRejected

T = TypeVar("T")

NAME_LENGTH = (2, 64)
PASSWORD_LENGTH = (8, 256)
EMAIL_LENGTH = 254
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
ROLES = ("admin", "user")
"""That of the first account, and that of all others."""
ATTEMPTS_PER_NAME = RateLimitItemPerMinute(10)
ATTEMPTS_PER_ADDRESS = RateLimitItemPerMinute(100)


@dataclass(frozen=True, slots=True)
class User:
    """An account, as everyone but the database sees it."""

    id: int
    username: str
    email: str | None
    role: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """A user who has just proved who he is, and the token that says so from now on."""

    user: User
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a token speaks for, and what it may do."""

    user: User
    token: Token


class Accounts:
    """The accounts of one installation. ``clock`` gives the time, zone included."""

    def __init__(
        self, database: Database, settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._secret = settings.secret or ""
        self._open = settings.registration is Registration.OPEN
        self._rounds = settings.password_rounds
        self._clock = clock
        self._registering = asyncio.Lock()
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        # Threads of its own: hashing takes long, and must not hold up what else runs in threads.
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="password")
        self._nobody = security.hash_password("nobody's password", self._rounds)

    async def register(self, name: str, password: str, email: str | None = None) -> SignIn:
        """Make an account; the first one is the admin's. Raises RegistrationClosed, Invalid, AlreadyExists."""
        if not self._open:
            raise RegistrationClosed("This installation takes no new accounts: ask its admin.")
        name = check_name(name)
        check_new_password(password)
        email = check_email(email)
        hashed = await self._in_thread(lambda: security.hash_password(password, self._rounds))
        async with self._registering:
            try:
                values = {
                    "name": name,
                    "name_key": _key(name),
                    "email": email,
                    "password_hash": hashed,
                    "created_at": self._clock(),
                }
                user_id, role = await self._database.write(partial(commands.add_user, values=values, roles=ROLES))
            except RowRejected:
                raise AlreadyExists(f"The name {name} is taken: choose another, or sign in.") from None
        return self._signed_in(User(user_id, name, email, role))

    async def are_there(self) -> bool:
        """Whether anybody has an account yet."""
        return await self._database.read(queries.has_users)

    async def login(self, name: str, password: str, address: str) -> SignIn:
        """Sign in. Raises Invalid, BadCredentials; TooManyRequests after many attempts on a name or from an address.

        An attempt is counted before the password is checked, so that many at once get no further than many in turn.
        """
        check_storable("username", name)
        key = _key(name)
        await self._count_attempt(ATTEMPTS_PER_NAME, "name", key)
        await self._count_attempt(ATTEMPTS_PER_ADDRESS, "address", address)
        user = await self._database.read(lambda session: queries.user_by_key(session, key))
        hashed = user.password_hash if user else self._nobody
        right = await self._in_thread(lambda: security.check_password(password, hashed))
        if user is None or not right:
            raise BadCredentials("The name or the password is wrong.")
        await self._limiter.clear(ATTEMPTS_PER_NAME, "name", key)
        return self._signed_in(_user(user))

    async def identify(self, text: str, *, stream: bool = False) -> Identity:
        """Who this token speaks for. A stream token counts only where ``stream``.

        Raises NotAuthenticated, TokenExpired.
        """
        token = security.decode_token(text, self._secret)
        if token.expires_at <= self._clock():
            raise TokenExpired("Your sign-in has expired: sign in again.")
        if token.kind is TokenKind.STREAM and not stream:
            raise NotAuthenticated("This token opens streams only: use the token of your sign-in.")
        user = await self._database.find(lambda c: queries.user_of_session(c, token.user_id, token.session))
        if user is None:
            raise NotAuthenticated("You are signed out: sign in again.")
        return Identity(_user(user), token)

    async def logout(self, identity: Identity) -> None:
        """End this sign-in: its token, and every stream token made from it, stop working at once."""
        token, now = identity.token, self._clock()
        await self._database.write(lambda c: commands.revoke_session(c, token.session, token.expires_at, now))

    def stream_token(self, identity: Identity) -> tuple[str, datetime]:
        """A token for streams alone, and until when it may start one."""
        now = self._clock()
        token = security.stream_token(identity.token, now)
        return security.encode_token(token, self._secret), now + security.STREAM_START

    def check_may_start(self, identity: Identity) -> None:
        """Raise TokenExpired for a stream token that by now only resumes."""
        if not identity.token.may_start(self._clock()):
            raise TokenExpired("This stream token may only resume a stream by now: ask for a new one.")

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _signed_in(self, user: User) -> SignIn:
        token = security.login_token(user.id, self._clock())
        return SignIn(user, security.encode_token(token, self._secret), token.expires_at)

    async def _count_attempt(self, limit: RateLimitItem, *of: str) -> None:
        if not await self._limiter.hit(limit, *of):
            reset, _ = await self._limiter.get_window_stats(limit, *of)
            wait = max(1, math.ceil(reset - time.time()))
            raise TooManyRequests(f"Too many attempts to sign in: try again in {wait} seconds.", retry_after=wait)

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)


def check_name(name: str) -> str:
    """The name as it is kept. Raises Invalid."""
    name = unicodedata.normalize("NFC", name.strip())
    shortest, longest = NAME_LENGTH
    if not shortest <= len(name) <= longest or not all(c.isalnum() or c in "._-" for c in name):
        raise Invalid.of("username", "A name has 2 to 64 letters, digits, dots, underscores or hyphens.")
    return name


def check_new_password(password: str) -> None:
    """Raises Invalid."""
    shortest, longest = PASSWORD_LENGTH
    if not shortest <= len(password) <= longest:
        raise Invalid.of("password", "A password has 8 to 256 characters.")


def check_email(email: str | None) -> str | None:
    """The address as it is kept; a blank one is none. Raises Invalid."""
    email = (email or "").strip()
    if not email:
        return None
    check_storable("email", email)
    if len(email) > EMAIL_LENGTH or not _EMAIL.fullmatch(email):
        raise Invalid.of("email", "An e-mail address looks like name@example.org: correct it or leave it out.")
    return email


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip()).casefold()[:128]


def _user(row: models.User) -> User:
    return User(row.id, row.name, row.email, row.role)
