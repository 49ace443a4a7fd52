"""What a run is asked to do."""

from dataclasses import dataclass, field

from core import prompts
from core.engines.protocol import Sampling
from core.run import RunKind


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is asked to do; None leaves the project's or the installation's choice.

    ``messages`` are those of a run that goes on from another one, ``parent_id``; its text begins with ``prefix``.
    """

    stack: str | None = None
    model: str | None = None
    instructions: str | None = None
    sampling: Sampling = field(default_factory=Sampling)
    kind: RunKind = RunKind.GENERATE
    parent_id: str | None = None
    messages: prompts.Messages | None = None
    prefix: str = ""
