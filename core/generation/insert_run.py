"""A new run enters the database, which keeps a side from having two live ones."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from core.errors import Conflict
from core.runs.state import RunInfo, insert_values
from data import commands, queries
from data.database import Connection, Database
from data.errors import RowRejected

INSERT_ATTEMPTS = 3
"""The conflicting run may end between two attempts, while another one takes its place."""


async def insert_run(
    database: Database,
    run: RunInfo,
    insert: Callable[[Connection, Mapping[str, object]], None],
    *,
    get_project: Callable[[int, int], Awaitable[Any]],
    busy_message: str,
    conflict_message: str,
) -> None:
    """Have ``insert`` store the run, given as the values of its row.

    Raises NotFound, by ``get_project``, where the project was deleted meanwhile; Conflict with ``busy_message`` and the
    id of the live run that is in the way, with ``conflict_message`` where none is and the run is rejected all the same.
    """
    for _ in range(INSERT_ATTEMPTS):
        try:
            await database.write(lambda connection: insert(connection, insert_values(run)))
        except RowRejected:
            # First, because a deleted project rejects the row as well, and is the better reason.
            await get_project(run.user_id, run.project_id)
            find_live_run = partial(queries.find_live_run, project_id=run.project_id, side=run.side)
            if live_run := await database.read(find_live_run):
                raise Conflict(busy_message, run_id=live_run.id) from None
        else:
            return
    raise Conflict(conflict_message)


def insert_with_text(connection: Connection, values: Mapping[str, object], *, run_id: str, text: str) -> None:
    """Store a new run, and what its text begins with in the journal."""
    commands.add_run(connection, values)
    commands.add_pieces(connection, [(run_id, text)] if text else [])
