"""Whose turn it is: so many runs at once, the waiting ones in fair order between users. No I/O.

Fair means: each waiting user gets one turn before anyone gets a second; among one user's runs, first come first served.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import zip_longest

from core.errors import QueueFull

WAITING_PER_USER = 20
WAITING_IN_ALL = 200


@dataclass(eq=False, slots=True)
class _Ticket:
    user_id: int
    moved: Callable[[int | None], None]
    called: asyncio.Future[None]
    position: int | None = field(default=None)


class Turns:
    """``places`` runs may have their turn at the same time."""

    def __init__(self, places: int) -> None:
        self._free = places
        # Users in the order in which they are next; each with his tickets in the order they were drawn.
        self._waiting: dict[int, deque[_Ticket]] = {}

    def check(self, user_id: int) -> None:
        """Raise QueueFull where one more would be too many."""
        mine = len(self._waiting.get(user_id, ()))
        if mine >= WAITING_PER_USER or len(self._order()) >= WAITING_IN_ALL:
            raise QueueFull("Too many runs are waiting: try again when some of them are done.", retry_after=30)

    @asynccontextmanager
    async def turn(self, user_id: int, moved: Callable[[int | None], None]) -> AsyncIterator[None]:
        """Wait for a turn and hold it. ``moved`` is told each new position (from 1), and None when the turn comes."""
        await self._draw(user_id, moved)
        try:
            yield
        finally:
            self._free += 1
            self._call()

    async def _draw(self, user_id: int, moved: Callable[[int | None], None]) -> None:
        ticket = _Ticket(user_id, moved, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(user_id, deque()).append(ticket)
        self._call()
        try:
            await ticket.called
        except asyncio.CancelledError:
            if ticket.called.done() and not ticket.called.cancelled():
                self._free += 1  # called and cancelled in the same moment
            else:
                self._remove(ticket)
            self._call()
            raise

    def _call(self) -> None:
        """Give free places to those whose turn it is, and tell the others where they stand."""
        while self._free and self._waiting:
            user_id = next(iter(self._waiting))
            ticket = self._waiting[user_id][0]
            self._remove(ticket)
            if ticket.called.cancelled():  # its task was cancelled and has not run since
                continue
            if user_id in self._waiting:  # to the end of the line
                self._waiting[user_id] = self._waiting.pop(user_id)
            self._free -= 1
            ticket.moved(None)
            ticket.called.set_result(None)
        for position, ticket in enumerate(self._order(), 1):
            if ticket.position != position:
                ticket.position = position
                ticket.moved(position)

    def _remove(self, ticket: _Ticket) -> None:
        tickets = self._waiting.get(ticket.user_id, deque())
        if ticket in tickets:
            tickets.remove(ticket)
            if not tickets:
                del self._waiting[ticket.user_id]

    def _order(self) -> list[_Ticket]:
        rounds = zip_longest(*self._waiting.values())
        return [ticket for tickets in rounds for ticket in tickets if ticket is not None]
