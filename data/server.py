"""A database server such as PostgreSQL, through its asynchronous driver."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import URL, Connection
from sqlalchemy.ext.asyncio import create_async_engine

T = TypeVar("T")


class ServerConnections:
    """A pool of connections."""

    def __init__(self, url: URL) -> None:
        # Pinged before use: a connection may have been cut by the server while it lay in the pool.
        self._engine = create_async_engine(url, pool_pre_ping=True)
        self.driver = self._engine.dialect.driver

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` over a connection of the pool."""
        async with self._engine.connect() as connection:
            return await connection.run_sync(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction."""
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()
