"""How JSON lines and server-sent events lie on a wire: bytes to lines and events, and back. No I/O.

NDJSON: newline-delimited JSON as Ollama streams it. SSE: WHATWG HTML, section 9.2 "Server-sent events".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_LINE_BYTES = 16 * 1024 * 1024
"""Bytes of the longest line accepted; Ollama's own client stops at 8 MiB."""


class WireError(ValueError):
    """Bytes that no sender of this format sends."""


class NdjsonDecoder:
    """Splits bytes into lines at 0x0A alone: U+0085 and U+2028 are characters of a JSON string like any other.

    Time is linear in the bytes however they are cut; at most one line of ``max_bytes`` bytes is held.
    """

    def __init__(self, max_bytes: int = MAX_LINE_BYTES) -> None:
        self._max_bytes = max_bytes
        self._buffer: list[bytes] = []
        self._buffered_bytes = 0

    def feed(self, data: bytes) -> Iterator[str]:
        """Yield the lines that are complete now, blank ones left out. Raises WireError."""
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
        """Yield the last line where no line end follows it. Raises WireError."""
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
    """One server-sent event. ``id`` is the last event id in force, as ``EventSource.lastEventId`` is."""

    event: str
    data: str
    id: str = ""


class SseDecoder:
    """Turns bytes into events by the standard's rules; an event cut off at the end is dropped, as they ask.

    A line ends with LF, CR or CRLF, however cut. Malformed UTF-8 raises WireError instead of being replaced.
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
    """One event; a decoder gives back ``data`` exactly, provided it holds no CR and no lone surrogate.

    ``event`` and ``id`` must be single lines. Raises ValueError where a text cannot be sent.
    """
    lines = [f"event: {_check_single_line(event)}"]
    if id is not None:
        lines.append(f"id: {_check_single_line(id)}")
    if "\r" in data:
        raise ValueError("a carriage return cannot be sent in an event's data")
    lines.append("data: " + data.replace("\n", "\ndata: "))
    return ("\n".join(lines) + "\n\n").encode()


def encode_comment(text: str = "") -> bytes:
    """A comment, which readers drop; it keeps a connection alive.

    No blank line after it: some parsers would take that for an empty message.
    """
    return f": {_check_single_line(text)}\n".encode()


_SSE_LINE_END = re.compile(rb"\r\n|\r|\n")


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
