"""The thinking of a reasoning model: shown while it comes, and no part of the text. No I/O."""

from core.runs.text_buffer import TextSlice

MAX_THINKING_LENGTH = 8 * 1024
"""Characters that are kept at most; a late reader sees these."""


class ThinkingTail:
    """The last characters of the thinking; offsets count from its beginning."""

    def __init__(self) -> None:
        self._tail = TextSlice(0, "")

    @property
    def length(self) -> int:
        """How many characters were thought so far, kept or not."""
        return self._tail.end

    def append(self, text: str) -> None:
        """Add to the end, and drop what is beyond ``MAX_THINKING_LENGTH``."""
        # Bounded, because some models think for longer than they write, and nobody reads it again.
        kept = (self._tail.text + text)[-MAX_THINKING_LENGTH:]
        self._tail = TextSlice(self._tail.end + len(text) - len(kept), kept)

    def read(self, offset: int = 0) -> TextSlice:
        """What is kept after ``offset``."""
        start = max(offset, self._tail.offset)
        return TextSlice(start, self._tail.text[start - self._tail.offset :])
