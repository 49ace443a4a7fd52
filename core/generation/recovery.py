"""After a crash: every run that it left without an end gets one."""

from datetime import datetime
from functools import partial

from core.generation.run_end import RunEnd, as_interrupted, store_end
from core.runs.state import run_from_row
from data import queries
from data.database import Database

CRASH_CAUSE = "The server stopped while this was being written"


async def end_interrupted_runs(database: Database, now: datetime) -> None:
    """End the runs that the database believes to be live; their text is what the journal holds."""
    # One by one: all the texts together may not fit into memory.
    for row in await database.read(queries.list_live_runs):
        text = await database.read(partial(queries.load_journal_text, run_id=row.id))
        run = as_interrupted(run_from_row(row), CRASH_CAUSE, now, has_text=bool(text))
        await database.write(partial(store_end, end=RunEnd(run, text)))
