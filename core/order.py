"""What a run is asked to do."""

from dataclasses import dataclass, field
from datetime import datetime

from core import prompts
from core.engines.protocol import EngineName, Sampling
from core.run import RunInfo, RunKind, RunStatus, new_run_id
from core.stacks import Stack
from core.text import check_storable
from data import models


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is asked to do; None leaves the project's or the installation's choice.

    ``messages`` are those of a run that goes on from another one, ``parent``; its text begins with ``prefix``.
    """

    stack: str | None = None
    model: str | None = None
    instructions: str | None = None
    sampling: Sampling = field(default_factory=Sampling)
    kind: RunKind = RunKind.GENERATE
    parent: RunInfo | None = None
    messages: prompts.Messages | None = None
    prefix: str = ""

    def check(self) -> None:
        """Raise Invalid for words that cannot be stored."""
        for name in ("model", "stack", "instructions"):
            check_storable(name, getattr(self, name) or "")

    def run(self, project: models.Project, stack: Stack, engine: EngineName, model: str, now: datetime) -> RunInfo:
        """The new run, as it is before anything of it is written."""
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
            prompt=self.parent.prompt if self.parent else project.prompt,
            parent_id=self.parent.id if self.parent else None,
            instructions=self.instructions,
            sampling=self.sampling,
            characters=len(self.prefix),
            warning=self._warning(engine, model),
        )

    def _warning(self, engine: EngineName, model: str) -> str | None:
        parent = self.parent
        if parent is None or (parent.engine, parent.model) == (engine, model):
            return None
        return f"Continued with {model} ({engine}) because {parent.model} ({parent.engine}) is not available."
