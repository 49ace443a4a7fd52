"""Rows put into a database, and statements run on it, past what the product would do."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Executable, Select
from sqlalchemy.orm import Session

from data.base import Base
from data.database import Database
from data.models import Project, Run, User

CREATED_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def make_user(name: str = "a", key: str = "a", **values: int) -> User:
    """An account; ``values`` may give its id."""
    return User(name=name, name_key=key, password_hash="", role="user", created_at=CREATED_AT, **values)


def make_run(run_id: str, status: str, side: str = "backend") -> Run:
    """A run of the project with the id 1."""
    return Run(
        id=run_id, project_id=1, user_id=1, side=side, stack="", engine="ollama", model="m", kind="generate",
        prompt="p", options={}, status=status, created_at=CREATED_AT,
    )  # fmt: skip


def make_project(**values: int) -> Project:
    """A project of the account with the id 1; ``values`` may give its own."""
    fields = {"name": "p", "prompt": "p", "backend_stack": "", "frontend_stack": ""}
    return Project(user_id=1, **fields, created_at=CREATED_AT, updated_at=CREATED_AT, **values)


async def add_rows(database: Database, *rows: Base) -> None:
    """Add these rows in one transaction, in this order."""

    def work(connection: Connection) -> None:
        with Session(connection) as session:
            for row in rows:
                session.add(row)
                session.flush()
            session.commit()

    await database.write(work)


async def execute_all(database: Database, *statements: Executable) -> None:
    """Run these statements in one transaction."""

    def work(connection: Connection) -> None:
        for statement in statements:
            connection.execute(statement)

    await database.write(work)


async def fetch_scalar(database: Database, query: Select[Any]) -> Any:
    """The first value of a query."""
    return await database.read(lambda session: session.scalar(query))
