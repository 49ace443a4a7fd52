"""The JSON of accounts and projects: what comes in, checked, and what goes out, as contract.md spells it."""

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.text_fields import StorableText
from core.accounts import accounts
from core.catalog.stacks import Stack
from core.projects.project import Project


class Credentials(BaseModel):
    """A name and a password; a wrong form of either is a wrong sign-in, not an invalid one."""

    username: StorableText = Field(max_length=1000)
    password: str = Field(max_length=1000)


class Registration(Credentials):
    """What makes an account."""

    email: StorableText | None = None


class UserOut(BaseModel):
    """An account."""

    id: int
    username: str
    email: str | None
    role: str

    @classmethod
    def from_user(cls, user: accounts.User) -> Self:
        """From the core's own."""
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


class NewProject(BaseModel):
    """What makes a project."""

    name: StorableText
    prompt: StorableText
    backend_stack: StorableText | None = None
    frontend_stack: StorableText | None = None


class ProjectChanges(BaseModel):
    """What to change in a project; what is absent or null stays."""

    name: StorableText | None = None
    prompt: StorableText | None = None
    backend_stack: StorableText | None = None
    frontend_stack: StorableText | None = None


class ProjectOut(BaseModel):
    """A project with the text of both current versions."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    prompt: str
    backend_stack: str
    frontend_stack: str
    backend_code: str | None
    frontend_code: str | None
    backend_run_id: str | None
    frontend_run_id: str | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def from_project(cls, project: Project) -> Self:
        """From the core's own."""
        return cls.model_validate(project)


class AutoFixSetting(BaseModel):
    """Whether the problems of a new version are given to the model once, by themselves."""

    auto_fix: bool


class StackOut(BaseModel):
    """A stack to choose."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    side: str
    label: str
    language: str
    framework: str
    start: str

    @classmethod
    def from_stack(cls, stack: Stack) -> Self:
        """From the core's own."""
        return cls.model_validate(stack)
