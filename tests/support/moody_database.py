"""A database that fails or dawdles when a test says so, always at the moment of the commit."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncSession

from data.database import Database
from tests.support.scripted_engine import Gate


class MoodyDatabase(Database):
    """``failure`` is raised by every commit while it is set; a commit waits at ``gate`` while there is one."""

    failure: Exception | None = None
    gate: Gate | None = None
    commits = 0

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A transaction that ends as the test says."""
        async with super().session() as session:
            yield session
            if self.gate:
                await self.gate.passed()
            if self.failure:
                raise self.failure
        self.commits += 1

    async def write(self, work: Callable[[Connection], None]) -> None:
        """The same for the writer of runs."""

        def moody(connection: Connection) -> None:
            work(connection)
            if self.failure:
                raise self.failure

        if self.gate:
            await self.gate.passed()
        await super().write(moody)
        self.commits += 1
