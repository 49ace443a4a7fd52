"""The JSON of the API: what comes in, checked, and what goes out, as contract.md spells it."""

from datetime import datetime
from typing import Literal, Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from api.words import INSTRUCTIONS_LENGTH, Instructions, Words
from core import accounts
from core.engines.protocol import Sampling
from core.files import SourceFile, line_count
from core.projects import Project
from core.run import RunInfo
from core.runs import Order
from core.stacks import Stack


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


class Options(BaseModel):
    """How the model chooses tokens."""

    model_config = ConfigDict(extra="forbid")

    temperature: float | None = Field(None, ge=0, le=2)
    seed: int | None = Field(None, ge=0, le=2**31 - 1)
    max_tokens: int | None = Field(None, ge=1, le=1_000_000, validation_alias=AliasChoices("max_tokens", "num_predict"))

    def sampling(self) -> Sampling:
        """As the engines take it."""
        return Sampling(self.temperature, self.seed, self.max_tokens)


class Generate(BaseModel):
    """What a run is asked to do; what is absent is the project's or the installation's choice."""

    model: Words | None = Field(None, min_length=1, max_length=200)
    stack: Words | None = Field(None, min_length=1, max_length=40)
    instructions: Words | None = Field(None, max_length=INSTRUCTIONS_LENGTH)
    options: Options = Options()

    def order(self) -> Order:
        """As the runs take it; blank instructions are none."""
        instructions = self.instructions if self.instructions and self.instructions.strip() else None
        return Order(self.stack, self.model, instructions, self.options.sampling())


class Refine(BaseModel):
    """What to change in a version."""

    instructions: Instructions


class ErrorOut(BaseModel):
    """Why a run failed."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    message: str


class RunOut(BaseModel):
    """A run without its text."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    project_id: int
    side: str
    stack: str
    engine: str
    model: str
    kind: str
    parent_id: str | None
    status: str
    position: int | None
    characters: int
    tokens: int
    tokens_per_second: float | None
    finish_reason: str | None
    error: ErrorOut | None
    warning: str | None
    instructions: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, run: RunInfo) -> Self:
        """From the core's own."""
        return cls.model_validate(run)


class RunWithText(RunOut):
    """A run with its text as far as it is stored."""

    text: str


class ProblemOut(BaseModel):
    """Something wrong in a file."""

    line: int
    column: int
    message: str


class FileOut(BaseModel):
    """A file in a run's text."""

    path: str
    language: str
    lines: int
    formatted: bool
    problems: list[ProblemOut]

    @classmethod
    def of(cls, file: SourceFile) -> Self:
        """From the core's own."""
        return cls(path=file.path, language=file.language, lines=line_count(file.text), formatted=False, problems=[])


class ModelOut(BaseModel):
    """A model that can be used now."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    engine: str
    context: int | None
    size: int | None
