"""HTML as tokens with offsets: tags and their attributes, comments, and elements whose content is text.

The rules are those of the HTML standard's tokenizer (WHATWG, section 13.2.5), with two liberties. A ``<`` outside of
quotes ends a tag as unfinished: there, someone forgot the ``>``. And ``</script>`` always ends a script, also after a
``<!--<script>`` inside it. The time is proportional to the text, whatever is in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

RAW_TEXT_ELEMENTS = frozenset({"iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"})
"""Elements that hold text instead of markup. ``noscript`` is not among them: its content is read as markup."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """``name`` is in lower case, ``value`` without quotes and character references, empty where there is none.

    ``start`` and ``end`` enclose the value with its quotes.
    """

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class StartTag:
    """``name`` is as written. ``is_self_closing``: the tag ends in ``/>``."""

    name: str
    attributes: tuple[Attribute, ...]
    is_self_closing: bool
    start: int
    end: int

    def attribute(self, name: str) -> str:
        """The value of an attribute; empty where it has none, or the tag does not have it."""
        return next((attribute.value for attribute in self.attributes if attribute.name == name), "")


@dataclass(frozen=True, slots=True)
class EndTag:
    """``name`` is as written."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class UnfinishedTag:
    """The beginning of a tag that has no ``>``; what follows it is read as if it were not there."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RawText:
    """The content of a raw text element, from its start ``tag`` to its end tag, or to the end of the text."""

    tag: StartTag
    is_closed: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its delimiters, or from ``<!--`` to the end of the text."""

    is_closed: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Declaration:
    """A doctype, or another ``<!…>`` or ``<?…>``."""

    start: int
    end: int


Token = StartTag | EndTag | UnfinishedTag | RawText | Comment | Declaration

# A tag takes linear time only because "<" ends it: of two tags that begin inside each other's quotes, one meets the
# other's "<" outside of its own. The possessive "*+" keeps the engine from trying a shorter name or fewer attributes.
_TAG_NAME = r"""[a-zA-Z][^\s/>"'<]*+"""
_TOKEN = re.compile(
    rf"""<!--(?:-?>|.*?(?P<comment_end>--!?>|\Z))
    | <[!?][^>]*+(?:>|\Z)
    | </(?P<end_name>{_TAG_NAME})\s*+>
    | <(?P<start_name>{_TAG_NAME})(?P<attributes>(?:[^>"'<]|"[^"]*"|'[^']*')*+)>
    | </?[a-zA-Z]""",
    re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    r"""(?P<name>[^\s"'<>/=]++)(?:\s*+=\s*+(?P<value>"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'=<>`]++)))?"""
)
_RAW_TEXT_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in RAW_TEXT_ELEMENTS}


def read_html(text: str, *, components: bool = False) -> Iterator[Token]:
    """The tokens in order; the text between them is left out.

    With ``components`` as Vue, Svelte and template engines read it: ``<Title>`` is a component, no title, and ``/>``
    closes every element.
    """
    position = 0
    while match := _TOKEN.search(text, position):
        token = _to_token(match)
        yield token
        position = token.end
        if isinstance(token, StartTag) and _holds_raw_text(token, components=components):
            closing = _RAW_TEXT_ENDS[token.name.lower()].search(text, position)
            start, position = position, closing.start() if closing else len(text)
            yield RawText(token, closing is not None, start, position)


def _to_token(match: re.Match[str]) -> Token:
    start, end = match.span()
    if match["start_name"]:
        attributes = tuple(_attributes(match.string, *match.span("attributes")))
        return StartTag(match["start_name"], attributes, match["attributes"].rstrip().endswith("/"), start, end)
    if match["end_name"]:
        return EndTag(match["end_name"], start, end)
    if match[0].startswith("<!--"):
        return Comment(match["comment_end"] != "", start, end)
    if match[0].startswith(("<!", "<?")):
        return Declaration(start, end)
    return UnfinishedTag(start, end)


def _attributes(text: str, start: int, end: int) -> Iterator[Attribute]:
    for match in _ATTRIBUTE.finditer(text, start, end):
        value = match["double"] or match["single"] or match["bare"] or ""
        value_start, value_end = match.span("value") if match["value"] else (match.end(), match.end())
        yield Attribute(match["name"].lower(), _decode(value), value_start, value_end)


def _decode(value: str) -> str:
    try:
        return unescape(value)
    except ValueError:  # a character reference with more digits than Python makes a number of
        return value


def _holds_raw_text(tag: StartTag, *, components: bool) -> bool:
    name = tag.name.lower()
    if name not in RAW_TEXT_ELEMENTS:
        return False
    return not components or (tag.name in (name, name.upper()) and not tag.is_self_closing)
