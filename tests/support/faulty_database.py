"""A database that dawdles when a test says so, or fails at the end of what it does."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from data.commands import Pieces, add_pieces
from data.database import Database
from tests.support.engines.scripted_engine import Gate

T = TypeVar("T")


class MoodyDatabase(Database):
    """``failure`` is raised by everything while it is set; everything waits at ``gate`` while there is one."""

    failure: Exception | None = None
    gate: Gate | None = None
    commits = 0

    async def read(self, work: Callable[[Session], T]) -> T:
        """What is found, unless the test says otherwise."""
        return await self._after_all(await super().read(work))

    async def find(self, work: Callable[[Connection], T]) -> T:
        """The same for plain rows."""
        return await self._after_all(await super().find(work))

    async def write(self, work: Callable[[Connection], T]) -> T:
        """A transaction that ends as the test says."""

        def moody(connection: Connection) -> T:
            done = work(connection)
            if self.failure:
                raise self.failure
            return done

        if self.gate:
            await self.gate.passed()
        done = await super().write(moody)
        self.commits += 1
        return done

    async def append(self, pieces: Pieces) -> None:
        """An addition to journals, which waits before it; one that fails does so as any transaction."""
        if self.gate:
            await self.gate.passed()
        if self.failure:
            await self.write(partial(add_pieces, pieces=pieces))
            return
        await super().append(pieces)
        self.commits += 1

    async def _after_all(self, found: T) -> T:
        if self.gate:
            await self.gate.passed()
        if self.failure:
            raise self.failure
        return found
