"""What the events of a stream say of a run."""

from typing import Self

from api.schemas.runs import RunOut
from core.runs.follow import StatusChanged


class WatchedRunOut(RunOut):
    """A run as a stream's ``status`` tells of it; ``watching`` counts those who read it now."""

    watching: int

    @classmethod
    def from_event(cls, event: StatusChanged) -> Self:
        """The JSON of what ``follow`` says."""
        return cls(**RunOut.from_run(event.run).model_dump(), watching=event.watching)
