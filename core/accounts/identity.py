"""Who somebody is: an account without its secrets, a new sign-in, and the owner of a token. No I/O."""

from dataclasses import dataclass
from datetime import datetime

from core.accounts.security import Token, TokenKind
from core.errors import Forbidden
from data.rows import UserRow

ADMIN_ROLE, USER_ROLE = "admin", "user"
"""The role of the first account, and of every later one unless an admin gives it the other."""
ROLES = (ADMIN_ROLE, USER_ROLE)


@dataclass(frozen=True, slots=True)
class User:
    """An account without its secrets."""

    id: int
    username: str
    email: str | None
    role: str
    created_at: datetime

    @property
    def is_admin(self) -> bool:
        """Whether this account may do what concerns the whole installation."""
        return self.role == ADMIN_ROLE


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
    can_write: bool = True

    def check_may_write(self) -> None:
        """Raise Forbidden for a key that may only read."""
        if not self.can_write:
            raise Forbidden("This key may only read: use one with the scope 'write'.")

    def check_is_sign_in(self) -> None:
        """Raise Forbidden for a key: keys, passwords and accounts are not in its hands."""
        if self.token.kind is not TokenKind.LOGIN:
            raise Forbidden("A key does not open this: sign in with your name and password.")

    def check_is_admin(self) -> None:
        """Raise Forbidden for whoever is no admin."""
        if not self.user.is_admin:
            raise Forbidden("This is for admins.")


def user_from_row(row: UserRow) -> User:
    """The account that a row holds."""
    return User(row.id, row.name, row.email, row.role, row.created_at)
