"""The JSON of accounts and tokens, as docs/contract.md defines it."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field

from api.schemas.text_fields import StorableText, described
from core.accounts.administration.invitations import MAX_TOKEN_LENGTH
from core.accounts.email_addresses import MAX_EMAIL_LENGTH
from core.accounts.identity import User
from core.accounts.names import MAX_USERNAME_LENGTH, MIN_USERNAME_LENGTH
from core.accounts.security import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH
from core.accounts.sessions import SessionInfo

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
    invitation: str | None = Field(None, max_length=MAX_TOKEN_LENGTH)


class PasswordChange(BaseModel):
    """The present password and a new one."""

    current: str = Field(max_length=1000)
    new: NewPassword = Field(max_length=1000)


class PasswordConfirmation(BaseModel):
    """One's password, for what cannot be taken back."""

    password: str = Field(max_length=1000)


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


class SessionOut(BaseModel):
    """A sign-in: the program and the address it came from; ``current`` is the one that asks."""

    id: str
    client: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    current: bool

    @classmethod
    def from_session(cls, session: SessionInfo, current_id: str) -> Self:
        """The JSON of core's sign-in."""
        return cls(
            id=session.id,
            client=session.client,
            address=session.address,
            created_at=session.created_at,
            last_seen_at=session.last_seen_at,
            expires_at=session.expires_at,
            current=session.id == current_id,
        )
