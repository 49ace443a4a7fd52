"""One fenced block, line by line: what of it is content, and where it ends.

Fences follow CommonMark 0.31 section 4.5. Beyond it: a Markdown file may hold blocks that are fenced as it is itself,
a closing fence may stand glued to the last line of code, and ``### FILE:`` ends a block that was never closed.
"""

import re
from dataclasses import dataclass, replace
from typing import Self

from core.files.markdown.path_hints import LONGEST_LINE, Form, is_marker, mentioned

_FENCE = re.compile(r"^(?P<indent>[ \t]*)(?P<signs>`{3,}|~{3,})(?P<info>.*)$")
_GLUED_CLOSING = re.compile(r"^`{3,}\s*$")
_CLOSED_BY_NEXT = re.compile(r"^`{3,}[ \t]*(?=#{1,6} ?FILE:)")
_SPECIAL = ("`", "~", "#")
_TELLING_LINE = re.compile(r"^[^\n]*`|^[ \t]*~|^#{1,6} ?FILE:", re.MULTILINE)
"""A line that could be anything but content."""


@dataclass(frozen=True, slots=True)
class Fence:
    """A line of three or more backticks or tildes. ``indent`` counts columns before it."""

    signs: str
    indent: int
    info: str

    @classmethod
    def read(cls, line: str) -> Self | None:
        """The fence that this line is, None where it is something else."""
        found = _FENCE.match(line[:LONGEST_LINE].rstrip())
        if found is None or (found["signs"][0] == "`" and "`" in found["info"]):
            return None
        return cls(found["signs"], len(found["indent"].expandtabs(4)), found["info"].strip())

    def is_closed_by(self, other: "Fence") -> bool:
        """Whether the other one ends the block that this one opens."""
        return other.signs.startswith(self.signs) and not other.info and other.indent <= self.indent + 3


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a line: content of the block, and, where the block has ended, what is left of the line."""

    content: str = ""
    ended: bool = False
    rest: str = ""


class Block:
    """An open block. ``markdown`` says that fences inside belong to it where they can."""

    def __init__(self, fence: Fence, *, markdown: bool = False) -> None:
        self.fence = fence
        self.markdown = markdown
        self._inner: Fence | None = None
        self._doubt = ""
        self._glued = False

    def plain(self, text: str, at: int) -> int:
        """Where the whole lines after ``at`` end that are content whatever they say; ``at`` where there are none."""
        if self._doubt or self.fence.indent:
            return at
        telling = _TELLING_LINE.search(text, at)
        return telling.start() if telling else text.rfind("\n", at) + 1 or at

    def take(self, line: str, *, begun: bool = False) -> Taken:
        """The next line; ``begun`` where its beginning went out by ``flowing`` already."""
        return self._resolve(line) if self._doubt else self._settle(line, begun=begun)

    def end(self) -> Taken:
        """The text is over; ``ended`` says whether the block was, too."""
        return Taken(self._missing_newline(), ended=bool(self._doubt))

    def flowing(self, part: str, *, begun: bool) -> int:
        """How many characters of an unfinished line are content, whatever comes after them."""
        if self._doubt or self.fence.indent:
            return 0
        start = part.lstrip()[:1]
        if not begun and (not start or start in _SPECIAL):
            return 0
        at = part.find("`")
        return len(part) if at < 0 else at

    def _resolve(self, line: str) -> Taken:
        # A fence that may be the end or not: after an end comes nothing, a blank line or the next file.
        if _is_after_end(line):
            return Taken(self._missing_newline(), ended=True, rest=line)
        doubt, self._doubt = self._doubt, ""
        if not self._glued:
            self._inner = Fence.read(doubt)
        taken = self._settle(line, begun=False)
        return replace(taken, content=doubt + taken.content)

    def _settle(self, line: str, *, begun: bool) -> Taken:
        taken = None if begun else self._bounded(line)
        if taken is not None:
            return taken
        at = self.flowing(line, begun=begun)
        if self._inner is None and (at or begun) and _GLUED_CLOSING.match(line[at:]):
            self._doubt, self._glued = line[at:], True
            return Taken(line[:at])
        return Taken(line if begun else self._dedented(line))

    def _bounded(self, line: str) -> Taken | None:
        if is_marker(line):
            return Taken(ended=True, rest=line)
        if next_file := _CLOSED_BY_NEXT.match(line[:LONGEST_LINE]):
            return Taken(ended=True, rest=line[next_file.end() :])
        fence = Fence.read(line)
        return self._fenced(line, fence) if fence else None

    def _fenced(self, line: str, fence: Fence) -> Taken | None:
        if self._inner is not None:
            self._inner = None if self._inner.is_closed_by(fence) else self._inner
        elif self.fence.is_closed_by(fence):
            return self._closing(line)
        elif self.markdown and fence.info and fence.signs.startswith(self.fence.signs):
            self._inner = fence
        return None

    def _closing(self, line: str) -> Taken:
        if not self.markdown:
            return Taken(ended=True)
        self._doubt, self._glued = line, False
        return Taken()

    def _missing_newline(self) -> str:
        return "\n" if self._doubt and self._glued else ""

    def _dedented(self, line: str) -> str:
        width = self.fence.indent
        return re.sub(rf"^[ \t]{{1,{width}}}", "", line) if width else line


def _is_after_end(line: str) -> bool:
    if not line.strip() or Fence.read(line):
        return True
    mention = mentioned(line)
    return mention is not None and mention.form is not Form.INLINE
