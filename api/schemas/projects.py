"""The JSON of projects and stacks, as docs/contract.md defines it."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict

from api.schemas.text_fields import StorableText
from core.catalog.stacks import Stack
from core.projects.project import Project


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
