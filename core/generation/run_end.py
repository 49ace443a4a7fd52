"""A run's end enters the database, and the rule that says whether its text becomes the side's current version."""

from core.runs.state import RunInfo, RunStatus, update_values
from data import commands, queries
from data.database import Connection


def store_end(connection: Connection, run: RunInfo, text: str) -> None:
    """Store a run's end with its whole text. Raises RowRejected where the run was deleted.

    A whole text always becomes the side's current version; a cut one only where there is no whole one; a fix only
    once its review says that it is an improvement.
    """
    commands.store_run_text(connection, run.id, update_values(run), text)
    if run.is_fix or not text:
        return
    is_complete = run.status is RunStatus.COMPLETE
    if is_complete or queries.current_status(connection, run.project_id, run.side) != RunStatus.COMPLETE:
        commands.set_current_run(connection, run.project_id, run.side, run.id)
