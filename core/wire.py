"""Codecs for the two stream formats: newline-delimited JSON and server-sent events. No I/O.

NDJSON is what Ollama streams. SSE follows WHATWG HTML, section 9.2 "Server-sent events".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_LINE_BYTES = 16 * 1024 * 1024
"""Bytes of the longest line that is accepted; Ollama's own client stops at 8 MiB."""

_SSE_LINE_END = re.compile(rb"\r\n|\r|\n")


class WireError(ValueError):
    """The bytes are not valid in this format."""


class NdjsonDecoder:
    """Splits bytes into lines at 0x0A only: U+0085 and U+2028 may stand in a JSON string.

    Time is linear in the bytes, however they are cut. At most one line of ``max_bytes`` bytes is kept in memory.
    """

    def __init__(self, max_bytes: int = MAX_LINE_BYTES) -> None:
        self._max_bytes = max_bytes
        self._buffer: list[bytes] = []
        self._buffered_bytes = 0

    def feed(self, data: bytes) -> Iterator[str]:
        """Yield the lines that are complete now, without blank ones. Raises WireError."""
        first, *following = data.split(b"\n")
        self._append_to_buffer(first)
        if following:
            *complete_lines, remainder = following
            for raw in (self._take_buffer(), *complete_lines):
                self._check_size(len(raw))
                if line := raw.strip(b" \t\r"):
                    yield _decode_utf8(line)
            self._append_to_buffer(remainder)

    def close(self) -> Iterator[str]:
        """Yield the last line if no line end follows it. Raises WireError."""
        if line := self._take_buffer().strip(b" \t\r"):
            yield _decode_utf8(line)

    def _append_to_buffer(self, data: bytes) -> None:
        self._buffered_bytes += len(data)
        self._check_size(self._buffered_bytes)
        if data:
            self._buffer.append(data)

    def _take_buffer(self) -> bytes:
        raw = b"".join(self._buffer)
        self._buffer, self._buffered_bytes = [], 0
        return raw

    def _check_size(self, size: int) -> None:
        if size > self._max_bytes:
            raise WireError(f"a line is longer than {self._max_bytes} bytes")


@dataclass(frozen=True, slots=True)
class SseEvent:
    """One server-sent event. ``id`` is the last id that the stream has set, as in ``MessageEvent.lastEventId``."""

    event: str
    data: str
    id: str = ""


class SseDecoder:
    """Turns bytes into events by the standard's rules, by which an event without its blank line is dropped.

    Unlike the standard, malformed UTF-8 raises WireError instead of being replaced.
    """

    def __init__(self, max_bytes: int = MAX_LINE_BYTES) -> None:
        self.retry: int | None = None
        self._max_bytes = max_bytes
        self._buffer: list[bytes] = []
        self._event_bytes = 0
        self._after_cr = False
        self._is_first_line = True
        self._event_type, self._last_event_id = "", ""
        self._data_lines: list[str] = []

    def feed(self, data: bytes) -> Iterator[SseEvent]:
        """Yield the events that are complete now. Raises WireError."""
        if not data:
            return
        if self._after_cr:
            data = data.removeprefix(b"\n")
        start = 0
        for line_end in _SSE_LINE_END.finditer(data):
            self._append_to_buffer(data[start : line_end.start()])
            start = line_end.end()
            yield from self._process_line()
        self._after_cr = data.endswith(b"\r")
        self._append_to_buffer(data[start:])

    def _append_to_buffer(self, data: bytes) -> None:
        self._event_bytes += len(data)
        if self._event_bytes > self._max_bytes:
            raise WireError(f"an event is longer than {self._max_bytes} bytes")
        if data:
            self._buffer.append(data)

    def _process_line(self) -> Iterator[SseEvent]:
        raw = b"".join(self._buffer)
        self._buffer = []
        if self._is_first_line:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
            self._is_first_line = False
        if raw.startswith(b":"):
            self._event_bytes -= len(raw)
        elif raw:
            self._process_field(*_parse_field(_decode_utf8(raw)))
        else:
            self._event_bytes = 0
            yield from self._dispatch()

    def _process_field(self, name: str, value: str) -> None:
        match name:
            case "data":
                self._data_lines.append(value)
            case "event":
                self._event_type = value
            case "id" if "\0" not in value:
                self._last_event_id = value
            case "retry" if value.isascii() and value.isdigit():
                self.retry = int(value)
            case _:
                pass

    def _dispatch(self) -> Iterator[SseEvent]:
        event, data = self._event_type or "message", self._data_lines
        self._event_type, self._data_lines = "", []
        if data:
            yield SseEvent(event, "\n".join(data), self._last_event_id)


def encode_event(event: str, data: str, id: str | None = None) -> bytes:  # noqa: A002 - the standard's name
    """One event, from which a decoder gets ``data`` back exactly.

    Raises ValueError if ``event`` or ``id`` is not a single line, or ``data`` has a CR or a lone surrogate.
    """
    lines = [f"event: {_check_single_line(event)}"]
    if id is not None:
        lines.append(f"id: {_check_single_line(id)}")
    if "\r" in data:
        raise ValueError("a carriage return cannot be sent in an event's data")
    lines.append("data: " + data.replace("\n", "\ndata: "))
    return ("\n".join(lines) + "\n\n").encode()


def encode_comment(text: str = "") -> bytes:
    """A comment line, which readers ignore; it keeps the connection alive.

    No blank line follows: some parsers would take it for an empty event.
    """
    return f": {_check_single_line(text)}\n".encode()


def _decode_utf8(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise WireError("a line is not UTF-8") from error


def _parse_field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, value.removeprefix(" ")


def _check_single_line(text: str) -> str:
    if "\n" in text or "\r" in text:
        raise ValueError("a field of an event is a single line")
    return text
