"""Lines put into a text, and parts of it replaced, by offsets in bytes of UTF-8."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.subprocesses import encode_lossy


@dataclass(frozen=True, slots=True, order=True)
class Replacement:
    """``text`` in place of the bytes from ``start`` to ``end``."""

    start: int
    end: int
    text: str


def apply_replacements(text: str, replacements: Iterable[Replacement]) -> str:
    """The text after the replacements, which must not overlap."""
    content, parts, position = encode_lossy(text), [], 0
    for each in sorted(replacements):
        parts += [content[position : each.start], each.text.encode()]
        position = each.end
    return b"".join([*parts, content[position:]]).decode("utf-8", "replace")


def line_end(content: bytes, offset: int) -> int:
    """The offset of the end of the line that ``offset`` lies in, before its line end."""
    end = content.find(b"\n", offset)
    return len(content) if end < 0 else end


def line_start(content: bytes, offset: int) -> int:
    """The offset of the first byte of the line that ``offset`` lies in."""
    return content.rfind(b"\n", 0, offset) + 1


def with_last_line_ended(text: str) -> str:
    """The text with a line end at its end, unless it is empty."""
    return text if not text or text.endswith("\n") else f"{text}\n"
