"""A line that opens or closes a block: CommonMark 0.31, section 4.5."""

import re
from dataclasses import dataclass
from typing import Self

from core.files.markdown.names.path_hints import MAX_PATH_LINE_LENGTH
from core.files.markdown.turn_tokens import strip_turn_tokens

_FENCE = re.compile(r"^(?P<indent>[ \t]*)(?P<signs>`{3,}|~{3,})(?P<info>.*)$")
_CLOSING_WORDS = re.compile(r"^\W*+(?:end|eof|ende|fin|конец|结束)\b", re.IGNORECASE)
TAB_WIDTH = 4


@dataclass(frozen=True, slots=True)
class Fence:
    """A line that begins with three or more backticks or tildes. ``indent`` counts the columns before them."""

    delimiter: str
    indent: int
    info_string: str

    @classmethod
    def parse(cls, line: str) -> Self | None:
        """The line as a fence; None where it is something else."""
        match = _FENCE.match(line[:MAX_PATH_LINE_LENGTH].rstrip())
        if match is None or (match["signs"][0] == "`" and "`" in match["info"]):
            return None
        return cls(match["signs"], len(match["indent"].expandtabs(TAB_WIDTH)), strip_turn_tokens(match["info"]).strip())

    @classmethod
    def info_of(cls, line: str) -> str:
        """What stands after the fence; empty for another line."""
        fence = cls.parse(line)
        return fence.info_string if fence else ""

    def dedent(self, line: str) -> str:
        """A line of the block without the indentation of the fence."""
        columns = 0
        for place, char in enumerate(line):
            if columns >= self.indent or char not in " \t":
                return line[place:]
            columns += TAB_WIDTH - columns % TAB_WIDTH if char == "\t" else 1
        return ""

    def is_closed_by(self, other: "Fence") -> bool:
        """Whether the other fence ends the block that this one opens."""
        return other.delimiter.startswith(self.delimiter) and not other.info_string and other.indent <= self.indent + 3

    def may_be_closed_by(self, other: "Fence") -> bool:
        """Whether models write the other fence for the end: too short, in other signs, or with a word behind it."""
        if other.indent > self.indent + 3:
            return False
        info = other.info_string
        if other.delimiter[0] != self.delimiter[0]:
            return not info
        return not info or info == self.info_string.split(" ")[0] or _CLOSING_WORDS.match(info) is not None
