"""A new run enters the database, which keeps a side from having two live ones."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from core.errors import Conflict
from core.runs.state import RunInfo, insert_values
from data import queries
from data.database import Database
from data.errors import RowRejected

INSERT_ATTEMPTS = 3
"""In which the run in the way may end, while another one takes its place."""


async def insert_run(
    database: Database,
    run: RunInfo,
    insert: Callable[..., None],
    *,
    get_project: Callable[[int, int], Awaitable[Any]],
    busy_message: str,
    conflict_message: str,
) -> None:
    """Have ``insert``, one of ``writing``, take ``run``; ``get_project`` raises NotFound where it was deleted
    meanwhile.

    Raises Conflict: ``busy_message`` with the id of the live run in the way, ``conflict_message`` where there is none
    and it is rejected again and again.
    """
    for _ in range(INSERT_ATTEMPTS):
        try:
            await database.write(partial(insert, values=insert_values(run)))
        except RowRejected:
            await get_project(run.user_id, run.project_id)
            live_run = await database.read_objects(lambda s: queries.find_live_run(s, run.project_id, run.side))
            if live_run:
                raise Conflict(busy_message, run_id=live_run.id) from None
            # The other one has ended in this moment: there is room now.
        else:
            return
    raise Conflict(conflict_message)
