"""The files that a style sheet refers to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# "++" and "*+" keep the time proportional to the text; a comment without an end goes on to the end of the text.
_REFERENCE = re.compile(
    r"""/\*.*?(?:\*/|\Z)
    | @import\s++(?P<import_quote>["'])(?P<sheet>[^"'\n]++)(?P=import_quote)
    | url\(\s*+(?P<url_quote>["']?)(?P<url>[^"'()\n]++)(?P=url_quote)\s*+\)""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class CssReference:
    """``is_import``: it is ``@import "target"``, else ``url(target)``. ``start`` and ``end`` enclose all of it."""

    target: str
    is_import: bool
    start: int
    end: int


def css_references(text: str) -> Iterator[CssReference]:
    """Each reference outside of comments, in order. ``@import url(x)`` counts as ``url(x)``."""
    for match in _REFERENCE.finditer(text):
        target = match["sheet"] or match["url"]
        if target:
            yield CssReference(target.strip(), match["sheet"] is not None, *match.span())
