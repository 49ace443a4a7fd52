"""Whether a formatted text has the tokens of its source: only then was nothing but its layout changed."""

from collections.abc import Mapping, Sequence

from core.files.source_file import SourceFile
from core.review.each_file import for_each_file
from core.review.formatting.tokens.c_like import C_LIKE_LANGUAGES, c_like_tokens
from core.review.formatting.tokens.data import (
    graphql_tokens,
    json_tokens,
    markdown_tokens,
    shell_tokens,
    toml_tokens,
    yaml_tokens,
)
from core.review.formatting.tokens.markup import MARKUP_LANGUAGES, markup_tokens
from core.review.formatting.tokens.python import python_tokens
from core.review.formatting.tokens.scripts import SCRIPT_LANGUAGES, script_tokens
from core.review.formatting.tokens.stylesheets import STYLESHEET_LANGUAGES, stylesheet_tokens

READERS = {
    "graphql": graphql_tokens,
    "json": json_tokens,
    "markdown": markdown_tokens,
    "python": python_tokens,
    "shell": shell_tokens,
    "toml": toml_tokens,
    "yaml": yaml_tokens,
}
FAMILIES = (
    (C_LIKE_LANGUAGES, c_like_tokens),
    (SCRIPT_LANGUAGES, script_tokens),
    (STYLESHEET_LANGUAGES, stylesheet_tokens),
    (MARKUP_LANGUAGES, markup_tokens),
)
"""Readers that get the language too."""


async def changed_paths(files: Sequence[SourceFile], formatted: Mapping[str, str]) -> frozenset[str]:
    """Of ``files`` those whose formatted text, by path, has other tokens, or tokens that cannot be compared in time."""
    same, too_hard = await for_each_file(_has_same_tokens, files, formatted)
    return frozenset(path for path, is_same in same.items() if not is_same) | too_hard


def tokens_of(language: str, text: str) -> list[str] | None:
    """The tokens of a text; None in a language without a reader, and where it cannot read the text.

    Left out is what provably means nothing: white space, the choice of quotes, a comma before a closing bracket,
    a semicolon or a bracket that the structure makes superfluous.
    """
    if language in READERS:
        return READERS[language](text)
    return next((read(language, text) for languages, read in FAMILIES if language in languages), None)


def _has_same_tokens(formatted: Mapping[str, str], file: SourceFile) -> bool:
    text = formatted[file.path]
    if text == file.text:
        return True
    tokens = tokens_of(file.language, file.text)
    return tokens is not None and tokens == tokens_of(file.language, text)
