"""A database that dawdles when a test says so, or fails at the end of what it does."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from data.database import Database
from tests.support.engines.scripted_engine import Gate

T = TypeVar("T")


class FaultyDatabase(Database):
    """``failure`` is raised by everything while it is set; everything waits at ``gate`` while there is one."""

    failure: Exception | None = None
    gate: Gate | None = None
    commits = 0

    async def read(self, work: Callable[[Connection], T]) -> T:
        """What is found, unless the test says otherwise."""
        return await self._wait_and_fail(await super().read(work))

    async def write(self, work: Callable[[Connection], T]) -> T:
        """A transaction that ends as the test says."""

        def faulty_work(connection: Connection) -> T:
            result = work(connection)
            if self.failure:
                raise self.failure
            return result

        if self.gate:
            await self.gate.wait()
        result = await super().write(faulty_work)
        self.commits += 1
        return result

    async def _wait_and_fail(self, result: T) -> T:
        if self.gate:
            await self.gate.wait()
        if self.failure:
            raise self.failure
        return result
