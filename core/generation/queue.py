"""Which run is next: a bounded number at once, the waiting ones in fair order between users. No I/O.

Fair means round robin: each waiting user gets one slot before anyone gets a second; one user's runs are first come,
first served.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import zip_longest

from core.errors import QueueFull

MAX_QUEUED_RUNS_PER_USER = 20
MAX_QUEUED_RUNS = 200
"""Runs that wait at once: each keeps its prompt in memory, and is told of its place at every change."""


def _ignore_position(_position: int | None) -> None:
    """The default listener of a ticket: nobody has asked for its position yet."""


@dataclass(eq=False, slots=True)
class Ticket:
    """A place in the queue; its owner waits for a slot with it, or releases it."""

    user_id: int
    admitted: asyncio.Future[None]
    position: int | None = None
    on_position: Callable[[int | None], None] = _ignore_position


class FairQueue:
    """At most ``max_concurrent`` tickets hold a slot at the same time."""

    def __init__(self, max_concurrent: int) -> None:
        self._free_slots = max_concurrent
        # Users in the order of their turns, each with their tickets in the order of arrival.
        self._tickets_by_user: dict[int, deque[Ticket]] = {}

    def enqueue(self, user_id: int) -> Ticket:
        """Take a place at once, so that many simultaneous callers cannot exceed the limits. Raises QueueFull."""
        waiting_count = len(self._tickets_by_user.get(user_id, ()))
        if waiting_count >= MAX_QUEUED_RUNS_PER_USER or len(self._tickets_in_order()) >= MAX_QUEUED_RUNS:
            raise QueueFull("Too many runs are waiting: try again when some of them are done.", retry_after=30)
        ticket = Ticket(user_id, asyncio.get_running_loop().create_future())
        self._tickets_by_user.setdefault(user_id, deque()).append(ticket)
        self._admit_next()
        return ticket

    def release(self, ticket: Ticket) -> None:
        """Give the place or the slot back; exactly once for each ticket."""
        if ticket.admitted.done() and not ticket.admitted.cancelled():
            # Admitted, and not cancelled before: only then did it hold a slot.
            self._free_slots += 1
        else:
            ticket.admitted.cancel()
            self._remove(ticket)
        self._admit_next()

    @asynccontextmanager
    async def slot(self, ticket: Ticket, on_position: Callable[[int | None], None]) -> AsyncIterator[None]:
        """Wait for a slot and hold it; it is released however the block ends.

        ``on_position`` is called with the position (from 1) now and at each change, and with None when a slot is free.
        """
        ticket.on_position = on_position
        on_position(ticket.position)
        try:
            await ticket.admitted
            yield
        finally:
            self.release(ticket)

    def _admit_next(self) -> None:
        """Give free slots to the next tickets, and tell the others their new positions."""
        while self._free_slots and self._tickets_by_user:
            user_id = next(iter(self._tickets_by_user))
            ticket = self._tickets_by_user[user_id][0]
            self._remove(ticket)
            if ticket.admitted.cancelled():  # its task was cancelled and has not run since
                continue
            if user_id in self._tickets_by_user:  # round robin: behind the others
                self._tickets_by_user[user_id] = self._tickets_by_user.pop(user_id)
            self._free_slots -= 1
            ticket.position = None
            ticket.on_position(None)
            ticket.admitted.set_result(None)
        for position, ticket in enumerate(self._tickets_in_order(), 1):
            if ticket.position != position:
                ticket.position = position
                ticket.on_position(position)

    def _remove(self, ticket: Ticket) -> None:
        tickets = self._tickets_by_user.get(ticket.user_id, deque())
        if ticket in tickets:
            tickets.remove(ticket)
            if not tickets:
                del self._tickets_by_user[ticket.user_id]

    def _tickets_in_order(self) -> list[Ticket]:
        # One of each user, then the second of each: so will they be admitted.
        rounds = zip_longest(*self._tickets_by_user.values())
        return [ticket for tickets in rounds for ticket in tickets if ticket is not None]
