"""The JSON of accounts and tokens, as docs/contract.md defines it."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field

from api.schemas.text_fields import StorableText, described
from core.accounts.accounts import User
from core.accounts.email_addresses import MAX_EMAIL_LENGTH
from core.accounts.names import MAX_USERNAME_LENGTH, MIN_USERNAME_LENGTH
from core.accounts.security import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH

EMAIL_PATTERN = r"^\s*([^@\s]+@[^@\s]+)?\s*$"
"""A blank address is none."""

NewUsername = Annotated[
    StorableText, described(minLength=MIN_USERNAME_LENGTH, maxLength=MAX_USERNAME_LENGTH, format="username")
]
NewPassword = Annotated[str, described(minLength=MIN_PASSWORD_LENGTH, maxLength=MAX_PASSWORD_LENGTH)]


class Credentials(BaseModel):
    """A name and a password; a wrong form of either is a wrong sign-in, not an invalid one."""

    username: StorableText = Field(max_length=1000)
    password: str = Field(max_length=1000)


class Registration(Credentials):
    """What makes an account."""

    username: Annotated[
        StorableText, described(minLength=MIN_USERNAME_LENGTH, maxLength=MAX_USERNAME_LENGTH, format="username")
    ] = Field(max_length=1000)
    password: NewPassword = Field(max_length=1000)
    email: Annotated[StorableText, described(maxLength=MAX_EMAIL_LENGTH, pattern=EMAIL_PATTERN)] | None = None


class UserOut(BaseModel):
    """An account."""

    id: int
    username: str
    email: str | None
    role: str

    @classmethod
    def from_user(cls, user: User) -> Self:
        """The JSON of core's user."""
        return cls(id=user.id, username=user.username, email=user.email, role=user.role)


class SignInOut(BaseModel):
    """A token, until when it works, and whose it is."""

    token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the scheme's name
    expires_at: datetime
    user: UserOut


class StreamTokenOut(BaseModel):
    """A token for streams; ``expires_at`` is until when it starts or joins one (it resumes one for 12 hours)."""

    token: str
    expires_at: datetime
