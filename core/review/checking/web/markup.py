"""Tags of HTML and of Vue's templates: which are there, and which are left open.

What may stay open is by HTML (WHATWG), section 13.1.2.4; browsers mend the rest, each its own way.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.files.source_file import SourceFile
from core.review.checking.embedded_code import blank_out, is_template, parse_attributes
from core.review.checking.problem import Problem, problem_at

TAG_PATTERN = re.compile(
    r"(?P<comment><!--)|<[!?][^>]*+>|</(?P<closed>[a-zA-Z][\w:.-]*)\s*>"
    r"|<(?P<opened>[a-zA-Z][\w:.-]*)(?P<words>(?:[^>\"'<]|\"[^\"]*\"|'[^']*')*+)>|(?P<torn></?[a-zA-Z])"
)
MUSTACHE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
RAW_TEXT_ELEMENTS = frozenset({"script", "style", "textarea", "title"})
VOID_ELEMENTS = frozenset(
    {
        "area",
        "base",
        "br",
        "col",
        "embed",
        "frame",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    }
)
OPTIONAL_END_TAGS = frozenset(
    {"html", "head", "body", "li", "dt", "dd", "p", "rt", "rp", "optgroup", "option"}
    | {"colgroup", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"}
)


@dataclass(frozen=True, slots=True)
class HtmlTag:
    """``kind`` is one of: open, close, torn (without its end), endless (a comment or a raw text without its end)."""

    kind: str
    name: str
    attribute_text: str
    offset: int


def find_tags(text: str) -> Iterator[HtmlTag]:
    """The tags in order, without those in comments and scripts."""
    position: int | None = 0
    while position is not None and (match := TAG_PATTERN.search(text, position)):
        position = match.end()
        if match["comment"]:
            position = text.find("-->", position) + 3
            if position < 3:
                yield HtmlTag("endless", "!--", "", match.start())
                return
        elif match["torn"]:
            yield HtmlTag("torn", "", "", match.start())
        elif match["closed"]:
            yield HtmlTag("close", match["closed"], "", match.start())
        elif match["opened"]:
            tag = HtmlTag("open", match["opened"], match["words"], match.start())
            yield tag
            position = _raw_text_end(text, tag, position)
            yield from _raw_text_tags(tag, match.end(), position)


def markup_problems(file: SourceFile) -> tuple[Problem, ...]:
    """The first tag or comment that is left open, or that closes nothing; of Svelte its scripts and styles alone."""
    if file.language == "svelte":
        return _first_problem(file.text, _unclosed_blocks(file.text))
    text = MUSTACHE.sub(lambda match: blank_out(match[0]), file.text)
    if is_template(file):
        return ()
    return _first_problem(file.text, _unbalanced_tags(text))


def tag_attributes(tag: HtmlTag) -> dict[str, str]:
    """The attributes of a tag, by names in lower case."""
    return parse_attributes(tag.attribute_text)


def _first_problem(text: str, candidates: Iterator[tuple[int, str]]) -> tuple[Problem, ...]:
    return tuple(problem_at(text, offset, message) for offset, message in sorted(candidates)[:1])


def _unclosed_blocks(text: str) -> Iterator[tuple[int, str]]:
    for tag in find_tags(text):
        if tag.kind == "endless" and tag.name in ("script", "style", "!--"):
            yield tag.offset, f"`<{tag.name}` is never closed."


def _unbalanced_tags(text: str) -> Iterator[tuple[int, str]]:
    open_tags: list[HtmlTag] = []
    for tag in find_tags(text):
        match tag.kind:
            case "endless":
                yield tag.offset, f"`<{tag.name}` is never closed."
            case "torn":
                yield tag.offset, "This tag has no end."
            case "open" if not tag.attribute_text.rstrip().endswith("/") and tag.name.lower() not in VOID_ELEMENTS:
                open_tags.append(tag)
            case "close":
                yield from _close_tag(open_tags, tag)
            case _:
                pass
    yield from _unclosed_tags(open_tags)


def _close_tag(open_tags: list[HtmlTag], tag: HtmlTag) -> Iterator[tuple[int, str]]:
    name = tag.name.lower()
    if name in VOID_ELEMENTS | {"p"} and all(open_tag.name.lower() != name for open_tag in open_tags):
        return
    unclosed: list[HtmlTag] = []
    while open_tags and open_tags[-1].name.lower() != name:
        unclosed.append(open_tags.pop())
    if not open_tags:
        open_tags.extend(reversed(unclosed))
        yield tag.offset, f"`</{tag.name}>` closes nothing."
        return
    open_tags.pop()
    yield from _unclosed_tags(unclosed)


def _unclosed_tags(open_tags: list[HtmlTag]) -> Iterator[tuple[int, str]]:
    for tag in open_tags:
        if tag.name.lower() not in OPTIONAL_END_TAGS:
            yield tag.offset, f"`<{tag.name}>` is never closed."


def _raw_text_end(text: str, tag: HtmlTag, position: int) -> int | None:
    # ``<Title>`` and ``<Textarea>`` are components.
    if not (
        tag.name in RAW_TEXT_ELEMENTS or (tag.name.isupper() and tag.name.lower() in RAW_TEXT_ELEMENTS)
    ) or tag.attribute_text.rstrip().endswith("/"):
        return position
    closing = re.compile(rf"</{re.escape(tag.name)}\s*>", re.IGNORECASE).search(text, position)
    return closing.end() if closing else None


def _raw_text_tags(tag: HtmlTag, start: int, end: int | None) -> Iterator[HtmlTag]:
    if end is None:
        yield HtmlTag("endless", tag.name, "", tag.offset)
    elif end > start:
        yield HtmlTag("close", tag.name, "", end)
