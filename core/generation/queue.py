"""Whose turn it is: so many runs at once, the waiting ones in fair order between users. No I/O.

Fair means: each waiting user gets one turn before anyone gets a second; among one user's runs, first come first served.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import zip_longest

from core.errors import QueueFull

WAITING_PER_USER = 20
WAITING_IN_ALL = 200


def _nobody(_position: int | None) -> None:
    """Nobody has asked yet where the ticket stands."""


@dataclass(eq=False, slots=True)
class Ticket:
    """A place in the line, or a turn that has come; whoever drew it takes a turn with it or gives it back."""

    user_id: int
    called: asyncio.Future[None]
    position: int | None = None
    moved: Callable[[int | None], None] = _nobody


class Turns:
    """``places`` runs may have their turn at the same time."""

    def __init__(self, places: int) -> None:
        self._free = places
        # Users in the order in which they are next; each with his tickets in the order they were drawn.
        self._waiting: dict[int, deque[Ticket]] = {}

    def draw(self, user_id: int) -> Ticket:
        """Take a place in the line, so that of many who ask at once none gets one too many. Raises QueueFull."""
        mine = len(self._waiting.get(user_id, ()))
        if mine >= WAITING_PER_USER or len(self._order()) >= WAITING_IN_ALL:
            raise QueueFull("Too many runs are waiting: try again when some of them are done.", retry_after=30)
        ticket = Ticket(user_id, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(user_id, deque()).append(ticket)
        self._call()
        return ticket

    def give_back(self, ticket: Ticket) -> None:
        """Leave the line, or the turn; once for each ticket."""
        if ticket.called.done() and not ticket.called.cancelled():
            self._free += 1
        else:
            ticket.called.cancel()
            self._remove(ticket)
        self._call()

    @asynccontextmanager
    async def turn(self, ticket: Ticket, moved: Callable[[int | None], None]) -> AsyncIterator[None]:
        """Wait for the ticket's turn and hold it; gives it back at the end, whichever.

        ``moved`` is told the position (from 1) now and whenever it changes, and None when the turn comes.
        """
        ticket.moved = moved
        moved(ticket.position)
        try:
            await ticket.called
            yield
        finally:
            self.give_back(ticket)

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
            ticket.position = None
            ticket.moved(None)
            ticket.called.set_result(None)
        for position, ticket in enumerate(self._order(), 1):
            if ticket.position != position:
                ticket.position = position
                ticket.moved(position)

    def _remove(self, ticket: Ticket) -> None:
        tickets = self._waiting.get(ticket.user_id, deque())
        if ticket in tickets:
            tickets.remove(ticket)
            if not tickets:
                del self._waiting[ticket.user_id]

    def _order(self) -> list[Ticket]:
        rounds = zip_longest(*self._waiting.values())
        return [ticket for tickets in rounds for ticket in tickets if ticket is not None]
