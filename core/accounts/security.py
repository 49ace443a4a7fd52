"""Hash and check passwords, issue and read tokens. No I/O; hashing takes a fifth of a second and more of CPU.

Passwords go through SHA-384 and base64 first, because bcrypt reads 72 bytes and stops at a NUL: so every
character of a long one counts. Tokens are JWTs (RFC 7519) signed with HS256 alone.
"""

import base64
import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

import bcrypt
import jwt

from core.errors import InvalidInput, NotAuthenticated, TokenExpired

LOGIN_TOKEN_LIFETIME = timedelta(days=14)
STREAM_START_WINDOW = timedelta(seconds=60)
STREAM_TOKEN_LIFETIME = timedelta(hours=12)
MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH = 8, 256
PASSWORD_RULE = f"A password has {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters."
CLOCK_LEEWAY = timedelta(minutes=5)
"""A clock that was set back by less does not make tokens invalid that were issued before."""
MAX_USER_ID = 2**63 - 1
SIGNED_OUT = "You are signed out: sign in again."
SIGN_IN_EXPIRED = "Your sign-in has expired: sign in again."
_ALGORITHM = "HS256"
UNREADABLE = (jwt.InvalidTokenError, ValueError, TypeError, ArithmeticError, OSError, RecursionError)
"""What reading the claims of a forged token raises: also for a time beyond the calendar, a number beyond a float, or
JSON nested beyond the stack."""


class TokenKind(StrEnum):
    """What a token opens."""

    LOGIN = "login"
    STREAM = "stream"
    KEY = "key"  # an API key, which is no JWT


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says. ``session_id`` is the ``jti`` of the sign-in behind it, which sign-out revokes."""

    user_id: int
    kind: TokenKind
    session_id: str
    issued_at: datetime
    expires_at: datetime

    def can_start_stream(self, now: datetime) -> bool:
        """Whether it may start or join a stream; an old stream token only resumes one."""
        return self.kind is not TokenKind.STREAM or now < self.issued_at + STREAM_START_WINDOW


def new_login_token(user_id: int, now: datetime) -> Token:
    """A new sign-in."""
    return Token(user_id, TokenKind.LOGIN, uuid.uuid4().hex, now, now + LOGIN_TOKEN_LIFETIME)


def new_stream_token(login: Token, now: datetime) -> Token:
    """A token for streams alone; it dies with the sign-in that it was made from."""
    return Token(
        login.user_id, TokenKind.STREAM, login.session_id, now, min(now + STREAM_TOKEN_LIFETIME, login.expires_at)
    )


def encode_token(token: Token, secret: str) -> str:
    """The token as a compact JWT. ``iat`` keeps its fraction: a stream token's minute is counted from it."""
    claims = {
        "sub": str(token.user_id),
        "jti": token.session_id,
        "kind": token.kind.value,
        "iat": token.issued_at.timestamp(),
        "exp": int(token.expires_at.timestamp()),
    }
    return jwt.encode(claims, secret, algorithm=_ALGORITHM)


@lru_cache(1024)
def decode_token(encoded_token: str, secret: str) -> Token:
    """Read a token. Raises TokenExpired, or NotAuthenticated for anything that was not issued here.

    Results are cached, so the caller must check ``expires_at``.
    """
    try:
        claims = jwt.decode(
            encoded_token,
            secret,
            algorithms=[_ALGORITHM],
            leeway=CLOCK_LEEWAY,  # for iat; exp is compared by the caller, without it
            options={"require": ["sub", "jti", "exp", "iat", "kind"]},
        )
        user_id = int(claims["sub"])
        if not 0 < user_id <= MAX_USER_ID:
            raise ValueError("no account has this id")
        return Token(
            user_id=user_id,
            kind=TokenKind(claims["kind"]),
            session_id=str(claims["jti"]),
            issued_at=datetime.fromtimestamp(claims["iat"], UTC),
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        )
    except jwt.ExpiredSignatureError:
        raise TokenExpired(SIGN_IN_EXPIRED) from None
    except UNREADABLE:
        raise NotAuthenticated("This token is not valid here: sign in again.") from None


def check_new_password(password: str, field: str = "password") -> None:
    """Raises InvalidInput for the field that holds it."""
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        raise InvalidInput.for_field(field, PASSWORD_RULE)


def hash_password(password: str, rounds: int) -> str:
    """A salted bcrypt hash; ``rounds`` is bcrypt's cost, each step doubles the time."""
    return bcrypt.hashpw(_prehash_password(password), bcrypt.gensalt(rounds)).decode("ascii")


def verify_password(password: str, hashed: str) -> bool:
    """Whether this is the password; as slow as hashing it."""
    return bcrypt.checkpw(_prehash_password(password), hashed.encode("ascii"))


def _prehash_password(password: str) -> bytes:
    # 48 bytes become 64 characters, which bcrypt reads in full.
    return base64.b64encode(hashlib.sha384(password.encode(errors="surrogatepass")).digest())


def hash_address(name_key: str, network: str, secret: str) -> str:
    """A keyed hash of a name and where it signs in: the database tells nobody where a person was."""
    return hmac.digest(secret.encode(), f"{name_key}\n{network}".encode(), hashlib.sha256).hex()
