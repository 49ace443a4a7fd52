"""How JSON lines and server-sent events lie on a wire: bytes to lines and events, and back. No I/O.

NDJSON: newline-delimited JSON as Ollama streams it. SSE: WHATWG HTML, section 9.2 "Server-sent events".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

LINE_LIMIT = 16 * 1024 * 1024
"""Bytes of the longest line accepted; Ollama's own client stops at 8 MiB."""


class WireError(ValueError):
    """Bytes that no sender of this format sends."""


class NdjsonDecoder:
    """Splits bytes into lines at 0x0A alone: U+0085 and U+2028 are characters of a JSON string like any other.

    Time is linear in the bytes however they are cut; at most one line of ``limit`` bytes is held.
    """

    def __init__(self, limit: int = LINE_LIMIT) -> None:
        self._limit = limit
        self._held: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> Iterator[str]:
        """Yield the lines that are complete now, blank ones left out. Raises WireError."""
        first, *others = data.split(b"\n")
        self._hold(first)
        if others:
            *ended, rest = others
            for raw in (self._taken(), *ended):
                self._check(len(raw))
                if line := raw.strip(b" \t\r"):
                    yield _utf8(line)
            self._hold(rest)

    def close(self) -> Iterator[str]:
        """Yield the last line where no line end follows it. Raises WireError."""
        if line := self._taken().strip(b" \t\r"):
            yield _utf8(line)

    def _hold(self, data: bytes) -> None:
        self._size += len(data)
        self._check(self._size)
        if data:
            self._held.append(data)

    def _taken(self) -> bytes:
        raw = b"".join(self._held)
        self._held, self._size = [], 0
        return raw

    def _check(self, size: int) -> None:
        if size > self._limit:
            raise WireError(f"a line is longer than {self._limit} bytes")


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event. ``id`` is the last event id in force, as ``EventSource.lastEventId`` is."""

    event: str
    data: str
    id: str = ""


class SseDecoder:
    """Turns bytes into events by the standard's rules; an event cut off at the end is dropped, as they ask.

    A line ends with LF, CR or CRLF, however cut. Malformed UTF-8 raises WireError instead of being replaced.
    """

    def __init__(self, limit: int = LINE_LIMIT) -> None:
        self.retry: int | None = None
        self._limit = limit
        self._held: list[bytes] = []
        self._size = 0
        self._after_return = False
        self._first = True
        self._event, self._id = "", ""
        self._data: list[str] = []

    def feed(self, data: bytes) -> Iterator[Event]:
        """Yield the events that are complete now. Raises WireError."""
        if not data:
            return
        if self._after_return:
            data = data.removeprefix(b"\n")
        start = 0
        for end in _SSE_LINE_END.finditer(data):
            self._hold(data[start : end.start()])
            start = end.end()
            yield from self._line()
        self._after_return = data.endswith(b"\r")
        self._hold(data[start:])

    def _hold(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._limit:
            raise WireError(f"an event is longer than {self._limit} bytes")
        if data:
            self._held.append(data)

    def _line(self) -> Iterator[Event]:
        raw = b"".join(self._held)
        self._held = []
        if self._first:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
            self._first = False
        if raw.startswith(b":"):
            self._size -= len(raw)
        elif raw:
            self._field(*_field(_utf8(raw)))
        else:
            self._size = 0
            yield from self._dispatch()

    def _field(self, name: str, value: str) -> None:
        match name:
            case "data":
                self._data.append(value)
            case "event":
                self._event = value
            case "id" if "\0" not in value:
                self._id = value
            case "retry" if value.isascii() and value.isdigit():
                self.retry = int(value)
            case _:
                pass

    def _dispatch(self) -> Iterator[Event]:
        event, data = self._event or "message", self._data
        self._event, self._data = "", []
        if data:
            yield Event(event, "\n".join(data), self._id)


def encode_event(event: str, data: str, id: str | None = None) -> bytes:  # noqa: A002 - the standard's name
    """One event; a decoder gives back ``data`` exactly, provided it holds no CR and no lone surrogate.

    ``event`` and ``id`` must be single lines. Raises ValueError where a text cannot be sent.
    """
    lines = [f"event: {_single(event)}"]
    if id is not None:
        lines.append(f"id: {_single(id)}")
    if "\r" in data:
        raise ValueError("a carriage return cannot be sent in an event's data")
    lines.append("data: " + data.replace("\n", "\ndata: "))
    return ("\n".join(lines) + "\n\n").encode()


def comment(text: str = "") -> bytes:
    """A comment, which readers drop; it keeps a connection alive.

    No blank line after it: some parsers would take that for an empty message.
    """
    return f": {_single(text)}\n".encode()


_SSE_LINE_END = re.compile(rb"\r\n|\r|\n")


def _utf8(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise WireError("a line is not UTF-8") from error


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, value.removeprefix(" ")


def _single(text: str) -> str:
    if "\n" in text or "\r" in text:
        raise ValueError("a field of an event is a single line")
    return text
