"""The append-only log of one run: its text once, its state as the newest snapshot, any number of readers with cursors.

A reader holds an offset (code points of the text) and the revision of the state it saw last; of readers the log knows
only how many wait. A closed log and an offset at its end *is* the end of the run. No I/O; belongs to one event loop.
"""

import asyncio
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

S = TypeVar("S")

SLICE = 64 * 1024
"""The most characters one read hands out, so that a reader far behind costs bounded memory."""

THOUGHTS = 8 * 1024
"""The most characters of a model's thinking that are kept: it is shown while it comes, and is no part of the text."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Some of the text: where it begins, and its characters."""

    offset: int
    text: str

    @property
    def end(self) -> int:
        """The offset after it."""
        return self.offset + len(self.text)


class RunLog(Generic[S]):
    """One run's text and state. ``S`` is whatever describes the run; the log only replaces it."""

    waiting: ClassVar[int] = 0
    """How many readers wait now, of all the runs of this process."""

    def __init__(self, state: S, text: str = "", *, closed: bool = False) -> None:
        self._starts: list[int] = [0] if text else []
        self._parts: list[str] = [text] if text else []
        self._length = len(text)
        self._state = state
        self._counted: Callable[[S], S] | None = None
        self._revision = 0
        self._closed = closed
        self._thoughts = Slice(0, "")
        self._latest = Slice(0, "")
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
    def state(self) -> S:
        """The newest snapshot of the run's state."""
        if self._counted:
            self._state, self._counted = self._counted(self._state), None
        return self._state

    @property
    def told(self) -> S:
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
            self._parts, self._starts = ["".join(self._parts)], [0]
        return self._parts[0] if self._parts else ""

    def append(self, text: str) -> None:
        """Add to the end and wake the readers. O(1), and one future for each waiting reader."""
        if self._closed:
            raise RuntimeError("append to a closed log")
        if text:
            self._starts.append(self._length)
            self._parts.append(text)
            self._length += len(text)
            self._wake()

    def think(self, text: str) -> None:
        """Add to what the model says to itself, of which the last ``THOUGHTS`` characters are kept."""
        thoughts = self._thoughts.text + text
        self._thoughts = Slice(self._thoughts.end + len(text) - len(thoughts[-THOUGHTS:]), thoughts[-THOUGHTS:])
        self._wake()

    def thoughts(self, offset: int = 0) -> Slice:
        """What is kept of the thinking after ``offset``."""
        begin = max(offset, self._thoughts.offset)
        return Slice(begin, self._thoughts.text[begin - self._thoughts.offset :])

    @property
    def thought(self) -> int:
        """How many characters it has thought so far."""
        return self._thoughts.end

    def amend(self, state: S) -> None:
        """Replace the state by one that is no news by itself: nobody is woken."""
        self._state, self._counted = state, None

    def count(self, counted: Callable[[S], S]) -> None:
        """Amend the state once somebody asks for it; the newest such change takes the place of the one before.

        Counters move with every piece, and are looked at a few times a second.
        """
        self._counted = counted

    def update(self, state: S) -> None:
        """Replace the state and wake the readers."""
        self.amend(state)
        self._revision += 1
        self._wake()

    def close(self, state: S) -> None:
        """End the log with its last state; closing twice is an error."""
        if self._closed:
            raise RuntimeError("close of a closed log")
        self._closed = True
        self.update(state)

    def read(self, offset: int, limit: int = SLICE) -> Slice:
        """What follows ``offset``, at most ``limit`` code points; none at the end. O(log parts + characters)."""
        if not 0 <= offset <= self._length:
            raise ValueError(f"offset {offset} is outside 0..{self._length}")
        wanted = min(limit, self._length - offset)
        if not wanted:
            return Slice(offset, "")
        if self._latest.offset != offset or len(self._latest.text) != wanted:
            newest = self._starts[-1] == offset and wanted == len(self._parts[-1])
            self._latest = Slice(offset, self._parts[-1] if newest else self._joined(offset, wanted))
        return self._latest

    def _joined(self, offset: int, wanted: int) -> str:
        found: list[str] = []
        index = bisect_right(self._starts, offset) - 1
        position = offset
        while wanted > 0:
            part = self._parts[index]
            begin = position - self._starts[index]
            piece = part if begin == 0 and len(part) <= wanted else part[begin : begin + wanted]
            found.append(piece)
            wanted -= len(piece)
            position += len(piece)
            index += 1
        return "".join(found)

    async def news(self) -> None:
        """Return at the next change, for a reader who has seen all until now; at once where the log is closed."""
        if self._closed:
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        RunLog.waiting += 1
        try:
            await waiter
        finally:
            RunLog.waiting -= 1
            self._waiters.discard(waiter)

    def _wake(self) -> None:
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
