"""The JSON of runs and their files, as docs/contract.md defines it."""

from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, StrictBool

from api.schemas.numbers import JSON_NUMBER
from api.schemas.text_fields import Instructions, StorableText, described
from core.catalog.stacks import STACKS
from core.engines.protocol import ProgressPhase, Sampling
from core.files.source_file import line_count
from core.generation.run_request import (
    MAX_ANSWER_TOKENS,
    MAX_INSTRUCTIONS_LENGTH,
    MAX_SEED,
    MAX_TEMPERATURE,
    RunRequest,
)
from core.projects.projects import MAX_NAME_LENGTH
from core.review.reviewed_file import ReviewedFile
from core.runs.state import RunInfo, RunStatus
from core.versions.file_changes import MAX_FILES
from core.versions.fixes import MAX_TOLD_ERRORS

VersionName = Annotated[StorableText, described(maxLength=MAX_NAME_LENGTH, format="line")]


class SamplingOptions(BaseModel):
    """How the model chooses tokens."""

    model_config = ConfigDict(extra="forbid")

    temperature: Annotated[float, Field(ge=0, le=MAX_TEMPERATURE), JSON_NUMBER] | None = None
    seed: Annotated[int, Field(ge=0, le=MAX_SEED), JSON_NUMBER] | None = None
    max_tokens: Annotated[int, Field(ge=1, le=MAX_ANSWER_TOKENS), JSON_NUMBER] | None = Field(
        None, validation_alias=AliasChoices("max_tokens", "num_predict")
    )

    def to_sampling(self) -> Sampling:
        """As the engines take it."""
        return Sampling(self.temperature, self.seed, self.max_tokens)


class GenerateRequest(BaseModel):
    """What a run is asked to do; what is absent is the project's or the installation's choice."""

    model: Annotated[StorableText, described(format="model-name")] | None = Field(None, min_length=1, max_length=200)
    stack: Annotated[StorableText, described(enum=[stack.id for stack in STACKS])] | None = Field(
        None, min_length=1, max_length=40
    )
    instructions: Annotated[StorableText, described(format="text")] | None = Field(
        None, max_length=MAX_INSTRUCTIONS_LENGTH
    )
    context: StrictBool = Field(True, description="Whether a front end is told the routes and types of the back end.")
    options: SamplingOptions | None = None

    def to_run_request(self) -> RunRequest:
        """As the runs take it; blank instructions are none."""
        instructions = self.instructions if self.instructions and self.instructions.strip() else None
        sampling = (self.options or SamplingOptions()).to_sampling()
        return RunRequest(self.stack, self.model, instructions, sampling, include_context=self.context)


class RefineRequest(BaseModel):
    """What to change in a version."""

    instructions: Instructions


class FixRequest(BaseModel):
    """What the running app showed, a sentence for each error."""

    errors: list[Annotated[StorableText, described(format="text")]] | None = Field(
        None, max_length=MAX_TOLD_ERRORS, description="What the app showed when it ran; blank ones are none."
    )


class RenameRequest(BaseModel):
    """What to call a version; blank takes the name away."""

    name: VersionName = Field(max_length=200)


class EditRequest(BaseModel):
    """What to change in a version by hand, and what to call the new one."""

    files: Annotated[
        dict[StorableText, Annotated[StorableText, described(format="text")] | None],
        described(propertyNames={"format": "file-path"}),
    ] = Field(min_length=1, max_length=MAX_FILES, description="The new text of each file by its path; null removes it.")
    name: VersionName | None = Field(None, max_length=200)


class ErrorOut(BaseModel):
    """Why a run failed."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    message: str


class ProgressOut(BaseModel):
    """What happens in a run that has no text yet: tokens of the prompt that are read, and seconds in this phase."""

    model_config = ConfigDict(from_attributes=True)

    phase: str
    done: int | None = None
    total: int | None = None
    seconds: float | None = None


_PHASES_BEFORE_PROGRESS = {RunStatus.QUEUED: ProgressPhase.WAITING, RunStatus.LOADING: ProgressPhase.LOADING}
"""What happens in a run of which its engine has told nothing yet."""


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
    context_id: str | None
    name: str | None
    status: str
    position: int | None
    progress: ProgressOut | None
    characters: int
    tokens: int
    tokens_per_second: float | None
    start_seconds: dict[str, float]
    finish_reason: str | None
    error: ErrorOut | None
    warning: str | None
    adjusted: str | None
    problems: int | None
    findings: int | None
    verdict: str | None
    instructions: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def from_run(cls, run: RunInfo) -> Self:
        """The JSON of core's run."""
        out = cls.model_validate(run)
        since = run.progress_since
        if out.progress is None and run.status in _PHASES_BEFORE_PROGRESS:
            out.progress = ProgressOut(phase=_PHASES_BEFORE_PROGRESS[run.status])
            since = run.started_at or run.created_at
        if out.progress and since:
            out.progress.seconds = round((datetime.now(UTC) - since).total_seconds(), 1)
        return out


class UnassignedBlockOut(BaseModel):
    """A block of a run's text that belongs to no file; ``first`` is the line of that number, counted from 1."""

    model_config = ConfigDict(from_attributes=True)

    line: int
    lines: int
    language: str
    first: str


class RunWithText(RunOut):
    """A run with its text as far as it is stored."""

    text: str
    unassigned: list[UnassignedBlockOut]


class ProblemOut(BaseModel):
    """Something wrong in a file; lines and columns count from 1."""

    model_config = ConfigDict(from_attributes=True)

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
    def from_file(cls, file: ReviewedFile) -> Self:
        """The JSON of core's file."""
        return cls(
            path=file.source.path,
            language=file.source.language,
            lines=line_count(file.served.text),
            formatted=file.formatted is not None,
            problems=[ProblemOut.model_validate(problem) for problem in file.problems],
        )
