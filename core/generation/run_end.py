"""How a run ends: what interrupted it, how its end is stored, and whether its text becomes the current version."""

from dataclasses import dataclass
from datetime import datetime

from core.catalog.stacks import find_stack
from core.files.answer import holds_file
from core.runs.state import RunError, RunInfo, RunKind, RunStatus, update_values
from data import commands, queries
from data.database import Connection


@dataclass(frozen=True, slots=True)
class RunEnd:
    """A run as it ended, with its whole text; ``has_file`` where a file was seen in it while it was written."""

    run: RunInfo
    text: str
    has_file: bool = False


def store_end(connection: Connection, end: RunEnd) -> None:
    """Store a run's end. Raises RowRejected where the run was deleted.

    A whole text with a file becomes the side's current version; a cut one only where there is no whole one; a fix only
    once its review says that it is an improvement.
    """
    run, text = end.run, end.text
    commands.store_run_text(connection, run.id, update_values(run), text)
    # An empty version would hide the one before it.
    if run.is_fix or not text:
        return
    is_complete = run.status is RunStatus.COMPLETE
    # "I cannot do that, sorry" is a whole answer, too.
    if is_complete and not (end.has_file or holds_file(text, find_stack(run.stack, run.side).default_path)):
        return
    if is_complete or queries.current_status(connection, run.project_id, run.side) != RunStatus.COMPLETE:
        commands.set_current_run(connection, run.project_id, run.side, run.id)


WAYS_ON = {RunKind.REFINE: "ask for the change again", RunKind.FIX: "fix the version before once more"}


def as_interrupted(run: RunInfo, cause: str, now: datetime, *, has_text: bool) -> RunInfo:
    """The run, ended by the server itself; ``cause`` is the first half of the sentence for the person."""
    if not has_text:
        way_on = f"nothing of it had come yet, {WAYS_ON.get(run.kind, 'press Generate again')}."
    elif run.is_fix:
        way_on = f"what there was is kept, {WAYS_ON[RunKind.FIX]}."
    else:
        way_on = "what there was is kept, press Continue to go on."
    error = RunError("interrupted", f"{cause}: {way_on}", retryable=True)
    return run.with_end(RunStatus.INTERRUPTED, "interrupted", now, error)
