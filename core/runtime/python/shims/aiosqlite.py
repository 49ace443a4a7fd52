"""aiosqlite without its thread: each call is made at once, and awaiting it waits for nothing."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Generator, Iterable
from pathlib import Path
from sqlite3 import (
    DatabaseError,
    Error,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    Row,
    Warning,  # noqa: A004  as the package exports it
    register_adapter,
    register_converter,
    sqlite_version,
    sqlite_version_info,
)
from typing import Any

__all__ = [
    "Connection", "Cursor", "DatabaseError", "Error", "IntegrityError", "InterfaceError", "InternalError",
    "NotSupportedError", "OperationalError", "ProgrammingError", "Row", "Warning", "connect", "register_adapter",
    "register_converter", "sqlite_version", "sqlite_version_info",
]  # fmt: skip
__version__ = "0.22.0"


class _Result:
    """What a call gives: to be awaited, or entered and closed at the end."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call
        self._value: Any = None

    def __await__(self) -> Generator[Any, None, Any]:
        return self._call()
        yield

    async def __aenter__(self) -> Any:
        self._value = self._call()
        return self._value

    async def __aexit__(self, *_exception: object) -> None:
        await self._value.close()


class Cursor:
    """A cursor of sqlite3 with methods that are awaited."""

    def __init__(self, connection: "Connection", cursor: sqlite3.Cursor) -> None:
        self._connection = connection
        self._cursor = cursor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    @property
    def connection(self) -> "Connection":
        """The connection it belongs to."""
        return self._connection

    @property
    def row_factory(self) -> Any:
        """What makes the rows."""
        return self._cursor.row_factory

    @row_factory.setter
    def row_factory(self, factory: Any) -> None:
        self._cursor.row_factory = factory

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> "Cursor":
        """Run a statement."""
        self._cursor.execute(sql, parameters or ())  # type: ignore[arg-type]
        return self

    async def executemany(self, sql: str, parameters: Iterable[Any]) -> "Cursor":
        """Run a statement once for each of the parameters."""
        self._cursor.executemany(sql, parameters)
        return self

    async def executescript(self, script: str) -> "Cursor":
        """Run several statements."""
        self._cursor.executescript(script)
        return self

    async def fetchone(self) -> Any:
        """The next row, or None."""
        return self._cursor.fetchone()

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """The next rows."""
        return self._cursor.fetchmany(self._cursor.arraysize if size is None else size)

    async def fetchall(self) -> list[Any]:
        """All rows that are left."""
        return self._cursor.fetchall()

    async def close(self) -> None:
        """Close the cursor."""
        self._cursor.close()

    async def __aiter__(self) -> AsyncIterator[Any]:
        for row in self._cursor:
            yield row

    async def __aenter__(self) -> "Cursor":
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.close()


class _CallQueue:
    """The queue of the package's thread, which SQLAlchemy writes to: what is put into it is called."""

    def put_nowait(self, item: tuple[Any, Callable[[], Any]]) -> None:
        future, function = item
        try:
            future.set_result(function())
        except Exception as error:  # noqa: BLE001  it belongs to who awaits the future
            future.set_exception(error)


class _NoThread:
    """What SQLAlchemy tells that it does not have to be waited for."""

    daemon = True


class Connection:
    """A connection of sqlite3 with methods that are awaited; awaiting or entering it opens it."""

    def __init__(self, open_connection: Callable[[], sqlite3.Connection]) -> None:
        self._open_connection = open_connection
        self._connection: sqlite3.Connection | None = None
        self._tx = _CallQueue()
        self._thread = _NoThread()
        self.daemon = True

    def __await__(self) -> Generator[Any, None, "Connection"]:
        self._connection = self._connection or self._open_connection()
        return self
        yield

    async def __aenter__(self) -> "Connection":
        return await self

    async def __aexit__(self, *_exception: object) -> None:
        await self.close()

    def __getattr__(self, name: str) -> Any:
        if self._connection is None:
            raise AttributeError(name)
        return getattr(self._connection, name)

    @property
    def _conn(self) -> sqlite3.Connection:
        if self._connection is None:
            raise ValueError("no active connection")
        return self._connection

    @property
    def row_factory(self) -> Any:
        """What makes the rows."""
        return self._conn.row_factory

    @row_factory.setter
    def row_factory(self, factory: Any) -> None:
        self._conn.row_factory = factory

    @property
    def isolation_level(self) -> Any:
        """When a transaction begins by itself."""
        return self._conn.isolation_level

    @isolation_level.setter
    def isolation_level(self, level: Any) -> None:
        self._conn.isolation_level = level

    def cursor(self) -> _Result:
        """A new cursor."""
        return _Result(lambda: Cursor(self, self._conn.cursor()))

    def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> _Result:
        """Run a statement; gives a cursor."""
        return _Result(lambda: Cursor(self, self._conn.execute(sql, parameters or ())))  # type: ignore[arg-type]

    def executemany(self, sql: str, parameters: Iterable[Any]) -> _Result:
        """Run a statement once for each of the parameters; gives a cursor."""
        return _Result(lambda: Cursor(self, self._conn.executemany(sql, parameters)))

    def executescript(self, script: str) -> _Result:
        """Run several statements; gives a cursor."""
        return _Result(lambda: Cursor(self, self._conn.executescript(script)))

    def execute_insert(self, sql: str, parameters: Iterable[Any] | None = None) -> _Result:
        """Insert a row; gives its id."""
        return _Result(lambda: (self._conn.execute(sql, parameters or ()).lastrowid,))  # type: ignore[arg-type]

    def execute_fetchall(self, sql: str, parameters: Iterable[Any] | None = None) -> _Result:
        """Run a statement; gives all rows."""
        return _Result(lambda: self._conn.execute(sql, parameters or ()).fetchall())  # type: ignore[arg-type]

    async def commit(self) -> None:
        """End the transaction."""
        self._conn.commit()

    async def rollback(self) -> None:
        """Undo the transaction."""
        self._conn.rollback()

    async def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def stop(self) -> None:
        """Close the connection, without being awaited."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def create_function(self, name: str, num_params: int, func: Any, deterministic: bool = False) -> None:
        """Make a function that SQL can call."""
        self._conn.create_function(name, num_params, func, deterministic=deterministic)


def connect(database: str | Path, *, iter_chunk_size: int = 64, **options: Any) -> Connection:  # noqa: ARG001
    """A connection that is opened when it is awaited or entered."""
    options.pop("loop", None)
    return Connection(lambda: sqlite3.connect(database, **{**options, "check_same_thread": False}))
