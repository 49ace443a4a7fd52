"""Code in the colours of its language: each line in pieces, in a time that is bounded whatever the code is."""

import time
from collections.abc import Callable, Iterator
from functools import cache

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Name, Number, Operator, String, _TokenType
from pygments.util import ClassNotFound

HIGHLIGHT_TIMEOUT = 2.0
"""What takes longer goes on without colours: some languages' rules need the square of a text's length."""
MAX_HIGHLIGHT_LENGTH = 300_000
"""Characters; a longer text has no colours."""
LEXER_ALIASES = {"shell": "bash", "properties": "ini", "svelte": "html", "vue": "html", "hcl": "terraform"}
TOKEN_CLASSES = {
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

CodeSpan = tuple[str, str]
"""What it is (``kw``, ``fn``, ``str``, ``num``, ``com``, ``dec``, or nothing), and its characters."""


def highlight_lines(text: str, language: str, clock: Callable[[], float] = time.monotonic) -> list[list[CodeSpan]]:
    """The lines of a text, without their ends; together they are the text, whatever a lexer makes of it."""
    lines: list[list[CodeSpan]] = [[]]
    for css_class, part in _code_spans(text, language, clock):
        first, *more = part.split("\n")
        lines[-1].append((css_class, first))
        lines += ([(css_class, line)] for line in more)
    return lines if any(part for _, part in lines[-1]) else lines[:-1]


def _code_spans(text: str, language: str, clock: Callable[[], float]) -> Iterator[CodeSpan]:
    offset = 0
    lexer = _find_lexer(language) if len(text) <= MAX_HIGHLIGHT_LENGTH else None
    if lexer:
        deadline = clock() + HIGHLIGHT_TIMEOUT
        for position, token, part in lexer.get_tokens_unprocessed(text):
            if position != offset or clock() > deadline:
                break
            offset += len(part)
            yield _css_class(token), part
    yield "", text[offset:]


@cache
def _css_class(token: _TokenType) -> str:
    while token:
        if token in TOKEN_CLASSES:
            return TOKEN_CLASSES[token]
        token = token.parent
    return ""


def _find_lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(LEXER_ALIASES.get(language, language))
    except ClassNotFound:
        return None
