"""A block that a closing tag ends, or a line of its own: ``</file>``, ``[/PYTHON]``, the last line of a heredoc."""

import re
from dataclasses import dataclass, replace

from core.files.markdown.blocks.code_block import may_follow_block
from core.files.markdown.blocks.fence import Fence
from core.files.markdown.blocks.line_result import LineResult

_CDATA = re.compile(r"^\s*+<!\[CDATA\[\n?+")
_CONTENT_TAG = re.compile(r"^\s*+<(?P<name>(?:file_?|new_?|document_?)?content|contents|file_text)>", re.IGNORECASE)
_CDATA_END = r"\]\]>\s*+(?:{closing}|\Z)"
"""Not ``]]>`` alone: code may compare ``a[b[0]]>1``."""
_FRAME_END = re.compile(
    r"\s*+</(?:(?:write|create|save|add|edit|update|str)_?\w++|\w*tool\w*|(?:\w++:)?(?:function\w*|invoke)"
    r"|\w*artifact|\w*action)>",
    re.IGNORECASE,
)
"""What a closing tag with its opening one in the content is followed by if it is the block's nevertheless."""
_BLANK = re.compile(r"\s*+\Z")
_TAG_OR_FENCE = re.compile(r"\s*+(?:[<\[{]|```)")
_CODE_AFTER = re.compile(r"[ \t]++\S|[\"'`)\]};,]|[a-z_]")
"""What a line after a closing tag begins with that stands in a string of the file, not in the answer."""


@dataclass(frozen=True, slots=True)
class _PossibleEnd:
    """A closing tag with nothing behind it; ``is_nested`` if its opening one is in the content."""

    text: str
    adds_newline: bool
    is_nested: bool


class DelimitedBlock:
    """An open block; ``closing`` is searched in each line.

    ``outer`` is the fence around the block, if any, whose indentation its lines have. Where ``closing`` is a tag's, a
    blank first line is no part of the content, nor is a CDATA section or a fence around it; and elements of the same
    name in the content are its own, as are tags with other text behind them on their line.
    """

    is_markdown = False

    def __init__(self, closing: re.Pattern[str], *, is_tag: bool = True, outer: Fence | None = None) -> None:
        self._outer = outer
        self._closing = closing
        self._tag = _tag_of(closing) if is_tag else None
        self._is_start = is_tag
        self._may_be_wrapped = is_tag
        self._language = ""
        self._is_cdata = False
        self._fence: Fence | None = None
        self._fence_end = ""
        self._depth = 0
        self._possible_end: _PossibleEnd | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether the next line tells what the line before was."""
        return self._fence_end != "" or self._possible_end is not None

    def set_language(self, language: str) -> None:
        """The language of the file: a Markdown file may begin with a fence of its own."""
        self._language = language
        self.is_markdown = language == "markdown"

    def note_content(self, text: str) -> None:
        """The content changes nothing here."""

    def skip_content(self, _text: str, start: int) -> int:
        """No line is surely content before it was read."""
        return start

    def streamable_length(self, _partial_line: str, *, is_started: bool) -> int:
        """Lines go out whole; ``is_started`` is never true."""
        return int(is_started)

    def feed_line(self, line: str, *, is_started: bool = False) -> LineResult:
        """The next line; ``is_started`` is never true."""
        body = self._outer.dedent(line) if self._outer else line
        result = self._feed(body, is_started=is_started)
        return replace(result, markup=line[: len(line) - len(body)] + result.markup)

    def _feed(self, line: str, *, is_started: bool) -> LineResult:
        if end := self._possible_end:
            self._possible_end = None
            if _is_end_before(line, is_nested=end.is_nested):
                return _closed(end, line)
            result = self._read_line(line, is_start=False)
            return replace(result, content=end.text + result.content)
        is_start, self._is_start = self._is_start and not is_started, False
        return self._read_line(line, is_start=is_start)

    def close(self) -> LineResult:
        """The text has ended; the block had, too, if a tag or the fence in it was closed."""
        if self._possible_end:
            return _closed(self._possible_end, "")
        return LineResult(is_closed=self._fence_end != "", markup=self._fence_end)

    def _read_line(self, line: str, *, is_start: bool) -> LineResult:
        wrapper = self._strip_wrapper(line) if self._may_be_wrapped and line.strip() else ""
        body = line[len(wrapper) :]
        closing = self._find_closing(body)
        if closing:
            return self._close(wrapper, body, closing)
        if (wrapper and not body) or (is_start and not line.strip()):
            return LineResult(markup=line)
        return self._read_content(wrapper, body)

    def _strip_wrapper(self, line: str) -> str:
        """What begins the section or the fence around the content; empty where nothing does."""
        if cdata := _CDATA.match(line):
            self._closing = re.compile(_CDATA_END.format(closing=self._closing.pattern), self._closing.flags)
            self._is_cdata = True
            return cdata[0]
        if (tag := _CONTENT_TAG.match(line)) and self._language != "xml":
            self._closing = closing_tag(tag["name"])
            self._tag = _tag_of(self._closing)
            rest = line[tag.end() :]
            return tag[0] + (self._strip_wrapper(rest) if rest.strip() else rest)
        self._may_be_wrapped = False
        fence = None if self.is_markdown or self._closing.search(line) else Fence.parse(line)
        self._fence = fence
        return line if fence else ""

    def _find_closing(self, body: str) -> re.Match[str] | None:
        """The closing tag that may be the block's: not one of an element in the line, or before other text."""
        if self._tag is None or self._is_cdata:
            return self._closing.search(body)
        depth = 0
        for tag in self._tag.finditer(body):
            if not tag[0].startswith(("</", "[/")):
                depth += 1
            elif depth:
                depth -= 1
            elif self._may_close(body, tag.end()):
                return tag
        # In code, a tag that is not closed on its line is the text of a string, if anything stands before it.
        self._depth += int(depth > 0 and self._tag.match(body.lstrip()) is not None)
        return None

    def _may_close(self, body: str, end: int) -> bool:
        """Whether what follows a closing tag on its line may stand after a file."""
        if _BLANK.match(body, end):
            return True
        if self._depth and not _FRAME_END.match(body, end):
            self._depth -= 1
            return False
        return _TAG_OR_FENCE.match(body, end) is not None

    def _read_content(self, wrapper: str, body: str) -> LineResult:
        fence = Fence.parse(body) if self._fence else None
        ends_fence = fence is not None and self._fence is not None and self._fence.is_closed_by(fence)
        if (ends_fence and not self._fence_end) or (self._fence_end and not body.strip()):
            self._fence_end += body
            return LineResult(markup=wrapper)
        content, self._fence_end = self._fence_end + body, ""
        return LineResult(content, markup=wrapper)

    def _close(self, wrapper: str, body: str, closing: re.Match[str]) -> LineResult:
        head, rest = body[: closing.start()], body[closing.end() :]
        end, self._fence_end = self._fence_end, ""
        fence = Fence.parse(head) if self._fence else None
        ends_fence = fence is not None and self._fence is not None and self._fence.is_closed_by(fence)
        if self._tag and not self._is_cdata and not end and not ends_fence and not rest.strip():
            return self._wait(wrapper, head, closing[0] + rest)
        if not head.strip() or ends_fence:
            return LineResult(is_closed=True, rest=rest, markup=f"{wrapper}{end}{head}{closing[0]}")
        return LineResult(f"{end}{head}\n", True, rest, wrapper + closing[0], is_newline_added=True)

    def _wait(self, wrapper: str, head: str, closing: str) -> LineResult:
        """Nothing follows on the line of the tag: the next one tells whether it is the end."""
        is_nested, self._depth = self._depth > 0, max(0, self._depth - 1)
        has_text = head.strip() != ""
        self._possible_end = _PossibleEnd(closing if has_text else head + closing, has_text, is_nested)
        return LineResult(head if has_text else "", markup=wrapper)


def closing_tag(name: str) -> re.Pattern[str]:
    """The tag that ends an element of this name."""
    return re.compile(rf"</{re.escape(name)}>", re.IGNORECASE)


def _closed(end: _PossibleEnd, rest: str) -> LineResult:
    return LineResult("\n" * end.adds_newline, True, rest, end.text, end.adds_newline)


def _tag_of(closing: re.Pattern[str]) -> re.Pattern[str]:
    """Finds the closing tag, and the opening one of an element of the same name."""
    opening = closing.pattern.replace("</", "<", 1).removesuffix(">")
    return re.compile(rf"{closing.pattern}|{opening}(?:\s[^<>]*+)?+(?<!/)>", closing.flags)


def _is_end_before(line: str, *, is_nested: bool) -> bool:
    """Whether the closing tag on the line before was the block's, by what this line begins with."""
    if is_nested:
        return _FRAME_END.match(line) is not None
    return _CODE_AFTER.match(line) is None or line.lstrip().startswith("<") or may_follow_block(line)
