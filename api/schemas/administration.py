"""The JSON of what admins see and change, as docs/contract.md defines it."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from api.schemas.accounts import NewPassword, NewUsername, UserOut
from api.schemas.text_fields import StorableText, described
from core.accounts.administration.settings import InstallationState
from core.accounts.administration.users import UserOverview
from core.settings import RegistrationPolicy


class NewUser(BaseModel):
    """What makes somebody's account."""

    username: NewUsername = Field(max_length=1000)
    password: NewPassword = Field(max_length=1000)


class UserPatch(BaseModel):
    """What to change of an account; what is absent or null stays."""

    role: Literal["admin", "user"] | None = None
    disabled: StrictBool | None = None
    password: NewPassword | None = Field(None, max_length=1000)


class AccountOut(UserOut):
    """An account as admins see it; ``runs`` counts those of the last seven days."""

    disabled: bool
    created_at: datetime
    last_seen_at: datetime | None
    projects: int
    runs: int

    @classmethod
    def from_overview(cls, overview: UserOverview) -> Self:
        """The JSON of core's overview."""
        return cls(
            **UserOut.from_user(overview.user).model_dump(),
            disabled=overview.disabled,
            created_at=overview.user.created_at,
            last_seen_at=overview.last_seen_at,
            projects=overview.projects,
            runs=overview.runs,
        )


class InstallationSettingsOut(BaseModel):
    """What is in force; without ``default_model`` each engine has its own."""

    registration: RegistrationPolicy
    default_model: str | None

    @classmethod
    def from_state(cls, state: InstallationState) -> Self:
        """The JSON of core's state."""
        model = state.default_model.model if state.default_model else None
        return cls(registration=state.registration, default_model=model)


class InstallationSettingsPatch(BaseModel):
    """What to change; what is absent stays, and null goes back to what the server was started with."""

    registration: RegistrationPolicy | None = None
    default_model: Annotated[StorableText, described(minLength=1, maxLength=200, format="model-name")] | None = Field(
        None, max_length=1000
    )


class AuditEventOut(BaseModel):
    """Who did what, when, from where."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    at: datetime
    username: str
    action: str
    target: str
    address: str


class InvitationOut(BaseModel):
    """A link by which accounts can be made."""

    token: str
    url: str
    expires_at: datetime
