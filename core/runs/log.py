"""The append-only log of one run: its text once, its state as the newest snapshot, any number of readers with cursors.

A reader holds an offset (code points of the text) and the revision of the state it saw last; the log does not know
its readers, only how many there are and who waits. A closed log and an offset at its end *is* the end of the run. No
I/O; belongs to one event loop.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from core.runs.state_cell import StateCell
from core.runs.text_buffer import MAX_READ_LENGTH, TextBuffer, TextSlice
from core.runs.thinking import ThinkingTail
from core.runs.waiting_readers import WaitingReaders

StateT = TypeVar("StateT")


class RunLog(Generic[StateT]):
    """One run's text, state and thinking. ``StateT`` is whatever describes the run; the log only replaces it.

    ``readers`` is the counter that this log shares with others.
    """

    def __init__(
        self, state: StateT, text: str = "", *, closed: bool = False, readers: WaitingReaders | None = None
    ) -> None:
        self._buffer = TextBuffer(text)
        self._state = StateCell(state)
        self.thinking = ThinkingTail()
        self._closed = closed
        self._reader_count = 0
        self._readers = readers or WaitingReaders()
        self._waiters: set[asyncio.Future[None]] = set()

    @property
    def length(self) -> int:
        """How many code points the text has so far."""
        return self._buffer.length

    @property
    def text(self) -> str:
        """All of the text so far; costs a join the first time after an append."""
        return self._buffer.text

    def read(self, offset: int, max_length: int = MAX_READ_LENGTH) -> TextSlice:
        """What follows ``offset``, at most ``max_length`` code points; see ``TextBuffer.read``."""
        return self._buffer.read(offset, max_length)

    @property
    def closed(self) -> bool:
        """Whether nothing more will come."""
        return self._closed

    @property
    def state(self) -> StateT:
        """The newest snapshot of the run's state."""
        return self._state.value

    @property
    def cached_state(self) -> StateT:
        """The state, perhaps with old counters; costs nothing. See ``StateCell.cached_value``."""
        return self._state.cached_value

    @property
    def revision(self) -> int:
        """Counts the changes of the state that readers are told of."""
        return self._state.revision

    def append(self, text: str) -> None:
        """Add to the end and wake the readers. O(1), and one future for each waiting reader."""
        # Readers at the end have gone: they would never get it.
        if self._closed:
            raise RuntimeError("append to a closed log")
        if text:
            self._buffer.append(text)
            self._wake_readers()

    def append_thinking(self, text: str) -> None:
        """Add to what the model says to itself, and wake the readers."""
        self.thinking.append(text)
        self._wake_readers()

    def update(self, state: StateT) -> None:
        """Replace the state and wake the readers."""
        self._state.publish(state)
        self._wake_readers()

    def set_quietly(self, state: StateT) -> None:
        """Replace the state without waking readers."""
        self._state.set_quietly(state)

    def set_lazily(self, change: Callable[[StateT], StateT]) -> None:
        """Change the state when it is next asked for; see ``StateCell.set_lazily``."""
        self._state.set_lazily(change)

    def close(self, state: StateT) -> None:
        """End the log with its last state; closing twice is an error."""
        if self._closed:
            raise RuntimeError("close of a closed log")
        self._closed = True
        self.update(state)

    @property
    def reader_count(self) -> int:
        """How many read it now."""
        return self._reader_count

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Count a reader for as long as the block runs."""
        self._reader_count += 1
        try:
            yield
        finally:
            self._reader_count -= 1

    async def wait_for_change(self) -> None:
        """Return at the next change, for a reader who has seen all until now; at once where the log is closed."""
        if self._closed:
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        # Counted only while it waits: a reader that is busy costs the journal's commits nothing.
        self._readers.count += 1
        try:
            await waiter
        finally:
            self._readers.count -= 1
            self._waiters.discard(waiter)

    def _wake_readers(self) -> None:
        # A new set first: who waits from here on waits for the next change.
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():  # done: its reader was cancelled and has not run since
                waiter.set_result(None)
