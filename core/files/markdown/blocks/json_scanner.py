"""Where a JSON value in a text ends, line by line. Strings may hold line ends, as those of models do."""

import re
from enum import Enum, auto

_STRING_PART = re.compile(r"(?:[^\"\\]|\\.)*+", re.DOTALL)
_OTHER_PART = re.compile(r"[\s\d.,:+\-truefalsnE]*+")
"""What stands in JSON between its strings and brackets: numbers, true, false, null."""
_CLOSERS = {"{": "}", "[": "]"}


class ScanState(Enum):
    """What is known of the value so far."""

    OPEN = auto()
    CLOSED = auto()
    INVALID = auto()


class JsonScanner:
    """Reads one value that begins with a bracket; takes time in proportion to it."""

    def __init__(self) -> None:
        self._closers: list[str] = []
        self.is_inside_string = False

    @property
    def completion(self) -> str:
        """What would close the value here."""
        return '"' * self.is_inside_string + "".join(reversed(self._closers))

    def feed(self, line: str) -> tuple[ScanState, int]:
        """The state after the next line, and the offset in it where the value ended."""
        offset = 0
        while offset < len(line):
            pattern = _STRING_PART if self.is_inside_string else _OTHER_PART
            match = pattern.match(line, offset)
            offset = match.end() if match else offset
            if offset >= len(line):
                break
            if not self._read_sign(line[offset]):
                return ScanState.INVALID, offset
            offset += 1
            if not self._closers:
                return ScanState.CLOSED, offset
        return ScanState.OPEN, offset

    def _read_sign(self, sign: str) -> bool:
        if sign == '"':
            self.is_inside_string = not self.is_inside_string
        elif sign in _CLOSERS:
            self._closers.append(_CLOSERS[sign])
        elif self._closers and sign == self._closers[-1]:
            self._closers.pop()
        else:
            return self.is_inside_string  # a backslash that the end of the text cut
        return True
