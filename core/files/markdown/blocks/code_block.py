"""One fenced code block, line by line: what is content, and where it ends.

Fences follow CommonMark 0.31, section 4.5, with three additions for what models write: a Markdown file may hold blocks
with a fence as long as its own, a closing fence may stand at the end of the last line of code, and ``### FILE:`` ends
a block that was never closed.
"""

import re
from dataclasses import replace
from enum import Enum, auto

from core.files.markdown.blocks import long_strings
from core.files.markdown.blocks.fence import Fence
from core.files.markdown.blocks.line_result import LineResult
from core.files.markdown.names.path_hints import MAX_PATH_LINE_LENGTH, HintForm, find_path_hint, is_file_marker
from core.files.markdown.turn_tokens import TURN_END

_TRAILING_FENCE = re.compile(rf"^`{{3,}}\s*+(?:{TURN_END}\s*+)*+$")
_FENCE_BEFORE_MARKER = re.compile(r"^`{3,}[ \t]*(?=#{1,6} ?FILE:)")
LONG_FENCE = 4
"""Signs of a fence that is meant to hold other ones."""
_BOUNDARY_CHARS = ("`", "~", "#")
_TITLE = r"(?:#{2,6} ?|\*\*)[^\n]*\.[A-Za-z]|# [\w./-]*\.[A-Za-z]"
_POSSIBLE_TITLE = re.compile(rf"{_TITLE}|[^\n]*`")
"""A line that may name the next file, where a fence follows."""
_POSSIBLE_BOUNDARY = re.compile(rf"^[^\n]*`|^[ \t]*~|^#{{1,6}} ?FILE:|^(?:{_TITLE})", re.MULTILINE)
"""A line that may be something else than content."""


class CodeBlock:
    """An open block. With ``is_markdown``, fences inside belong to its content where they can."""

    def __init__(self, fence: Fence, *, is_markdown: bool = False) -> None:
        self.fence = fence
        self.is_markdown = is_markdown
        self._inner_fence: Fence | None = None
        self._possible_closing = ""
        self._possible_end = _PossibleEnd.LIKELY
        self._held_blanks: list[str] = []
        self._may_hold_titles = is_markdown
        self._is_first_line = True
        self._long_strings: long_strings.LongStrings | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether the next line tells what the line before was."""
        return self._possible_closing != ""

    def set_language(self, language: str) -> None:
        """The language of the file that the block is."""
        self.is_markdown = language == "markdown"
        self._may_hold_titles = language in ("markdown", "text")
        syntax = long_strings.SYNTAXES.get(language)
        self._long_strings = long_strings.LongStrings(syntax) if syntax else None

    def note_content(self, text: str) -> None:
        """More of the content, all of it in order: it tells whether a fence stands in a long string."""
        if self._long_strings is not None:
            self._long_strings.feed(text)

    def skip_content(self, text: str, start: int) -> int:
        """The end of the whole lines after ``start`` that are surely content; ``start`` where there are none."""
        if self._possible_closing or self.fence.indent:
            return start
        boundary = _POSSIBLE_BOUNDARY.search(text, start)
        end = boundary.start() if boundary else text.rfind("\n", start) + 1 or start
        self._is_first_line = self._is_first_line and end == start
        return end

    def feed_line(self, line: str, *, is_started: bool = False) -> LineResult:
        """The next line, or the rest of one; ``is_started`` if its beginning was streamed already."""
        is_first_line, self._is_first_line = self._is_first_line, False
        if is_first_line and not is_started and line.strip() == "`":
            return LineResult(markup=line)
        return self._resolve_closing(line) if self._possible_closing else self._read_line(line, is_started=is_started)

    def close(self) -> LineResult:
        """The text has ended; ``is_closed`` says whether the block had, too."""
        blanks = "".join(self._held_blanks)
        if self._possible_closing and self._possible_end in _NAMES_OF_NEXT:
            return LineResult(self._possible_closing + blanks)
        return self._close_late(blanks) if self._possible_closing else LineResult()

    def streamable_length(self, partial_line: str, *, is_started: bool) -> int:
        """How many characters of an unfinished line are content, whatever follows."""
        if self._possible_closing or self.fence.indent:
            return 0
        first_char = partial_line.lstrip()[:1]
        if not is_started and (not first_char or first_char in _BOUNDARY_CHARS or partial_line.startswith("*")):
            return 0
        backtick = partial_line.find("`")
        return len(partial_line) if backtick < 0 else backtick

    def _resolve_closing(self, line: str) -> LineResult:
        if self._possible_end in (_PossibleEnd.UNLIKELY, *_NAMES_OF_NEXT) and not line.strip():
            self._held_blanks.append(line)
            return LineResult()
        blanks, self._held_blanks = "".join(self._held_blanks), []
        possible_closing = self._possible_closing
        if self._is_end_before(line):
            return self._close_late(blanks + line)
        end, self._possible_end, self._possible_closing = self._possible_end, _PossibleEnd.LIKELY, ""
        if end is _PossibleEnd.LIKELY and self._may_hold_fences():
            self._inner_fence = Fence.parse(possible_closing)
        result = self._read_line(line, is_started=False)
        return replace(result, content=possible_closing + blanks + result.content)

    def _is_end_before(self, line: str) -> bool:
        """Whether this line shows that the one before was the end."""
        match self._possible_end:
            case _PossibleEnd.MARKER:
                return Fence.parse(line) is not None
            case _PossibleEnd.TITLE:
                return Fence.info_of(line) != ""
            case _PossibleEnd.UNLIKELY:
                return _names_file(line)
            case _:
                return may_follow_block(line)

    def _read_line(self, line: str, *, is_started: bool) -> LineResult:
        result = None if is_started else self._find_boundary(line)
        if result is not None:
            return result
        content_length = self.streamable_length(line, is_started=is_started)
        if (
            self._inner_fence is None
            and (content_length or is_started)
            and _TRAILING_FENCE.match(line[content_length:])
        ):
            return self._wait(line[content_length:], _PossibleEnd.TRAILING, line[:content_length])
        content = line if is_started else self.fence.dedent(line)
        return LineResult(content, markup=line[: len(line) - len(content)])

    def _find_boundary(self, line: str) -> LineResult | None:
        if is_file_marker(line) and not self._is_inside_string():
            return self._apply_marker(line)
        if next_file := _FENCE_BEFORE_MARKER.match(line[:MAX_PATH_LINE_LENGTH]):
            return LineResult(is_closed=True, rest=line[next_file.end() :], markup=next_file[0])
        if fence := Fence.parse(line):
            return self._apply_fence(line, fence)
        return self._wait(line, _PossibleEnd.TITLE) if self._is_title(line) else None

    def _is_title(self, line: str) -> bool:
        """Whether the line names the next file, if a fence follows: this block was not closed then."""
        if self._may_hold_titles or self._is_inside_string() or not _POSSIBLE_TITLE.match(line):
            return False
        hint = find_path_hint(line) if line.startswith(("#", "*")) else None
        return hint is not None and hint.form is HintForm.HEADING

    def _apply_marker(self, line: str) -> LineResult | None:
        if not self.is_markdown:
            return LineResult(is_closed=True, rest=line)
        return None if len(self.fence.delimiter) >= LONG_FENCE else self._wait(line, _PossibleEnd.MARKER)

    def _apply_fence(self, line: str, fence: Fence) -> LineResult | None:
        if self._inner_fence is not None and (self.is_markdown or self._is_inside_string()):
            self._inner_fence = None if self._inner_fence.is_closed_by(fence) else self._inner_fence
        elif self.fence.is_closed_by(fence):
            return self._close_or_wait(line)
        elif not self.is_markdown and self.fence.may_be_closed_by(fence):
            is_likely = self._is_inside_careful_string() or (
                (fence.info_string or fence.delimiter[0] != self.fence.delimiter[0]) and not self._is_inside_string()
            )
            return self._wait(line, _PossibleEnd.LIKELY if is_likely else _PossibleEnd.UNLIKELY)
        elif fence.info_string and fence.delimiter.startswith(self.fence.delimiter) and self._may_hold_fences():
            self._inner_fence = fence
        return None

    def _close_or_wait(self, line: str) -> LineResult:
        self._inner_fence = None
        if self.is_markdown or self._is_inside_careful_string():
            return self._wait(line, _PossibleEnd.LIKELY)
        if self._is_inside_string():
            return self._wait(line, _PossibleEnd.UNLIKELY)
        return LineResult(is_closed=True, markup=line)

    def _wait(self, possible_closing: str, end: "_PossibleEnd", content: str = "") -> LineResult:
        self._possible_closing, self._possible_end = possible_closing, end
        return LineResult(content)

    def _may_hold_fences(self) -> bool:
        return self.is_markdown or self._is_inside_careful_string()

    def _is_inside_string(self) -> bool:
        return self._long_strings is not None and self._long_strings.is_inside

    def _is_inside_careful_string(self) -> bool:
        return self._long_strings is not None and self._long_strings.is_inside and self._long_strings.is_careful

    def _close_late(self, rest: str) -> LineResult:
        """The line before was the end."""
        if self._possible_end in _NAMES_OF_NEXT:
            return LineResult(is_closed=True, rest=self._possible_closing + rest)
        is_trailing = self._possible_end is _PossibleEnd.TRAILING
        newline = "\n" if is_trailing else ""
        return LineResult(newline, True, rest, self._possible_closing, is_trailing)


class _PossibleEnd(Enum):
    """What the line before may have been, if the next one says so."""

    LIKELY = auto()  # a fence: the end, if nothing, a blank line or the next file follows
    UNLIKELY = auto()  # a fence: the end, if nothing or the next file follows
    TRAILING = auto()  # a fence behind the last line
    MARKER = auto()  # a marker in a Markdown file: the next file, if a fence follows
    TITLE = auto()  # a heading with a path: the next file, if a fence with a language follows


_NAMES_OF_NEXT = (_PossibleEnd.MARKER, _PossibleEnd.TITLE)


def may_follow_block(line: str) -> bool:
    """Whether a block may have ended on the line before: nothing, a fence or the name of the next file follows."""
    if not line.strip() or Fence.parse(line):
        return True
    return _names_file(line)


def _names_file(line: str) -> bool:
    hint = find_path_hint(line)
    return hint is not None and hint.form is not HintForm.INLINE
