"""What the bar says of a run in a few words; a whole sentence stands in the run's face. Pure."""

from dataclasses import dataclass
from datetime import datetime

from core.engines.protocol import Progress, ProgressPhase
from core.runs.progress import PHASES
from core.runs.state import RunInfo, RunKind, RunStatus
from core.runs.unassigned import NO_FILES
from ui.display_text import format_duration

STATUS_SIGNS = {
    RunStatus.QUEUED: "waiting",
    RunStatus.COMPLETE: "finished",
    RunStatus.STOPPED: "stopped",
    RunStatus.TRUNCATED: "warn",
    RunStatus.FAILED: "warn",
    RunStatus.INTERRUPTED: "warn",
}
"""The CSS class of the sign before the words; a run that is being written has a spinner."""
ENDS = {
    RunStatus.COMPLETE: "Finished",
    RunStatus.STOPPED: "Stopped",
    RunStatus.TRUNCATED: "Cut short",
    RunStatus.FAILED: "Failed",
    RunStatus.INTERRUPTED: "Interrupted",
}
ENDS_BY_PERSON = {RunKind.UPLOAD: "Uploaded", RunKind.EDIT: "Edited by hand"}


@dataclass(frozen=True, slots=True)
class StatusWords:
    """``bold`` is what matters; ``sign`` is a CSS class, empty for the spinner."""

    bold: str
    before: str = ""
    after: str = ""
    sign: str = ""


def describe_status(
    run: RunInfo, active_path: str | None, summary: str, thinking: str = "", *, has_files: bool = True
) -> StatusWords:
    """The words for a run's status.

    ``active_path`` is the file that it is writing, ``summary`` the size of what it has; ``thinking`` is the newest part
    of what the model thinks.
    """
    sign = STATUS_SIGNS.get(run.status, "")
    match run.status:
        case RunStatus.QUEUED:
            return StatusWords(f"Waiting, place {run.position or '…'}", sign=sign)
        case RunStatus.LOADING:
            progress = run.progress or Progress(ProgressPhase.WAITING)
            count = f"{progress.done or 0:,} of {progress.total:,} tokens" if progress.total else ""
            return StatusWords(PHASES[progress.phase], after=count)
        case RunStatus.RUNNING if run.progress or thinking:
            return StatusWords(thinking, before=f"{PHASES[ProgressPhase.THINKING]} ")
        case RunStatus.RUNNING:
            return StatusWords(active_path or "", before="Writing ")
        case _:
            return _describe_end(run, summary, sign, has_files=has_files)


def _describe_end(run: RunInfo, summary: str, sign: str, *, has_files: bool) -> StatusWords:
    if run.status is RunStatus.COMPLETE and not has_files:
        return StatusWords(NO_FILES, sign="warn")
    if not run.characters:
        return StatusWords(ENDS[run.status], after="before the first word", sign=sign)
    adjusted = f" · adjusted: {run.adjusted}" if run.adjusted else ""
    kept = "" if run.status is RunStatus.COMPLETE else " · kept"
    return StatusWords(ENDS_BY_PERSON.get(run.kind, ENDS[run.status]), after=f"{summary}{adjusted}{kept}", sign=sign)


def elapsed_text(run: RunInfo, now: datetime) -> str:
    """How long a run has worked, or did: ``0:42``; empty before its start, and where a model wrote nothing."""
    if run.started_at is None or run.is_by_person or not (run.characters or run.is_live):
        return ""
    return format_duration(((run.finished_at or now) - run.started_at).total_seconds())
