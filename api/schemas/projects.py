"""The JSON of accounts and projects: what comes in, checked, and what goes out, as contract.md spells it."""

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.text_fields import Words
from core.accounts import accounts
from core.catalog.stacks import Stack
from core.projects.projects import Project


class Credentials(BaseModel):
    """A name and a password; a wrong form of either is a wrong sign-in, not an invalid one."""

    username: Words = Field(max_length=1000)
    password: str = Field(max_length=1000)


class Registration(Credentials):
    """What makes an account."""

    email: Words | None = None


class UserOut(BaseModel):
    """An account."""

    id: int
    username: str
    email: str | None
    role: str

    @classmethod
    def of(cls, user: accounts.User) -> Self:
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

    name: Words
    prompt: Words
    backend_stack: Words | None = None
    frontend_stack: Words | None = None


class ProjectChanges(BaseModel):
    """What to change in a project; what is absent or null stays."""

    name: Words | None = None
    prompt: Words | None = None
    backend_stack: Words | None = None
    frontend_stack: Words | None = None


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
    def of(cls, project: Project) -> Self:
        """From the core's own."""
        return cls.model_validate(project)


class AutoFix(BaseModel):
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
    def of(cls, stack: Stack) -> Self:
        """From the core's own."""
        return cls.model_validate(stack)
