"""What the writer of runs does, as plain statements on one connection; run them by ``Database.write``."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, delete, insert, select, update

from data.errors import RowRejected
from data.models import Project, Run, RunPiece

_ADD_PIECES = insert(RunPiece)


class RunPlace(Protocol):
    """Anything that says which run it is and whose version it would be."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def project_id(self) -> int: ...  # noqa: D102
    @property
    def side(self) -> str: ...  # noqa: D102


def commit(
    connection: Connection,
    pieces: Sequence[Mapping[str, Any]],
    states: Iterable[tuple[str, Mapping[str, Any]]],
    ends: Iterable[tuple[RunPlace, Mapping[str, Any], str]],
) -> None:
    """All that gathered for the journal.

    ``pieces`` are ``run_id`` and ``text``; ``states`` new values of runs that go on; ``ends`` runs with their last
    values and whole texts. Raises RowRejected.
    """
    if pieces:
        connection.execute(_ADD_PIECES, pieces)
    for run_id, values in states:
        change_run(connection, run_id, values)
    for run, values, text in ends:
        end_run(connection, run, values, text)


def change_run(connection: Connection, run_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of a run that has not ended. Raises RowRejected where it was deleted."""
    if connection.execute(update(Run).where(Run.id == run_id).values(**values)).rowcount == 0:
        raise RowRejected


def end_run(connection: Connection, run: RunPlace, values: Mapping[str, Any], text: str) -> None:
    """Store a run's end with its whole text, drop its journal, and make it the current version where it should be.

    A whole text always becomes the side's current version; a cut one only where there is no whole one.
    Raises RowRejected where the run was deleted.
    """
    change_run(connection, run.id, {**values, "text": text, "characters": len(text)})
    connection.execute(delete(RunPiece).where(RunPiece.run_id == run.id))
    if text and (values["status"] == "complete" or not _has_whole_version(connection, run)):
        make_current(connection, run)


def make_current(connection: Connection, run: RunPlace) -> None:
    """Point the side of the run's project at it."""
    connection.execute(update(Project).where(Project.id == run.project_id).values({f"{run.side}_run_id": run.id}))


def _has_whole_version(connection: Connection, run: RunPlace) -> bool:
    current = select(getattr(Project, f"{run.side}_run_id")).where(Project.id == run.project_id).scalar_subquery()
    return connection.scalar(select(Run.status).where(Run.id == current)) == "complete"
