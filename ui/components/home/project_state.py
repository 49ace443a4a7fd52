"""What a card says of a project: what happens in it now, or how its newest run ended, and when. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.projects.projects import ListedProject
from core.runs.state import RunInfo, RunStatus, run_from_row
from core.text import pluralize
from ui.components.run.run_status import ENDS, ENDS_BY_PERSON, STATUS_SIGNS
from ui.display_text import format_age

_FAILURES = {
    "model_not_found": "Failed: the model was missing",
    "engine_unreachable": "Failed: no model answered",
}


@dataclass(frozen=True, slots=True)
class ProjectState:
    """``sign`` is the CSS class of a sign, empty for a spinner; ``is_live`` says that it is being written."""

    sign: str
    words: str
    time: str
    is_live: bool = False


def project_state(listed: ListedProject, live_runs: Sequence[RunInfo], now: datetime) -> ProjectState:
    """The state of a project in which these runs are live."""
    if live_runs:
        run = next((each for each in live_runs if each.status is not RunStatus.QUEUED), live_runs[0])
        if run.status is RunStatus.QUEUED:
            return ProjectState("waiting", f"Waiting, place {run.position or '…'}", "")
        return ProjectState("", f"Writing the {run.side.capitalize()}", "now", is_live=True)
    if listed.last_run is None:
        return ProjectState("none", "Nothing written yet", format_age(listed.project.created_at, now))
    run = run_from_row(listed.last_run)
    sign, words = _describe_end(run)
    age = format_age(run.finished_at or run.created_at, now)
    return ProjectState(sign, words, f"{age} · {pluralize(listed.run_count, 'version')}")


def _describe_end(run: RunInfo) -> tuple[str, str]:
    # A live status without a live run: the server has just begun, or ended it this moment.
    sign, words = (STATUS_SIGNS[run.status], ENDS[run.status]) if run.status in ENDS else ("none", "Beginning")
    if run.status is RunStatus.COMPLETE:
        if flaws := (run.problems or 0) + (run.findings or 0):
            return "warn", pluralize(flaws, "error" if run.findings else "problem")
        return sign, ENDS_BY_PERSON.get(run.kind, words)
    if run.status is RunStatus.FAILED and run.error and not run.characters:
        return sign, _FAILURES.get(run.error.code, words)
    return sign, f"{words}, can be continued" if run.characters and not run.is_fix else words
