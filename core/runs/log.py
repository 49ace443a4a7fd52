"""The append-only log of one run: its text once, its state as the newest snapshot, any number of readers with cursors.

A reader holds an offset (code points of the text) and the revision of the state it saw last; of readers the log knows
only how many wait. A closed log and an offset at its end *is* the end of the run. No I/O; belongs to one event loop.
"""

import asyncio
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

StateT = TypeVar("StateT")

MAX_READ_LENGTH = 64 * 1024
"""The most characters one read hands out, so that a reader far behind costs bounded memory."""

MAX_THINKING_LENGTH = 8 * 1024
"""The most characters of a model's thinking that are kept: it is shown while it comes, and is no part of the text."""


@dataclass(frozen=True, slots=True)
class TextSlice:
    """Some of the text: where it begins, and its characters."""

    offset: int
    text: str

    @property
    def end(self) -> int:
        """The offset after it."""
        return self.offset + len(self.text)


class RunLog(Generic[StateT]):
    """One run's text and state. ``StateT`` is whatever describes the run; the log only replaces it."""

    waiting_readers: ClassVar[int] = 0
    """How many readers wait now, of all the runs of this process."""

    def __init__(self, state: StateT, text: str = "", *, closed: bool = False) -> None:
        self._part_offsets: list[int] = [0] if text else []
        self._parts: list[str] = [text] if text else []
        self._length = len(text)
        self._state = state
        self._lazy_change: Callable[[StateT], StateT] | None = None
        self._revision = 0
        self._closed = closed
        self._thinking = TextSlice(0, "")
        self._last_read = TextSlice(0, "")
        """What was read last: the readers of a crowd stand at the same place."""
        self._waiters: set[asyncio.Future[None]] = set()

    @property
    def length(self) -> int:
        """How many code points the text has so far."""
        return self._length

    @property
    def closed(self) -> bool:
        """Whether nothing more will come."""
        return self._closed

    @property
    def state(self) -> StateT:
        """The newest snapshot of the run's state."""
        if self._lazy_change:
            self._state, self._lazy_change = self._lazy_change(self._state), None
        return self._state

    @property
    def cached_state(self) -> StateT:
        """The state but for counters that moved since: costs nothing."""
        return self._state

    @property
    def revision(self) -> int:
        """Counts the changes of the state."""
        return self._revision

    @property
    def text(self) -> str:
        """All of the text so far; costs a join the first time after an append."""
        if len(self._parts) > 1:
            self._parts, self._part_offsets = ["".join(self._parts)], [0]
        return self._parts[0] if self._parts else ""

    def append(self, text: str) -> None:
        """Add to the end and wake the readers. O(1), and one future for each waiting reader."""
        if self._closed:
            raise RuntimeError("append to a closed log")
        if text:
            self._part_offsets.append(self._length)
            self._parts.append(text)
            self._length += len(text)
            self._wake_readers()

    def append_thinking(self, text: str) -> None:
        """Add to what the model says to itself, of which the last ``MAX_THINKING_LENGTH`` characters are kept."""
        thinking = self._thinking.text + text
        self._thinking = TextSlice(
            self._thinking.end + len(text) - len(thinking[-MAX_THINKING_LENGTH:]), thinking[-MAX_THINKING_LENGTH:]
        )
        self._wake_readers()

    def read_thinking(self, offset: int = 0) -> TextSlice:
        """What is kept of the thinking after ``offset``."""
        start = max(offset, self._thinking.offset)
        return TextSlice(start, self._thinking.text[start - self._thinking.offset :])

    @property
    def thinking_length(self) -> int:
        """How many characters it has thought so far."""
        return self._thinking.end

    def set_quietly(self, state: StateT) -> None:
        """Replace the state by one that is no news by itself: nobody is woken."""
        self._state, self._lazy_change = state, None

    def set_lazily(self, change: Callable[[StateT], StateT]) -> None:
        """Amend the state once somebody asks for it; the newest such change takes the place of the one before.

        Counters move with every piece, and are looked at a few times a second.
        """
        self._lazy_change = change

    def update(self, state: StateT) -> None:
        """Replace the state and wake the readers."""
        self.set_quietly(state)
        self._revision += 1
        self._wake_readers()

    def close(self, state: StateT) -> None:
        """End the log with its last state; closing twice is an error."""
        if self._closed:
            raise RuntimeError("close of a closed log")
        self._closed = True
        self.update(state)

    def read(self, offset: int, max_length: int = MAX_READ_LENGTH) -> TextSlice:
        """What follows ``offset``, at most ``max_length`` code points; none at the end. O(log parts + characters)."""
        if not 0 <= offset <= self._length:
            raise ValueError(f"offset {offset} is outside 0..{self._length}")
        length = min(max_length, self._length - offset)
        if not length:
            return TextSlice(offset, "")
        if self._last_read.offset != offset or len(self._last_read.text) != length:
            is_last_part = self._part_offsets[-1] == offset and length == len(self._parts[-1])
            self._last_read = TextSlice(offset, self._parts[-1] if is_last_part else self._join_parts(offset, length))
        return self._last_read

    def _join_parts(self, offset: int, remaining: int) -> str:
        pieces: list[str] = []
        index = bisect_right(self._part_offsets, offset) - 1
        position = offset
        while remaining > 0:
            part = self._parts[index]
            start = position - self._part_offsets[index]
            piece = part if start == 0 and len(part) <= remaining else part[start : start + remaining]
            pieces.append(piece)
            remaining -= len(piece)
            position += len(piece)
            index += 1
        return "".join(pieces)

    async def wait_for_change(self) -> None:
        """Return at the next change, for a reader who has seen all until now; at once where the log is closed."""
        if self._closed:
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        RunLog.waiting_readers += 1
        try:
            await waiter
        finally:
            RunLog.waiting_readers -= 1
            self._waiters.discard(waiter)

    def _wake_readers(self) -> None:
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
