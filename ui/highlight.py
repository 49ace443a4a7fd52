"""Code in the colours of its language: each line in pieces, in a time that is bounded whatever the code is."""

import time
from collections.abc import Callable, Iterator
from functools import cache

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Name, Number, Operator, String, _TokenType
from pygments.util import ClassNotFound

SECONDS = 2.0
"""What takes longer goes on without colours: some languages' rules need the square of a text's length."""
LONGEST = 300_000
"""Characters; a longer text has no colours."""
LEXERS = {"shell": "bash", "properties": "ini", "svelte": "html", "vue": "html", "hcl": "terraform"}
KINDS = {
    Operator.Word: "kw",
    Keyword: "kw",
    Keyword.Type: "fn",
    Keyword.Constant: "num",
    Generic.Heading: "fn",
    Generic.Subheading: "fn",
    Name.Function: "fn",
    Name.Class: "fn",
    Name.Namespace: "fn",
    Name.Tag: "fn",
    Name.Decorator: "dec",
    Name.Attribute: "dec",
    String: "str",
    Number: "num",
    Comment: "com",
}

Piece = tuple[str, str]
"""What it is (``kw``, ``fn``, ``str``, ``num``, ``com``, ``dec``, or nothing), and its characters."""


def coloured(text: str, language: str, clock: Callable[[], float] = time.monotonic) -> list[list[Piece]]:
    """The lines of a text, without their ends; together they are the text, whatever a lexer makes of it."""
    lines: list[list[Piece]] = [[]]
    for kind, part in _pieces(text, language, clock):
        first, *more = part.split("\n")
        lines[-1].append((kind, first))
        lines += ([(kind, line)] for line in more)
    return lines if any(part for _, part in lines[-1]) else lines[:-1]


def _pieces(text: str, language: str, clock: Callable[[], float]) -> Iterator[Piece]:
    done = 0
    lexer = _lexer(language) if len(text) <= LONGEST else None
    if lexer:
        end = clock() + SECONDS
        for at, token, part in lexer.get_tokens_unprocessed(text):
            if at != done or clock() > end:
                break
            done += len(part)
            yield _kind(token), part
    yield "", text[done:]


@cache
def _kind(token: _TokenType) -> str:
    while token:
        if token in KINDS:
            return KINDS[token]
        token = token.parent
    return ""


def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(LEXERS.get(language, language))
    except ClassNotFound:
        return None
