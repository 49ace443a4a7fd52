"""The tokens of JavaScript and TypeScript with the structure that they make, but for what changes nothing of it."""

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from core.review.checking.syntax_tree import parse_source, source_of
from core.review.formatting.tokens.c_like import comment_text

SCRIPT_LANGUAGES = frozenset({"javascript", "jsx", "tsx", "typescript"})
ATOMS = frozenset({"regex", "jsx_text", "html_comment", "hash_bang_line"})
CLOSING = frozenset({")", "]", "}", ">"})
TRANSPARENT = frozenset({"parenthesized_expression", "parenthesized_type"})
MEMBER_LISTS = frozenset({"object_type", "interface_body"})
"""Here commas and semicolons mean the same."""
COMBINED_TYPES = frozenset({"intersection_type", "union_type"})
JSX_PARENTS = frozenset({"jsx_element", "jsx_fragment"})
SPACE_EXPRESSION = re.compile(r"""\{\s*(["'])(?P<space>[ ]*)\1\s*\}""")
BRACKET_TOKENS = ("( (", ") )")
MAX_SPACE_LENGTH = 100
"""Bytes of an expression that may be a space in quotes."""

Entry = Node | str
"""A node that is still to be read, or a finished token."""


def script_tokens(language: str, text: str) -> list[str] | None:
    """The leaves and the nodes around them, in order; None where the text has an error.

    Not among them: semicolons, commas before closing brackets, and brackets around an expression, whose structure
    the nodes tell. Strings are without their quotes, numbers as their value, comments with the leaves before them.
    """
    source = parse_source(language, text)
    if source is None or source.tree.root_node.has_error:
        return None
    tokens: list[str] = []
    comments: list[str] = []
    leaf_count = 0
    stack: list[Entry] = [source.tree.root_node]
    while stack:
        entry = stack.pop()
        if isinstance(entry, str):
            tokens.append(entry)
            # A bracket that is written only in one of both texts counts in both.
            leaf_count += entry in BRACKET_TOKENS
        elif entry.type == "comment":
            comments.append(f"{leaf_count} {comment_text(source_of(entry))}")
        elif leaf := _leaf(entry):
            tokens.append(leaf)
            leaf_count += 1
        else:
            stack += reversed(list(_entries(entry)))
    return [*tokens, *comments]


def _leaf(node: Node) -> str | None:
    match node.type:
        case "string":
            # Either quote may be escaped; it is the same string without the backslash.
            return "string " + re.sub(r"""\\(["'])|(\\.)""", r"\1\2", source_of(node)[1:-1], flags=re.DOTALL)
        case "number":
            return f"number {number_value(source_of(node))}"
        case _ if node.type in ATOMS or not node.children:
            return f"{node.type} {source_of(node)}"
        case _:
            return None


def _entries(node: Node) -> Iterator[Entry]:
    """The children of a node that count, with what marks its beginning and its end."""
    children = [child for child in node.children if child.type not in (";", "empty_statement", "automatic_semicolon")]
    if node.type in TRANSPARENT and not _has_optional_chain(node):
        yield from children[1:-1]
        return
    yield f"<{node.type}>"
    if node.type == "template_string":
        yield from _template_entries(node)
    elif node.type in JSX_PARENTS:
        yield from _jsx_entries(children)
    elif node.type == "arrow_function" and (parameter := node.child_by_field_name("parameter")):
        yield from _arrow_entries(children, parameter)
    elif node.type in COMBINED_TYPES:
        yield from _combined_types(node)
    elif node.type in MEMBER_LISTS:
        yield from (child for child in children if child.type != ",")
    else:
        yield from _without_trailing_comma(children)
    if node.type == "new_expression" and node.child_by_field_name("arguments") is None:
        yield from ("<arguments>", "( (", ") )", "</arguments>")
    yield f"</{node.type}>"


def _has_optional_chain(brackets: Node) -> bool:
    """Whether the expression in brackets has a ``?.``: what follows the brackets is not a part of that chain."""
    node: Node | None = next(iter(brackets.named_children), None)
    while node and node.type not in TRANSPARENT:
        if any(child.type == "optional_chain" for child in node.children):
            return True
        node = node.child_by_field_name("object") or node.child_by_field_name("function")
    return False


def _without_trailing_comma(children: Sequence[Node]) -> Iterator[Node]:
    solid = [child for child in children if child.type != "comment"]
    # ``[,]`` has an element more than ``[]``: there the comma before the bracket follows no element.
    is_trailing = len(solid) > 2 and solid[-1].type in CLOSING and solid[-2].type == "," and solid[-3].is_named
    trailing = solid[-2].id if is_trailing else None
    yield from (child for child in children if child.id != trailing)


def _combined_types(node: Node) -> list[Node]:
    """The types and signs of ``A | B | C``, which is a tree of pairs, without a sign before the first."""
    parts: list[Node] = []
    left: Node | None = node
    while left and left.type == node.type:
        solid = left.children
        left = solid[0] if solid and solid[0].type == node.type else None
        parts += reversed(solid[1:] if left else solid)
    return parts[-2::-1] if parts[-1].type in ("|", "&") else parts[::-1]


def _arrow_entries(children: Sequence[Node], parameter: Node) -> Iterator[Entry]:
    for child in children:
        if child.id == parameter.id:
            yield from ("<formal_parameters>", "( (", "<required_parameter>", child)
            yield from ("</required_parameter>", ") )", "</formal_parameters>")
        else:
            yield child


def _template_entries(node: Node) -> Iterator[Entry]:
    """The text between substitutions exactly as it is."""
    text, base = node.text or b"", node.start_byte
    position = base
    for child in node.children:
        if child.type == "template_substitution":
            yield "text " + text[position - base : child.start_byte - base].decode("utf-8", "replace")
            yield child
            position = child.end_byte
    yield "text " + text[position - base :].decode("utf-8", "replace")


def _jsx_entries(children: Sequence[Node]) -> Iterator[Entry]:
    """Text as JSX makes it: without the line ends and the white space around them."""
    run = ""
    for child in children:
        is_short = child.type == "jsx_expression" and child.end_byte - child.start_byte < MAX_SPACE_LENGTH
        space = SPACE_EXPRESSION.fullmatch(source_of(child)) if is_short else None
        if child.type in ("jsx_text", "html_character_reference"):
            run += _jsx_text(source_of(child))
        elif space:
            run += space["space"]
        else:
            if run:
                yield f"text {run}"
            run = ""
            yield child
    if run:
        yield f"text {run}"


def _jsx_text(text: str) -> str:
    first, *others = text.split("\n")
    if not others:
        return first
    *middle, last = others
    lines = [first.rstrip(), *(line.strip() for line in middle), last.lstrip()]
    return " ".join(line for line in lines if line)


def number_value(text: str) -> str:
    """A number in one form for all ways of writing it."""
    lowered = text.lower()
    if "_" in lowered or lowered.startswith(("0x", "0b", "0o")) or lowered.endswith("n"):
        return lowered
    try:
        return repr(float(lowered)) if "." in lowered or "e" in lowered else lowered
    except ValueError:
        return lowered
