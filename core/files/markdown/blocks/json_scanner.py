"""Where a JSON value in a text ends, line by line. Strings may hold line ends, as those of models do."""

import re
from enum import Enum, auto

_STRING_PARTS = {
    '"': re.compile(r"(?:[^\"\\]|\\.)*+", re.DOTALL),
    "'": re.compile(r"(?:[^'\\]|\\.)*+", re.DOTALL),
    '"""': re.compile(r"(?:[^\"]|\"(?!\"\"))*+"),
}
"""By the quotes around a string; models write those of Python, too."""
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
        self._quotes = ""

    @property
    def completion(self) -> str:
        """What would close the value here."""
        return self._quotes + "".join(reversed(self._closers))

    def feed(self, line: str) -> tuple[ScanState, int]:
        """The state after the next line, and the offset in it where the value ended."""
        offset = 0
        while offset < len(line):
            pattern = _STRING_PARTS[self._quotes] if self._quotes else _OTHER_PART
            match = pattern.match(line, offset)
            offset = match.end() if match else offset
            if offset >= len(line):
                break
            sign = '"""' if line.startswith('"""', offset) and self._quotes != '"' else line[offset]
            if not self._read_sign(sign):
                return ScanState.INVALID, offset
            offset += len(sign)
            if not self._closers:
                return ScanState.CLOSED, offset
        return ScanState.OPEN, offset

    def _read_sign(self, sign: str) -> bool:
        if sign in _STRING_PARTS:
            self._quotes = "" if self._quotes else sign
        elif sign in _CLOSERS:
            self._closers.append(_CLOSERS[sign])
        elif self._closers and sign == self._closers[-1]:
            self._closers.pop()
        else:
            return self._quotes != ""  # a backslash that the end of the text cut
        return True
