"""Dots for a body in Python: where they stand for code that was left out, and where nothing belongs."""

import re
from collections import Counter
from collections.abc import Iterator

from tree_sitter import Node

from core.review.checking.syntax_tree import ParsedSource, source_of

STUB_DECORATOR = re.compile(r"@(?:\w+\.)*(?:abstract\w*|overload)\b")
INTERFACE_BASE = re.compile(r"\b(?:Protocol|ABC|ABCMeta|\w*Interface)\b")
CLASS_BASES = re.compile(r"^\s*class\s+\w+\s*\(([^()]*)\)", re.MULTILINE)
FUNCTION_NAME = re.compile(r"^\s*(?:async\s+)?def\s+(\w+)", re.MULTILINE)
STRING_START = re.compile(r"[a-zA-Z]{0,2}[\"']")


def find_ellipsis_bodies(source: ParsedSource) -> Iterator[tuple[int, int]]:
    """Line and column of dots that stand for code."""
    blocks = _Blocks(source.text)
    for dots in source.query("(expression_statement . (ellipsis) @dots .)"):
        statement = dots.parent
        block = statement.parent if statement else None
        # Beside other statements dots stand for code, even where they may be all of a body.
        if block is not None and (blocks.statement_count(block) > 1 or not blocks.may_be_empty(block)):
            yield source.position(dots)


class _Blocks:
    """What is known of Python's blocks; cached by node, since a block may hold thousands of dots or functions."""

    def __init__(self, text: str) -> None:
        self._base_names = frozenset(name for bases in CLASS_BASES.findall(text) for name in re.findall(r"\w+", bases))
        self._redefined = {name for name, count in Counter(FUNCTION_NAME.findall(text)).items() if count > 1}
        self._statement_counts: dict[int, int] = {}
        self._stub_contexts: dict[int, bool] = {}

    def statement_count(self, block: Node) -> int:
        """How many statements a block has, without comments and docstrings."""
        if block.id not in self._statement_counts:
            self._statement_counts[block.id] = sum(
                node.type != "comment" and not STRING_START.match(source_of(node)) for node in block.named_children
            )
        return self._statement_counts[block.id]

    def may_be_empty(self, block: Node) -> bool:
        """Whether dots may be all that a block holds."""
        outer = block.parent
        if outer is None:
            return False
        if outer.type != "function_definition" or _is_declaration(outer, block):
            return True
        name = outer.child_by_field_name("name")
        is_redefined = outer.start_point.column == 0 and name is not None and source_of(name) in self._redefined
        return is_redefined or self._lies_in_stub(outer)

    def _lies_in_stub(self, function: Node) -> bool:
        """Whether a function is abstract, an overload, a part of an interface, or there for type checkers alone."""
        passed: list[int] = []
        decided: bool | None = None
        node = function.parent
        while node is not None and decided is None:
            passed.append(node.id)
            decided = self._stub_contexts[node.id] if node.id in self._stub_contexts else self._is_stub_context(node)
            node = node.parent
        # For all nodes on the way: each of a thousand functions in a class would climb to the root.
        self._stub_contexts.update(dict.fromkeys(passed, bool(decided)))
        return bool(decided)

    def _is_stub_context(self, node: Node) -> bool | None:
        """None where the node does not decide, and those around it do."""
        match node.type:
            case "decorated_definition" if STUB_DECORATOR.search(source_of(node).partition("def ")[0]):
                return True
            case "if_statement" if "TYPE_CHECKING" in source_of(node).split("\n", 1)[0]:
                return True
            case "class_definition":
                return self._describes_interface(node)
            case _:
                return None

    def _describes_interface(self, node: Node) -> bool:
        bases, name = node.child_by_field_name("superclasses"), node.child_by_field_name("name")
        if bases is not None and INTERFACE_BASE.search(source_of(bases)):
            return True
        # What other classes of the file fill in.
        if name is not None and source_of(name) in self._base_names:
            return True
        # A class of stubs alone describes an interface; one stub among methods that do something is a gap.
        body = node.child_by_field_name("body")
        methods = [child for child in body.named_children if "def " in source_of(child)] if body else []
        return all(source_of(method).rstrip().endswith("...") for method in methods)


def _is_declaration(function: Node, block: Node) -> bool:
    """Whether a function has its type and its dots in one line: so types are told, and a mixin's other half."""
    last_header_row = max(child.end_point.row for child in function.children if child.id != block.id)
    parameters = function.child_by_field_name("parameters")
    is_typed = function.child_by_field_name("return_type") is not None or any(
        child.type.startswith("typed_") for child in (parameters.named_children if parameters else ())
    )
    name = function.child_by_field_name("name")
    is_special = name is not None and source_of(name).startswith("__")
    return (is_typed or is_special) and block.start_point.row == last_header_row
