"""greenlet, for SQLAlchemy's async engine over drivers that never wait, as those of SQLite here.

SQLAlchemy runs its code in a greenlet and switches to the parent to await something. Here nothing is switched: the code
is called, and what it awaits is driven to its end at once.
"""

from collections.abc import Awaitable, Callable
from typing import Any

__version__ = "3.5.0"


class GreenletExit(BaseException):
    """Never raised here."""


class error(Exception):  # noqa: N801  its name in the package
    """Never raised here."""


class greenlet:  # noqa: N801  its name in the package
    """A function that is called by ``switch``."""

    def __init__(self, run: Callable[..., Any] | None = None, parent: "greenlet | None" = None) -> None:
        self.run = run
        self.parent = parent or _current[-1]
        self.dead = False
        self.gr_context = None

    def switch(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function; in one that runs, or in the main one, await what is given."""
        if self.run is None or self in _current:
            return _drive(args[0])
        _current.append(self)
        try:
            return self.run(*args, **kwargs)
        finally:
            _current.remove(self)
            self.dead = True

    def throw(self, *exception: Any) -> Any:
        """Raise the exception that is given."""
        raise exception[1] if len(exception) > 1 and exception[1] else exception[0]


class _Main(greenlet):
    def __init__(self) -> None:
        self.run = None
        self.parent = self
        self.dead = False
        self.gr_context = None


_current: list[greenlet] = []
_current.append(_Main())


def getcurrent() -> greenlet:
    """The greenlet that runs."""
    return _current[-1]


def _drive(awaitable: Awaitable[Any]) -> Any:
    steps = awaitable.__await__()
    try:
        next(steps)
    except StopIteration as end:
        return end.value
    raise RuntimeError("This waits for a network or a thread inside of SQLAlchemy, and the sandbox has neither.")
