"""A new run enters the database, which keeps a side from having two live ones."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from core.errors import Conflict
from core.runs.state import RunInfo, first_values
from data import queries
from data.database import Database
from data.errors import RowRejected

MOMENTS = 3
"""In which the run in the way may end, while another one takes its place."""


async def enter(
    database: Database,
    run: RunInfo,
    store: Callable[..., None],
    *,
    project: Callable[[int, int], Awaitable[Any]],
    busy: str,
    otherwise: str,
) -> None:
    """Have ``store``, one of ``writing``, take ``run``; ``project`` raises NotFound where it was deleted meanwhile.

    Raises Conflict: ``busy`` with the id of the live run in the way, ``otherwise`` where there is none and it is
    rejected again and again.
    """
    for _ in range(MOMENTS):
        try:
            await database.write(partial(store, values=first_values(run)))
        except RowRejected:
            await project(run.user_id, run.project_id)
            other = await database.read(lambda s: queries.live_run(s, run.project_id, run.side))
            if other:
                raise Conflict(busy, run_id=other.id) from None
            # The other one has ended in this moment: there is room now.
        else:
            return
    raise Conflict(otherwise)
