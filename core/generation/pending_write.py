"""What the journal holds of a run until it is committed, and the transaction that commits it for many runs."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.generation.run_end import RunEnd, store_end
from core.runs.log import RunLog
from core.runs.state import RunInfo, update_values
from data import commands
from data.database import Connection


@dataclass(eq=False, slots=True)
class PendingWrite:
    """What one run waits to have committed, ``since`` a time of the monotonic clock.

    It is text, counters, a state, an end (``has_file`` is of that).
    """

    log: RunLog[RunInfo]
    parts: list[str] = field(default_factory=list)
    tokens: int | None = None
    state: RunInfo | None = None
    has_file: bool = False
    end_committed: asyncio.Future[None] | None = None
    since: float = field(default_factory=time.monotonic)

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.log.cached_state.id

    @property
    def text(self) -> str:
        """What is to be appended to the run's text."""
        return "".join(self.parts)


def write_batch(
    connection: Connection,
    pieces: commands.JournalPieces,
    states: Sequence[RunInfo],
    ends: Sequence[RunEnd],
) -> None:
    """One transaction: pieces of text, new states of runs that go on, runs that end with their whole texts."""
    commands.add_pieces(connection, pieces)
    for state in states:
        commands.update_run(connection, state.id, update_values(state))
    for end in ends:
        store_end(connection, end)
