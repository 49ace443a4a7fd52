"""Notice a model that runs in circles, as its text comes.

Three signs: a file comes again as it was, a line comes twenty times in a row, a group of lines comes again and again.
Honest code repeats itself, too: blank lines, closing braces, the cells of a table, rows of numbers. Lines that
say nothing by themselves therefore count only in numbers that no board game or calendar reaches.
"""

import re
from collections import Counter, deque
from hashlib import blake2b

from core.fences import FenceParser, FileClosed, FileOpened, Text

LONGEST_GROUP = 80
TELLING = re.compile(r"^\s*[^\s<].*[^\W\d_]{2}")
"""A line with a word in it that is no markup."""

LINES_IN_A_ROW = 20
GROUP_LINES, GROUP_TIMES = 60, 4
DULL_LINES, DULL_TIMES = 400, 10
COPIES = 4


class Circles:
    """Watches one text; takes time in proportion to its length."""

    def __init__(self) -> None:
        self._reason: str | None = None
        self._parts: list[str] = []
        self._recent: deque[str] = deque(maxlen=LONGEST_GROUP)
        self._number = 0
        self._places: dict[str, list[int]] = {}
        self._matched: dict[int, int] = {}
        self._files = _Files()

    def feed(self, text: str) -> str | None:
        """The reason to stop, as a sentence, from the piece on that showed it."""
        if self._reason is None:
            self._reason = self._files.feed(text) or self._of_lines(text)
        return self._reason

    def _of_lines(self, text: str) -> str | None:
        *ended, rest = text.split("\n")
        for end in ended:
            line = "".join([*self._parts, end]).rstrip()
            self._parts.clear()
            if reason := self._of_line(line):
                return reason
        self._parts.append(rest)
        return None

    def _of_line(self, line: str) -> str | None:
        """A period is how far back a line stood before; how many lines in a row kept to it is what counts."""
        self._number += 1
        self._recent.append(line)
        if self._number % 1000 == 0:  # forget the lines that are out of reach
            self._places = {recent: self._places[recent] for recent in self._recent if recent in self._places}
        places = [place for place in self._places.get(line, ()) if place >= self._number - LONGEST_GROUP]
        self._places[line] = [*places, self._number]
        if not places:
            self._matched.clear()
            return None
        periods = [self._number - place for place in reversed(places)]
        self._matched = {period: self._matched.get(period, 0) + 1 for period in periods}
        return next((_sentence(period) for period in periods if self._turns(period)), None)

    def _turns(self, period: int) -> bool:
        lines = self._matched[period] + period
        least = LINES_IN_A_ROW if period == 1 else max(GROUP_LINES, GROUP_TIMES * period)
        if lines < least:
            return False
        telling = any(map(TELLING.match, list(self._recent)[-period:]))
        return telling or lines >= max(DULL_LINES, DULL_TIMES * period)


class _Files:
    """Which files came, and how often, by their content's hash."""

    def __init__(self) -> None:
        self._parser = FenceParser("text")
        self._seen: set[tuple[str, bytes]] = set()
        self._opened: Counter[str] = Counter()
        self._path = ""
        self._hash = blake2b(digest_size=16)

    def feed(self, text: str) -> str | None:
        for event in self._parser.feed(text):
            match event:
                case FileOpened(path):
                    self._path, self._hash = path, blake2b(digest_size=16)
                case Text(content):
                    self._hash.update(content.encode(errors="replace"))
                case FileClosed() if self._again():
                    return f"The model wrote {self._path} again and again."
                case _:
                    pass
        return None

    def _again(self) -> bool:
        copy = (self._path, self._hash.digest())
        self._opened[self._path] += 1
        if copy in self._seen or self._opened[self._path] >= COPIES:
            return True
        self._seen.add(copy)
        return False


def _sentence(period: int) -> str:
    what = "line" if period == 1 else f"{period} lines"
    return f"The model wrote the same {what} again and again."
