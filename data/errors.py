"""The two errors of a database call, in place of SQLAlchemy's many."""


class RowRejected(Exception):
    """A row breaks a rule of the tables: it is there already, or what it belongs to is gone."""


class DatabaseFailure(Exception):
    """The database did not do what it was asked: locked, full, gone, or too new. The message is for people."""
