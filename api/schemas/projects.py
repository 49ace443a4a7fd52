"""The JSON of projects and stacks, as docs/contract.md defines it."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, StrictBool

from api.schemas.text_fields import StorableText, described
from core.catalog.stacks import STACKS, Side, Stack
from core.projects.project import Project
from core.projects.projects import MAX_NAME_LENGTH, MAX_PROMPT_LENGTH

ProjectName = Annotated[StorableText, described(minLength=1, maxLength=MAX_NAME_LENGTH, format="line")]
Prompt = Annotated[StorableText, described(minLength=1, maxLength=MAX_PROMPT_LENGTH, format="text")]
BackendStack = Annotated[StorableText, described(enum=[stack.id for stack in STACKS if stack.side is Side.BACKEND])]
FrontendStack = Annotated[StorableText, described(enum=[stack.id for stack in STACKS if stack.side is Side.FRONTEND])]


class NewProject(BaseModel):
    """What makes a project."""

    name: ProjectName
    prompt: Prompt
    backend_stack: BackendStack | None = None
    frontend_stack: FrontendStack | None = None


class ProjectPatch(BaseModel):
    """What to change in a project; what is absent or null stays."""

    name: ProjectName | None = None
    prompt: Prompt | None = None
    backend_stack: BackendStack | None = None
    frontend_stack: FrontendStack | None = None


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
        """The JSON of core's project."""
        return cls.model_validate(project)


class AutoFixSetting(BaseModel):
    """Whether the problems of a new version are given to the model once, by themselves."""

    auto_fix: StrictBool


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
        """The JSON of core's stack."""
        return cls.model_validate(stack)
