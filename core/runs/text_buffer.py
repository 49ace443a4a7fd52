"""A text that only grows, read by offset. No I/O."""

from bisect import bisect_right
from dataclasses import dataclass

MAX_READ_LENGTH = 64 * 1024
"""Characters that one read returns at most, so that a reader far behind costs bounded memory."""


@dataclass(frozen=True, slots=True)
class TextSlice:
    """Part of a text: where it begins, and its characters."""

    offset: int
    text: str

    @property
    def end(self) -> int:
        """The offset after it."""
        return self.offset + len(self.text)


class TextBuffer:
    """Keeps the parts as they were appended; offsets and lengths count code points."""

    def __init__(self, text: str = "") -> None:
        self._part_offsets: list[int] = [0] if text else []
        self._parts: list[str] = [text] if text else []
        self._length = len(text)
        self._last_read = TextSlice(0, "")
        """Most readers are at the same offset: they share one slice object, and so one encoding of it."""

    @property
    def length(self) -> int:
        """How many code points there are so far."""
        return self._length

    @property
    def text(self) -> str:
        """All of it; costs a join the first time after an append."""
        # The join replaces the parts, so that asking twice costs once.
        if len(self._parts) > 1:
            self._parts, self._part_offsets = ["".join(self._parts)], [0]
        return self._parts[0] if self._parts else ""

    def append(self, text: str) -> None:
        """Add to the end. O(1)."""
        if text:
            self._part_offsets.append(self._length)
            self._parts.append(text)
            self._length += len(text)

    def read(self, offset: int, max_length: int = MAX_READ_LENGTH) -> TextSlice:
        """What follows ``offset``, at most ``max_length`` code points; none at the end. O(log parts + characters).

        Raises ValueError for an offset that is not in the text.
        """
        if not 0 <= offset <= self._length:
            raise ValueError(f"offset {offset} is outside 0..{self._length}")
        length = min(max_length, self._length - offset)
        if not length:
            return TextSlice(offset, "")
        # The length too: text may have been appended since.
        if self._last_read.offset != offset or len(self._last_read.text) != length:
            # A reader that keeps up gets the part as it was appended, without a copy.
            is_last_part = self._part_offsets[-1] == offset and length == len(self._parts[-1])
            self._last_read = TextSlice(offset, self._parts[-1] if is_last_part else self._join(offset, length))
        return self._last_read

    def _join(self, offset: int, remaining: int) -> str:
        pieces: list[str] = []
        index = bisect_right(self._part_offsets, offset) - 1
        position = offset
        while remaining > 0:
            part = self._parts[index]
            start = position - self._part_offsets[index]
            piece = part if start == 0 and len(part) <= remaining else part[start : start + remaining]
            pieces.append(piece)
            remaining -= len(piece)
            position += len(piece)
            index += 1
        return "".join(pieces)
