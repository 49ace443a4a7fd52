"""Tells screen readers of a run's new status."""

from core.catalog.stacks import Side
from core.runs.state import RunInfo, RunStatus
from ui.elements import text


class RunAnnouncer:
    """An invisible text; a change of it is read out."""

    def __init__(self) -> None:
        self._text = text("", "lw-visually-hidden").props("role=status aria-live=polite")
        self._announced: dict[Side, tuple[str, RunStatus] | None] = {}

    def announce(self, side: Side, run: RunInfo | None) -> None:
        """Say the status of a side's run, if it is another one than before."""
        state = (run.id, run.status) if run else None
        if run and side in self._announced and self._announced[side] != state:
            self._text.set_text(f"{side.capitalize()}: {run.status.value}")
        self._announced[side] = state

    def forget(self) -> None:
        """What comes next is no change."""
        self._announced.clear()
