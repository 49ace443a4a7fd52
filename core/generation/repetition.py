"""Notice a model that runs in circles, as its text comes.

Three signs: a file comes again as it was, a line comes twenty times in a row, a group of lines comes again and again.
Honest code repeats itself, too: blank lines, closing braces, the cells of a table, rows of numbers. Lines that
say nothing by themselves therefore count only in numbers that no board game or calendar reaches.
"""

import re
from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from itertools import islice

from core.files.markdown.parser import FenceParser, FileClosed, FileOpened, Text

LONGEST_GROUP = 80
TELLING = re.compile(r"^\s*[^\s<].*[^\W\d_]{2}")
"""A line with a word in it that is no markup."""
SEVERAL_WORDS = re.compile(r"\w\W*\s\W*\w")

LINES_IN_A_ROW = 20
SHORT_LINES_IN_A_ROW = 120
"""Of a single word each, such as the cells of a board and the items of a list."""
FEWEST_IN_A_ROW = LINES_IN_A_ROW - 1
"""Lines in a row that were there before, without which no circle is long enough: most text never has as many."""
GROUP_LINES, GROUP_TIMES = 60, 4
DULL_LINES, DULL_TIMES = 400, 10
LONGEST_CIRCLE = DULL_TIMES * LONGEST_GROUP + LONGEST_GROUP
NEAREST = 3
"""A group is found by any of its lines that comes up to so many times in it."""
COPIES = 4


class Circles:
    """Watches one text; takes time in proportion to its length."""

    def __init__(self) -> None:
        self._reason: str | None = None
        self._parts: list[str] = []
        self._lines = _Lines()
        self._files = _Files()

    def feed(self, text: str) -> str | None:
        """The reason to stop, as a sentence, from the piece on that showed it."""
        if self._reason is None:
            self._reason = self._files.feed(text) or self._of_lines(text)
        return self._reason

    def _of_lines(self, text: str) -> str | None:
        first, *others = text.split("\n")
        self._parts.append(first)
        if not others:
            return None
        ended = ["".join(self._parts), *others[:-1]]
        self._parts = others[-1:]
        return self._lines.feed(ended)


class _Lines:
    """The latest lines: in a circle each stood before, all at one distance, its period."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._known: set[str] = set()
        self._known_in_a_row = 0
        self._due: dict[int, int] = {}

    def feed(self, lines: Iterable[str]) -> str | None:
        """The reason to stop, if one of the next lines shows it."""
        if len(self._lines) >= 4 * LONGEST_CIRCLE:
            self._forget()
        for line in map(str.rstrip, lines):
            self._lines.append(line)
            if line not in self._known:
                self._known.add(line)
                self._known_in_a_row = 0
                continue
            self._known_in_a_row += 1
            if self._known_in_a_row >= FEWEST_IN_A_ROW and (reason := self._again()):
                return reason
        return None

    def _again(self) -> str | None:
        periods = self._periods()
        for period in periods:
            if len(self._lines) >= self._due.get(period, 0) and self._turns(period):
                # Shorter ones are looked at at another time, though they turn as well.
                return _sentence(next(filter(self._turns, periods)))
        return None

    def _periods(self) -> list[int]:
        """How far back the last line stood before; a line after itself is no group, whose other lines are looked at."""
        last, *before = self._lines[: -LONGEST_GROUP - 2 : -1]
        if before[0] == last:
            return [1]
        return list(islice((period for period, line in enumerate(before, 1) if line == last), NEAREST))

    def _turns(self, period: int) -> bool:
        lines, needed = self._kept_to(period), self._least(period)
        if lines >= needed and not any(map(TELLING.match, self._lines[-period:])):
            needed = max(DULL_LINES, DULL_TIMES * period)
        # Not one line earlier can there be enough, of these lines or of others that begin to turn with the next one.
        self._due[period] = len(self._lines) + min(needed - lines, _fewest(period) - period)
        return lines >= needed

    def _least(self, period: int) -> int:
        """How many lines must turn before it means anything."""
        if period == 1 and not SEVERAL_WORDS.search(self._lines[-1]):
            return SHORT_LINES_IN_A_ROW
        return _fewest(period)

    def _kept_to(self, period: int) -> int:
        """How many lines, up to the last, are what they were a period before, with the first period."""
        lines = self._lines
        at = len(lines) - 1
        while at >= period and lines[at] == lines[at - period]:
            at -= 1
        return len(lines) - 1 - at + period

    def _forget(self) -> None:
        gone = len(self._lines) - LONGEST_CIRCLE
        self._lines = self._lines[gone:]
        self._known, self._due = set(self._lines), {period: due - gone for period, due in self._due.items()}


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


def _fewest(period: int) -> int:
    return LINES_IN_A_ROW if period == 1 else max(GROUP_LINES, GROUP_TIMES * period)


def _sentence(period: int) -> str:
    what = "line" if period == 1 else f"{period} lines"
    return f"The model wrote the same {what} again and again."
