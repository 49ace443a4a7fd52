"""The deletion of a version: the one before it takes its place where it was the current one."""

from collections.abc import Iterator, Sequence

from core.catalog.stacks import find_stack
from core.files.answer import holds_file
from core.runs.state import RunInfo, RunStatus, run_from_row
from data import commands, queries
from data.database import Connection


def delete_version(connection: Connection, run: RunInfo) -> bool:
    """Delete a version with its files, and make the one before it current if it was; in one transaction.

    False where it is live, or another version refers to it.
    """
    queries.lock_project(connection, run.project_id)
    if not commands.delete_unreferenced_run(connection, run.id):
        return False
    project = queries.find_project(connection, run.user_id, run.project_id)
    if project and run.id in project.current_run_ids:
        rows = queries.list_runs(connection, run.user_id, run.project_id)
        candidates = successors(run, [run_from_row(row) for row in rows])
        successor = next((each for each in candidates if _has_file(connection, each)), None)
        commands.set_current_run(
            connection, run.project_id, run.side, successor.id if successor else None, expected=run.id
        )
    return True


def successors(run: RunInfo, runs: Sequence[RunInfo]) -> Iterator[RunInfo]:
    """The versions that may be current in place of ``run``, the best first; ``runs`` are newest first.

    A whole one comes before one that was cut, an older one before a newer one, the nearest first.
    """
    others = [each for each in runs if each.side is run.side and each.id != run.id and _can_be_current(each)]
    older = [each for each in others if each.created_at <= run.created_at]
    newer = [each for each in reversed(others) if each.created_at > run.created_at]
    yield from sorted(older + newer, key=lambda each: each.status is not RunStatus.COMPLETE)


def _can_be_current(run: RunInfo) -> bool:
    # A fix with a warning may be one that was no improvement, and so was not kept; nor is one that was never reviewed.
    if run.is_fix and (run.warning or run.problems is None or run.status is not RunStatus.COMPLETE):
        return False
    return not run.is_live and run.characters > 0


def _has_file(connection: Connection, run: RunInfo) -> bool:
    """Whether there is a file in it: an answer without one is never current."""
    if run.is_by_person:
        return True
    text = queries.load_texts(connection, [run.id]).get(run.id, "")
    return holds_file(text, find_stack(run.stack, run.side).default_path)
