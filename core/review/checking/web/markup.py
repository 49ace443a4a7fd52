"""Tags and comments of HTML and Vue that are left open or close nothing.

Which end tags may be left out is that of the HTML standard, section 13.1.2.4; browsers mend the rest by guessing.
"""

import re
from collections import Counter
from collections.abc import Iterator

from core.files.html import Comment, EndTag, RawText, StartTag, Token, UnfinishedTag, read_html
from core.files.source_file import SourceFile
from core.review.checking.problem import Problem, problem_at
from core.review.checking.templates import is_template

MUSTACHE = re.compile(r"\{\{.*?(?:\}\}|\Z)", re.DOTALL)
"""An expression of Vue or Angular: ``<`` and ``>`` compare in it. Without an end it goes on to that of the text."""
VOID_ELEMENTS = frozenset(
    {"area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param", "source", "track"}
    | {"wbr"}
)
OPTIONAL_END_TAGS = frozenset(
    {"html", "head", "body", "li", "dt", "dd", "p", "rt", "rp", "optgroup", "option"}
    | {"colgroup", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"}
)
IGNORED_END_TAGS = VOID_ELEMENTS | {"p"}
"""End tags that do no harm where nothing is open: ``</br>`` and ``</p>`` make an element, the others are dropped."""

FoundAt = tuple[int, str]
"""An offset and a sentence."""


def markup_problems(file: SourceFile) -> tuple[Problem, ...]:
    """The first tag or comment that is left open or closes nothing; in Svelte scripts, styles and comments alone."""
    if is_template(file):
        return ()
    if file.language == "svelte":
        # Between its tags Svelte has "{a < b}", which looks like one.
        found = list(_unclosed_svelte_blocks(read_html(file.text, components=True)))
    else:
        text = MUSTACHE.sub(lambda match: _blank_out(match[0]), file.text)
        found = list(_unbalanced_tags(read_html(text, components=True)))
    # The first alone: one tag left open makes others seem wrong.
    return tuple(problem_at(file.text, offset, message) for offset, message in sorted(found)[:1])


def _blank_out(expression: str) -> str:
    """As long as the expression; as it is where it has no end, since then it is no expression."""
    return re.sub(r"[^\n]", " ", expression) if expression.endswith("}}") else expression


def _unclosed_svelte_blocks(tokens: Iterator[Token]) -> Iterator[FoundAt]:
    for token in tokens:
        match token:
            case Comment(is_closed=False):
                yield _never_closed(token.start, "<!--")
            case RawText(tag=tag, is_closed=False) if tag.name in ("script", "style"):
                yield _never_closed(tag.start, f"<{tag.name}>")
            case _:
                pass


class _OpenTags:
    """The tags that are open, and how many of each name, so that an end tag that closes nothing costs no search."""

    def __init__(self) -> None:
        self._tags: list[StartTag] = []
        self._counts: Counter[str] = Counter()

    def push(self, tag: StartTag) -> None:
        self._tags.append(tag)
        self._counts[tag.name.lower()] += 1

    def pop(self) -> StartTag:
        tag = self._tags.pop()
        self._counts[tag.name.lower()] -= 1
        return tag

    def close(self, name: str) -> list[StartTag] | None:
        """Pop the innermost tag of this name; the tags inside it, or None where no such tag is open."""
        if not self._counts[name]:
            return None
        inside: list[StartTag] = []
        while (tag := self.pop()).name.lower() != name:
            inside.append(tag)
        return inside

    def close_all(self) -> list[StartTag]:
        """Pop what is left."""
        return [self.pop() for _ in range(len(self._tags))]


def _unbalanced_tags(tokens: Iterator[Token]) -> Iterator[FoundAt]:
    open_tags = _OpenTags()
    for token in tokens:
        match token:
            case Comment(is_closed=False):
                yield _never_closed(token.start, "<!--")
            case RawText(is_closed=False):
                # Its start tag was a token of its own, just before.
                yield _never_closed(token.tag.start, f"<{open_tags.pop().name}>")
            case UnfinishedTag():
                yield token.start, "This tag has no end."
            case StartTag() if not token.is_self_closing and token.name.lower() not in VOID_ELEMENTS:
                open_tags.push(token)
            case EndTag():
                yield from _close_tag(open_tags, token)
            case _:
                pass
    yield from _unclosed_tags(open_tags.close_all())


def _close_tag(open_tags: _OpenTags, tag: EndTag) -> Iterator[FoundAt]:
    inside = open_tags.close(tag.name.lower())
    if inside is not None:
        yield from _unclosed_tags(inside)
    elif tag.name.lower() not in IGNORED_END_TAGS:
        yield tag.start, f"`</{tag.name}>` closes nothing."


def _unclosed_tags(tags: list[StartTag]) -> Iterator[FoundAt]:
    for tag in tags:
        if tag.name.lower() not in OPTIONAL_END_TAGS:
            yield _never_closed(tag.start, f"<{tag.name}>")


def _never_closed(offset: int, opening: str) -> FoundAt:
    return offset, f"`{opening}` is never closed."
