"""What a run is asked to do."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from core.catalog.stacks import Side, Stack
from core.engines.protocol import EngineName, Sampling
from core.projects.project import Project
from core.runs.state import RunInfo, RunKind, RunStatus, new_run_id
from core.text import check_storable

DEFAULT_TEMPERATURE = 0.2
"""Used where nobody chooses: at the engines' own default of 0.8, small models make more mistakes."""
MAX_TEMPERATURE = 2
MAX_SEED = 2**31 - 1
MAX_ANSWER_TOKENS = 1_000_000
MAX_INSTRUCTIONS_LENGTH = 20_000
EXTEND_INSTRUCTION = "Extend them so that the app does all of this."


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What a run is asked to do; None leaves the project's or the installation's choice.

    ``parent`` is the run that this one goes on from or changes; its text begins with ``prefix``. ``include_context``
    says whether a front end is told what the back end offers.
    """

    stack: str | None = None
    model: str | None = None
    instructions: str | None = None
    sampling: Sampling = field(default_factory=Sampling)
    kind: RunKind = RunKind.GENERATE
    parent: RunInfo | None = None
    prefix: str = ""
    include_context: bool = True

    def validate(self) -> None:
        """Raise InvalidInput for text that cannot be stored."""
        for name, text in (("model", self.model), ("stack", self.stack), ("instructions", self.instructions)):
            check_storable(name, text or "")

    def new_run(self, project: Project, stack: Stack, engine: EngineName, model: str, now: datetime) -> RunInfo:
        """The run's first state."""
        return RunInfo(
            id=new_run_id(),
            project_id=project.id,
            user_id=project.user_id,
            side=stack.side,
            stack=stack.id,
            engine=engine,
            model=model,
            kind=self.kind,
            status=RunStatus.QUEUED,
            created_at=now,
            prompt=self.parent.prompt if self.parent and not self.parent.is_upload else project.prompt,
            parent_id=self.parent.id if self.parent else None,
            context_id=self._context_id(project, stack),
            instructions=self.instructions,
            sampling=replace(self.sampling, temperature=DEFAULT_TEMPERATURE)
            if self._uses_default_temperature
            else self.sampling,
            characters=len(self.prefix),
            warning=self._model_warning(engine, model),
        )

    def based_on(self, upload: RunInfo) -> "RunRequest":
        """The request as a refinement of an upload: the model extends the person's files, and does not start over."""
        instructions = self.instructions or EXTEND_INSTRUCTION
        return replace(self, kind=RunKind.REFINE, parent=upload, instructions=instructions)

    @property
    def _uses_default_temperature(self) -> bool:
        return self.sampling.temperature is None

    def _context_id(self, project: Project, stack: Stack) -> str | None:
        if self.parent and not self.parent.is_upload:
            return self.parent.context_id
        return project.backend_run_id if self.include_context and stack.side is Side.FRONTEND else None

    def _model_warning(self, engine: EngineName, model: str) -> str | None:
        parent = self.parent
        if parent is None or parent.is_by_person or (parent.engine, parent.model) == (engine, model):
            return None
        return f"Continued with {model} ({engine}) because {parent.model} ({parent.engine}) is not available."
