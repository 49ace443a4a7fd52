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

from core.files.markdown.parser import FileClosed, FileOpened, FileText, MarkdownParser

MAX_PERIOD = 80
INFORMATIVE_LINE = re.compile(r"^\s*[^\s<].*[^\W\d_]{2}")
"""A line with a word in it that is no markup."""
SEVERAL_WORDS = re.compile(r"\w\W*\s\W*\w")

MIN_REPEATED_LINES = 20
MIN_REPEATED_SHORT_LINES = 120
"""Of a single word each, such as the cells of a board and the items of a list."""
MIN_KNOWN_LINES = MIN_REPEATED_LINES - 1
"""Lines in a row that were there before, without which no circle is long enough: most text never has as many."""
MIN_GROUP_LINES, MIN_GROUP_REPEATS = 60, 4
MIN_LOW_INFO_LINES, MIN_LOW_INFO_REPEATS = 400, 10
MAX_REPETITION_LINES = MIN_LOW_INFO_REPEATS * MAX_PERIOD + MAX_PERIOD
MAX_CANDIDATE_PERIODS = 3
"""A group is found by any of its lines that comes up to so many times in it."""
FILE_COPIES_LIMIT = 4


class RepetitionDetector:
    """Watches one text; takes time in proportion to its length."""

    def __init__(self) -> None:
        self._reason: str | None = None
        self._partial_line: list[str] = []
        self._line_detector = _LineRepetition()
        self._file_detector = _FileRepetition()

    def feed(self, text: str) -> str | None:
        """The reason to stop, as a sentence, from the piece on that showed it."""
        if self._reason is None:
            self._reason = self._file_detector.feed(text) or self._feed_lines(text)
        return self._reason

    def _feed_lines(self, text: str) -> str | None:
        first, *following = text.split("\n")
        self._partial_line.append(first)
        if not following:
            return None
        complete_lines = ["".join(self._partial_line), *following[:-1]]
        self._partial_line = following[-1:]
        return self._line_detector.feed(complete_lines)


class _LineRepetition:
    """The latest lines: in a circle each stood before, all at one distance, its period."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._known_lines: set[str] = set()
        self._known_streak = 0
        self._next_check: dict[int, int] = {}

    def feed(self, lines: Iterable[str]) -> str | None:
        """The reason to stop, if one of the next lines shows it."""
        if len(self._lines) >= 4 * MAX_REPETITION_LINES:
            self._trim_history()
        for line in map(str.rstrip, lines):
            self._lines.append(line)
            if line not in self._known_lines:
                self._known_lines.add(line)
                self._known_streak = 0
                continue
            self._known_streak += 1
            if self._known_streak >= MIN_KNOWN_LINES and (reason := self._find_repetition()):
                return reason
        return None

    def _find_repetition(self) -> str | None:
        periods = self._candidate_periods()
        for period in periods:
            if len(self._lines) >= self._next_check.get(period, 0) and self._is_repeating(period):
                # Shorter ones are looked at at another time, though they turn as well.
                return _repetition_message(next(filter(self._is_repeating, periods)))
        return None

    def _candidate_periods(self) -> list[int]:
        """How far back the last line stood before; a line after itself is no group, whose other lines are looked at."""
        last, *earlier_lines = self._lines[: -MAX_PERIOD - 2 : -1]
        if earlier_lines[0] == last:
            return [1]
        return list(
            islice((period for period, line in enumerate(earlier_lines, 1) if line == last), MAX_CANDIDATE_PERIODS)
        )

    def _is_repeating(self, period: int) -> bool:
        repeated, required = self._count_repeated(period), self._min_lines(period)
        if repeated >= required and not any(map(INFORMATIVE_LINE.match, self._lines[-period:])):
            required = max(MIN_LOW_INFO_LINES, MIN_LOW_INFO_REPEATS * period)
        # Not one line earlier can there be enough, of these lines or of others that begin to turn with the next one.
        self._next_check[period] = len(self._lines) + min(required - repeated, _default_min_lines(period) - period)
        return repeated >= required

    def _min_lines(self, period: int) -> int:
        """How many lines must turn before it means anything."""
        if period == 1 and not SEVERAL_WORDS.search(self._lines[-1]):
            return MIN_REPEATED_SHORT_LINES
        return _default_min_lines(period)

    def _count_repeated(self, period: int) -> int:
        """How many lines, up to the last, are what they were a period before, with the first period."""
        lines = self._lines
        index = len(lines) - 1
        while index >= period and lines[index] == lines[index - period]:
            index -= 1
        return len(lines) - 1 - index + period

    def _trim_history(self) -> None:
        removed_count = len(self._lines) - MAX_REPETITION_LINES
        self._lines = self._lines[removed_count:]
        self._known_lines, self._next_check = (
            set(self._lines),
            {period: due - removed_count for period, due in self._next_check.items()},
        )


class _FileRepetition:
    """Which files came, and how often, by their content's hash."""

    def __init__(self) -> None:
        self._parser = MarkdownParser("text")
        self._seen_copies: set[tuple[str, bytes]] = set()
        self._copies_by_path: Counter[str] = Counter()
        self._path = ""
        self._hash = blake2b(digest_size=16)

    def feed(self, text: str) -> str | None:
        for event in self._parser.feed(text):
            match event:
                case FileOpened(path):
                    self._path, self._hash = path, blake2b(digest_size=16)
                case FileText(content):
                    self._hash.update(content.encode(errors="replace"))
                case FileClosed() if self._is_repeated():
                    return f"The model wrote {self._path} again and again."
                case _:
                    pass
        return None

    def _is_repeated(self) -> bool:
        copy = (self._path, self._hash.digest())
        self._copies_by_path[self._path] += 1
        if copy in self._seen_copies or self._copies_by_path[self._path] >= FILE_COPIES_LIMIT:
            return True
        self._seen_copies.add(copy)
        return False


def _default_min_lines(period: int) -> int:
    return MIN_REPEATED_LINES if period == 1 else max(MIN_GROUP_LINES, MIN_GROUP_REPEATS * period)


def _repetition_message(period: int) -> str:
    what = "line" if period == 1 else f"{period} lines"
    return f"The model wrote the same {what} again and again."
