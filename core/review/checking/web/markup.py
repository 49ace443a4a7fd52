"""Tags of HTML and of Vue's templates: which are there, and which are left open.

What may stay open is by HTML (WHATWG), section 13.1.2.4; browsers mend the rest, each its own way.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.files.source_file import SourceFile
from core.review.checking.embedded_code import blank, is_template, words
from core.review.checking.problem import Problem, problem_at

TAG = re.compile(
    r"(?P<comment><!--)|<[!?][^>]*+>|</(?P<closed>[a-zA-Z][\w:.-]*)\s*>"
    r"|<(?P<opened>[a-zA-Z][\w:.-]*)(?P<words>(?:[^>\"'<]|\"[^\"]*\"|'[^']*')*+)>|(?P<torn></?[a-zA-Z])"
)
MUSTACHE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
RAW = frozenset({"script", "style", "textarea", "title"})
VOID = frozenset(
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
MAY_STAY_OPEN = frozenset(
    {"html", "head", "body", "li", "dt", "dd", "p", "rt", "rp", "optgroup", "option"}
    | {"colgroup", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"}
)


@dataclass(frozen=True, slots=True)
class Tag:
    """``kind`` is one of: open, close, torn (without its end), endless (a comment or a raw text without its end)."""

    kind: str
    name: str
    words: str
    place: int


def tags(text: str) -> Iterator[Tag]:
    """The tags in order, without those in comments and scripts."""
    place: int | None = 0
    while place is not None and (match := TAG.search(text, place)):
        place = match.end()
        if match["comment"]:
            place = text.find("-->", place) + 3
            if place < 3:
                yield Tag("endless", "!--", "", match.start())
                return
        elif match["torn"]:
            yield Tag("torn", "", "", match.start())
        elif match["closed"]:
            yield Tag("close", match["closed"], "", match.start())
        elif match["opened"]:
            tag = Tag("open", match["opened"], match["words"], match.start())
            yield tag
            place = _end_of_raw(text, tag, place)
            yield from _after_raw(tag, match.end(), place)


def markup_problems(file: SourceFile) -> tuple[Problem, ...]:
    """The first tag or comment that is left open, or that closes nothing; of Svelte its scripts and styles alone."""
    if file.language == "svelte":
        return _first(file.text, _open_blocks(file.text))
    text = MUSTACHE.sub(lambda match: blank(match[0]), file.text)
    if is_template(file):
        return ()
    return _first(file.text, _unbalanced(text))


def attributes(tag: Tag) -> dict[str, str]:
    """The attributes of a tag, by names in lower case."""
    return words(tag.words)


def _first(text: str, found: Iterator[tuple[int, str]]) -> tuple[Problem, ...]:
    return tuple(problem_at(text, place, message) for place, message in sorted(found)[:1])


def _open_blocks(text: str) -> Iterator[tuple[int, str]]:
    for tag in tags(text):
        if tag.kind == "endless" and tag.name in ("script", "style", "!--"):
            yield tag.place, f"`<{tag.name}` is never closed."


def _unbalanced(text: str) -> Iterator[tuple[int, str]]:
    opened: list[Tag] = []
    for tag in tags(text):
        match tag.kind:
            case "endless":
                yield tag.place, f"`<{tag.name}` is never closed."
            case "torn":
                yield tag.place, "This tag has no end."
            case "open" if not tag.words.rstrip().endswith("/") and tag.name.lower() not in VOID:
                opened.append(tag)
            case "close":
                yield from _closed(opened, tag)
            case _:
                pass
    yield from _left_open(opened)


def _closed(opened: list[Tag], tag: Tag) -> Iterator[tuple[int, str]]:
    name = tag.name.lower()
    if name in VOID | {"p"} and all(before.name.lower() != name for before in opened):
        return
    inner: list[Tag] = []
    while opened and opened[-1].name.lower() != name:
        inner.append(opened.pop())
    if not opened:
        opened.extend(reversed(inner))
        yield tag.place, f"`</{tag.name}>` closes nothing."
        return
    opened.pop()
    yield from _left_open(inner)


def _left_open(tags: list[Tag]) -> Iterator[tuple[int, str]]:
    for tag in tags:
        if tag.name.lower() not in MAY_STAY_OPEN:
            yield tag.place, f"`<{tag.name}>` is never closed."


def _end_of_raw(text: str, tag: Tag, place: int) -> int | None:
    # ``<Title>`` and ``<Textarea>`` are components.
    if not (tag.name in RAW or (tag.name.isupper() and tag.name.lower() in RAW)) or tag.words.rstrip().endswith("/"):
        return place
    closing = re.compile(rf"</{re.escape(tag.name)}\s*>", re.IGNORECASE).search(text, place)
    return closing.end() if closing else None


def _after_raw(tag: Tag, begin: int, end: int | None) -> Iterator[Tag]:
    if end is None:
        yield Tag("endless", tag.name, "", tag.place)
    elif end > begin:
        yield Tag("close", tag.name, "", end)
