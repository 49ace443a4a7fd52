"""A database that fails or dawdles when a test says so, always at the end of what it does."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from data.database import Database
from tests.support.scripted_engine import Gate

T = TypeVar("T")


class MoodyDatabase(Database):
    """``failure`` is raised by everything while it is set; everything waits at ``gate`` while there is one."""

    failure: Exception | None = None
    gate: Gate | None = None
    commits = 0

    async def read(self, work: Callable[[Session], T]) -> T:
        """What is found, unless the test says otherwise."""
        found = await super().read(work)
        if self.gate:
            await self.gate.passed()
        if self.failure:
            raise self.failure
        return found

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
