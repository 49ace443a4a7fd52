"""Syntax highlighting: the lines of a text in spans, each with its kind. The time is bounded, whatever the text is."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Name, Number, Operator, String, _TokenType
from pygments.util import ClassNotFound

from core.files.diffs.line_diff import split_lines
from core.versions.diff import FileDiff, changed_spans, replaced_lines
from core.workers.pools import REQUEST_WORKERS

HIGHLIGHT_TIMEOUT = 2.0
"""Seconds; the rest of the text stays plain. Some lexers need time that is quadratic in the length of a text."""
MAX_HIGHLIGHT_LENGTH = 300_000
"""Characters; a longer text stays plain."""
LEXER_ALIASES = {"shell": "bash", "properties": "ini", "svelte": "html", "vue": "html", "hcl": "terraform"}
TOKEN_KINDS = {
    Operator.Word: "keyword",
    Keyword: "keyword",
    Keyword.Type: "function",
    Keyword.Constant: "number",
    Generic.Heading: "function",
    Generic.Subheading: "function",
    Name.Function: "function",
    Name.Class: "function",
    Name.Namespace: "function",
    Name.Tag: "function",
    Name.Decorator: "decorator",
    Name.Attribute: "decorator",
    String: "string",
    Number: "number",
    Comment: "comment",
}

CodeSpan = tuple[str, str]
"""A kind of ``TOKEN_KINDS``, empty for plain text, and the characters."""


@dataclass(frozen=True, slots=True)
class HighlightedChange:
    """The lines of both texts of a changed file, highlighted.

    By the number of a removed or added line, from 1, the ranges say which part of it differs from the line that it
    replaces, or is replaced by.
    """

    before_lines: list[list[CodeSpan]]
    after_lines: list[list[CodeSpan]]
    removed_ranges: dict[int, slice]
    added_ranges: dict[int, slice]


async def highlight_in_worker(change: FileDiff, user_id: int) -> HighlightedChange:
    """``highlight_change``, in a worker process, for this user. Raises WorkStopped."""
    return await REQUEST_WORKERS.run(highlight_change, change, caller=user_id)


def highlight_change(change: FileDiff) -> HighlightedChange:
    """Highlight both texts of a change. Takes up to twice HIGHLIGHT_TIMEOUT."""
    before, after = split_lines(change.old_text), split_lines(change.new_text)
    changed_ranges = [(old, new, changed_spans(before[old - 1], after[new - 1])) for old, new in replaced_lines(change)]
    return HighlightedChange(
        highlight_lines(change.old_text, change.language),
        highlight_lines(change.new_text, change.language),
        {old: spans[0] for old, _, spans in changed_ranges if spans},
        {new: spans[1] for _, new, spans in changed_ranges if spans},
    )


def highlight_lines(text: str, language: str, clock: Callable[[], float] = time.monotonic) -> list[list[CodeSpan]]:
    """The lines of a text without their ends; joined they are the text, whatever the lexer took for a line end."""
    lines: list[list[CodeSpan]] = [[]]
    for kind, part in _code_spans(text, language, clock):
        first, *more = part.split("\n")
        lines[-1].append((kind, first))
        lines += ([(kind, line)] for line in more)
    return lines if any(part for _, part in lines[-1]) else lines[:-1]


def _code_spans(text: str, language: str, clock: Callable[[], float]) -> Iterator[CodeSpan]:
    offset = 0
    lexer = _find_lexer(language) if len(text) <= MAX_HIGHLIGHT_LENGTH else None
    if lexer:
        deadline = clock() + HIGHLIGHT_TIMEOUT
        for position, token, part in lexer.get_tokens_unprocessed(text):
            if position != offset or clock() > deadline:  # a position other than ours: the lexer skips text
                break
            offset += len(part)
            yield _kind_of(token), part
    # What there was no time for, or what the lexer skips: the text stays whole.
    yield "", text[offset:]


@cache
def _kind_of(token: _TokenType) -> str:
    # Kinds of tokens are a tree: one that is not in the table looks like its parent.
    while token:
        if token in TOKEN_KINDS:
            return TOKEN_KINDS[token]
        token = token.parent
    return ""


def _find_lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(LEXER_ALIASES.get(language, language))
    except ClassNotFound:
        return None
