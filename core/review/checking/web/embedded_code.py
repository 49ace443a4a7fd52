"""The scripts and style sheets inside HTML, Vue and Svelte files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from core.files.html import RawText, StartTag, read_html
from core.files.source_file import SourceFile

MARKUP_LANGUAGES = frozenset({"html", "vue", "svelte"})
MAX_EMBEDDED_PARTS = 100
"""Scripts and style sheets of one file that are read; each is a text, a tree and a file for oxfmt of its own."""
TEMPLATE_SYNTAX = re.compile(
    r"\{\{|\{%|<%|<\?|^[^\S\n]*+# *(?:end)?(?:if|for|block|include|call|set|with)\b", re.MULTILINE
)
"""A template language inside a script; only in HTML, where it cannot be JavaScript that a framework compiles."""
LANGUAGE_BY_SCRIPT_TYPE = {
    "": "javascript",
    "application/javascript": "javascript",
    "babel": "jsx",
    "javascript": "javascript",
    "js": "javascript",
    "jsx": "jsx",
    "module": "javascript",
    "text/babel": "jsx",
    "text/javascript": "javascript",
    "ts": "typescript",
    "tsx": "tsx",
    "typescript": "typescript",
}
"""By the tag's ``lang`` or ``type``."""
LANGUAGE_BY_STYLE_TYPE = {"": "css", "css": "css", "less": "less", "postcss": "css", "scss": "scss", "text/css": "css"}


@dataclass(frozen=True, slots=True)
class EmbeddedCode:
    """``text`` has blank lines and spaces before the code, so that lines and columns are those of the whole file."""

    language: str
    text: str


def embedded_code(file: SourceFile) -> Iterator[EmbeddedCode]:
    """The scripts and style sheets in a known language, of a file of HTML, Vue or Svelte; of other files none."""
    if file.language not in MARKUP_LANGUAGES:
        return
    raw_texts = (token for token in read_html(file.text, components=True) if isinstance(token, RawText))
    yield from islice(_known_parts(file, raw_texts), MAX_EMBEDDED_PARTS)


def _known_parts(file: SourceFile, raw_texts: Iterator[RawText]) -> Iterator[EmbeddedCode]:
    lines = counted = 0
    for raw in raw_texts:
        code = file.text[raw.start : raw.end]
        language = language_of_tag(raw.tag)
        # Without an end tag, the rest of the page would be taken for code.
        if not raw.is_closed or language is None or not code.strip():
            continue
        if file.language == "html" and TEMPLATE_SYNTAX.search(code):
            continue
        # Counted on from the last part: from the beginning each time would be quadratic.
        lines += file.text.count("\n", counted, raw.start)
        counted = raw.start
        column = raw.start - (file.text.rfind("\n", 0, raw.start) + 1)
        yield EmbeddedCode(language, "\n" * lines + " " * column + code)


def language_of_tag(tag: StartTag) -> str | None:
    """The language of what a ``script`` or ``style`` tag holds; None for an unknown one and other tags."""
    name = (tag.attribute("lang") or tag.attribute("type")).lower()
    match tag.name.lower():
        case "script":
            return LANGUAGE_BY_SCRIPT_TYPE.get(name)
        case "style":
            return LANGUAGE_BY_STYLE_TYPE.get(name)
        case _:
            return None
