"""What passes between an app and those who ask it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

Headers = Sequence[tuple[str, str]]
StartListener = Callable[[int, list[tuple[str, str]]], None]
"""Gets the status and the headers of an answer."""
BodyListener = Callable[[bytes], None]
"""Gets a part of an answer's body."""
Receive = Callable[[], Awaitable[dict[str, object]]]
Send = Callable[[dict[str, object]], Awaitable[None]]


@dataclass(frozen=True)
class Request:
    """A request over HTTP; ``path`` is as it came, still percent-encoded, ``query`` is without its question mark."""

    method: str
    path: str
    query: str = ""
    headers: Headers = ()
    body: bytes = b""
