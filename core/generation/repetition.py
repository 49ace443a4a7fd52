"""Detect a model that repeats itself, as its text arrives.

Three signs: a file is written again, one line repeats, a block of lines repeats. The number of lines in the block is
the *period*; the lines repeat with it as long as each equals the line one period before it.

Good code repeats itself too: blank lines, closing braces, table cells, rows of numbers. A block without any informative
line must therefore repeat longer than the largest board game or calendar does.
"""

import re
from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from itertools import islice

from core.files.markdown.events import FileClosed, FileOpened, FileText
from core.files.markdown.parser import MarkdownParser

INFORMATIVE_LINE = re.compile(r"^\s*[^\s<].*[^\W\d_]{2}")
"""A line with a word (two letters in a row) that does not begin with markup."""
SEVERAL_WORDS = re.compile(r"\w[^\w\s]*+\s\W*+\w")
"""Possessive: with ``\\W*\\s\\W*`` each blank of a long gap would be tried as the one between the words."""

MAX_PERIOD = 80
MAX_CANDIDATE_PERIODS = 3
"""Earlier copies of the last line that are tried as the beginning of a period. A line may stand several times in its
block; if it stands there more often, another line of the block shows the period."""

MIN_LINES = 20
"""Repeated lines, the first block included, that are too many with a period of 1."""
MIN_SINGLE_WORD_LINES = 120
"""The same for a line of a single word, such as a cell of a board or an item of a list."""
MIN_BLOCK_LINES, MIN_BLOCK_COPIES = 60, 4
"""The same for longer periods: so many lines, and so many copies of the block."""
MIN_UNINFORMATIVE_LINES, MIN_UNINFORMATIVE_COPIES = 400, 10
"""The same for every block without an informative line."""
MIN_FILE_COPIES = 4
"""Versions of one file that are too many, even if each is different."""

MIN_KNOWN_LINES = MIN_LINES - 1
"""Consecutive lines that occurred before, below which no period is searched: most text never has as many."""
MAX_COUNTED_LINES = (MIN_UNINFORMATIVE_COPIES + 1) * MAX_PERIOD
"""Lines that the search looks at. Four times as many are kept before the older ones are dropped."""


class RepetitionDetector:
    """Watches one text. Time is linear in the length of the text, however it is cut."""

    def __init__(self) -> None:
        self._reason: str | None = None
        self._partial_line: list[str] = []
        self._line_detector = _LineRepetition()
        self._file_detector = _FileRepetition()

    @property
    def has_file(self) -> bool:
        """Whether a file has begun in what was looked through."""
        return self._file_detector.has_file

    def feed(self, text: str) -> str | None:
        """The reason to stop, as a sentence, from the piece on that completes a repetition; None before."""
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
    """Finds a period in the latest lines.

    A period must be a distance from the last line to an equal one, so only those are tried, and only while all lines
    occurred before. A period that fails is tried again when enough new lines have come for it to succeed.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._known_lines: set[str] = set()
        self._known_streak = 0
        self._retry_at: dict[int, int] = {}  # by period: the number of lines from which on it may succeed

    def feed(self, lines: Iterable[str]) -> str | None:
        """The reason to stop, if one of the next lines completes a repetition."""
        if len(self._lines) >= 4 * MAX_COUNTED_LINES:
            self._drop_old_lines()
        for line in map(str.rstrip, lines):
            self._lines.append(line)
            if line not in self._known_lines:
                self._known_lines.add(line)
                self._known_streak = 0
                continue
            self._known_streak += 1
            if self._known_streak >= MIN_KNOWN_LINES and (period := self._find_period()):
                block = "line" if period == 1 else f"{period} lines"
                return f"The model wrote the same {block} again and again."
        return None

    def _find_period(self) -> int | None:
        """The shortest period with which enough lines repeat, None if there is none."""
        periods = self._candidate_periods()
        for period in periods:
            if len(self._lines) >= self._retry_at.get(period, 0) and self._repeats(period):
                # Multiples of a period are periods, too, and a shorter one may not have been due.
                return next(filter(self._repeats, periods))
        return None

    def _candidate_periods(self) -> list[int]:
        """The distances to the nearest lines that equal the last one, ascending; 1 alone if the previous line does."""
        last_line = self._lines[-1]
        if self._lines[-2] == last_line:  # a longer block with a doubled line is found at its other lines
            return [1]
        earlier_lines = self._lines[-2 : -MAX_PERIOD - 2 : -1]
        distances = (distance for distance, line in enumerate(earlier_lines, 1) if line == last_line)
        return list(islice(distances, MAX_CANDIDATE_PERIODS))

    def _repeats(self, period: int) -> bool:
        repeated, required = self._count_repeated(period), _min_lines(period, self._lines[-1])
        if repeated >= required and not any(map(INFORMATIVE_LINE.match, self._lines[-period:])):
            required = max(MIN_UNINFORMATIVE_LINES, MIN_UNINFORMATIVE_COPIES * period)
        # Retry when this period, or a block that starts with the next line, could be long enough.
        missing_lines = min(required - repeated, _min_informative_lines(period) - period)
        self._retry_at[period] = len(self._lines) + missing_lines
        return repeated >= required

    def _count_repeated(self, period: int) -> int:
        """How many of the latest lines equal the line one period before, plus the first block."""
        lines = self._lines
        index = len(lines) - 1
        while index >= period and lines[index] == lines[index - period]:
            index -= 1
        return len(lines) - 1 - index + period

    def _drop_old_lines(self) -> None:
        dropped = len(self._lines) - MAX_COUNTED_LINES
        self._lines = self._lines[dropped:]
        self._known_lines = set(self._lines)
        self._retry_at = {period: count - dropped for period, count in self._retry_at.items()}


class _FileRepetition:
    """Counts the files of the text by path and content; holds a hash for each content."""

    def __init__(self) -> None:
        self.has_file = False
        self._parser = MarkdownParser("text")
        self._seen_files: set[tuple[str, bytes]] = set()
        self._copies_by_path: Counter[str] = Counter()
        self._path = ""
        self._is_part = False
        self._hash = blake2b(digest_size=16)

    def feed(self, text: str) -> str | None:
        """The reason to stop, if the next text completes a repeated file."""
        for event in self._parser.feed(text):
            match event:
                case FileOpened(path, continues=continues):
                    self.has_file = True
                    self._path, self._hash, self._is_part = path, blake2b(digest_size=16), continues
                case FileText(content):
                    self._hash.update(content.encode(errors="replace"))
                case FileClosed() if self._is_repeated():
                    return f"The model wrote {self._path} again and again."
                case _:
                    pass
        return None

    def _is_repeated(self) -> bool:
        file = (self._path, self._hash.digest())
        if self._is_part and file not in self._seen_files:
            self._seen_files.add(file)
            return False
        self._copies_by_path[self._path] += 1
        if file in self._seen_files or self._copies_by_path[self._path] >= MIN_FILE_COPIES:
            return True
        self._seen_files.add(file)
        return False


def _min_lines(period: int, last_line: str) -> int:
    """The repeated lines that are too many, if one of them is informative."""
    if period == 1 and not SEVERAL_WORDS.search(last_line):
        return MIN_SINGLE_WORD_LINES
    return _min_informative_lines(period)


def _min_informative_lines(period: int) -> int:
    """The smallest ``_min_lines`` of any line."""
    return MIN_LINES if period == 1 else max(MIN_BLOCK_LINES, MIN_BLOCK_COPIES * period)
