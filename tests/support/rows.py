"""Rows put into a database, and statements run on it, past what the product would do."""

from typing import Any

from sqlalchemy import Connection, Executable, Select
from sqlalchemy.orm import Session

from data.database import Database
from data.models import Base


async def add(database: Database, *rows: Base) -> None:
    """Add these rows in one transaction, in this order."""

    def work(connection: Connection) -> None:
        with Session(connection) as session:
            for row in rows:
                session.add(row)
                session.flush()
            session.commit()

    await database.write(work)


async def execute(database: Database, *statements: Executable) -> None:
    """Run these statements in one transaction."""

    def work(connection: Connection) -> None:
        for statement in statements:
            connection.execute(statement)

    await database.write(work)


async def one(database: Database, query: Select[Any]) -> Any:
    """The first value of a query."""
    return await database.read(lambda session: session.scalar(query))
