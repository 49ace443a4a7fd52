"""The tokens of JSON, TOML, GraphQL, YAML and shell, and what Markdown becomes."""

import re
import textwrap
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from typing import Any

from tree_sitter import Node

from core.review.checking.syntax_tree import parse_source, source_of
from core.review.formatting.tokens.c_like import comment_text
from core.subprocesses import encode_lossy

JSON_TOKEN = re.compile(
    r"(?P<comment>//[^\n]*+|/\*.*?(?:\*/|\Z))|(?P<string>\"(?:\\.|[^\"\\])*+\"?|'(?:\\.|[^'\\])*+'?)|[\w.+$-]++|\S",
    re.DOTALL,
)
TOML_TOKEN = re.compile(
    r'(?P<comment>#[^\n]*+)|(?P<string>""".*?(?:"""+|\Z)|\'\'\'.*?(?:\'\'\'+|\Z)|"(?:\\.|[^"\\\n])*+"?|\'[^\'\n]*+\'?)'
    r"|[\w+:-]++|\S",
    re.DOTALL,
)
GRAPHQL_TOKEN = re.compile(
    r'(?P<comment>#[^\n]*+)|(?P<block>"""(?:\\"""|(?!""").)*+(?:"""|\Z))|(?P<string>"(?:\\.|[^"\\\n])*+"?)|\.\.\.|[\w$@]++|[^\s,]',
    re.DOTALL,
)
SHELL_ATOMS = frozenset({"string", "raw_string", "ansi_c_string", "heredoc_body", "translated_string", "regex"})
BETWEEN_BLOCKS = re.compile(r">\s+<")
YAML_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\n]*+", re.MULTILINE)


def json_tokens(text: str) -> list[str]:
    """Without the commas before closing brackets."""
    return _without_trailing_commas([_token_text(match) for match in JSON_TOKEN.finditer(text)])


def toml_tokens(text: str) -> list[str]:
    """Without the commas before closing brackets."""
    return _without_trailing_commas([_token_text(match) for match in TOML_TOKEN.finditer(text)])


def graphql_tokens(text: str) -> list[str]:
    """Without commas, which mean nothing; a block's text without its common indentation, as the standard reads it."""
    return [
        f'"""{_block_text(match[0][3:].removesuffix(chr(34) * 3))}'
        if match["block"] is not None
        else _token_text(match)
        for match in GRAPHQL_TOKEN.finditer(text)
    ]


def yaml_tokens(text: str) -> list[str] | None:
    """The events of YAML's own reader without their styles, and the comments; None where it cannot be read."""
    yaml = _load("yaml")
    try:
        events = list(yaml.parse(text, Loader=yaml.SafeLoader)) if yaml else None
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    if events is None:
        return None
    scalars = [event for event in events if isinstance(event, yaml.ScalarEvent)]
    return [*map(_yaml_event, events), *_yaml_comments(text, scalars)]


def markdown_tokens(text: str) -> list[str] | None:
    """The HTML that a text becomes."""
    library = _load("markdown_it")
    if library is None:
        return None
    html = library.MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)
    return [BETWEEN_BLOCKS.sub("><", html)]


def shell_tokens(text: str) -> list[str] | None:
    """The leaves of the tree without what ends a line; None where the text has an error."""
    source = parse_source("shell", text)
    if source is None or source.tree.root_node.has_error:
        return None
    tokens: list[str] = []
    source_bytes = encode_lossy(text)
    stack = [source.tree.root_node]
    while stack:
        node = stack.pop()
        if node.type in SHELL_ATOMS or not node.children:
            token = _from_line_start(source_bytes, node) if node.type == "heredoc_body" else source_of(node)
            tokens += [token] if token.strip() not in ("", ";") else []
        else:
            stack += reversed(node.children)
    return tokens


def _from_line_start(text: bytes, node: Node) -> str:
    """The text of a node with what stands before it in its line, which the tree takes for white space."""
    return text[text.rfind(b"\n", 0, node.start_byte) + 1 : node.end_byte].decode("utf-8", "replace")


def _token_text(match: re.Match[str]) -> str:
    return comment_text(match[0]) if match["comment"] is not None else match[0]


def _without_trailing_commas(tokens: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for token in tokens:
        if token in ("]", "}") and kept[-1:] == [","]:
            kept.pop()
        kept.append(token)
    return kept


def _block_text(text: str) -> str:
    first, _, rest = text.partition("\n")
    return f"{first.strip()}\n{textwrap.dedent(rest)}".strip()


def _yaml_event(event: Any) -> str:
    fields = ("anchor", "tag", "implicit", "value", "version", "tags")
    return " ".join([type(event).__name__, *(repr(getattr(event, field, None)) for field in fields)])


def _yaml_comments(text: str, scalars: Sequence[Any]) -> Iterator[str]:
    """The comments; what looks like one inside a scalar is none."""
    spans = iter([(event.start_mark.index, event.end_mark.index) for event in scalars])
    start, end = next(spans, (len(text), len(text)))
    for match in YAML_COMMENT.finditer(text):
        while end <= match.start():
            start, end = next(spans, (len(text) + 1, len(text) + 1))
        if match.start() < start:
            yield match[0].rstrip()


@cache
def _load(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        return None
