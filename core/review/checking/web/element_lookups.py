"""Lookups of elements by their ids whose result is used as if there were always one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from core.review.checking.syntax_tree import ParsedSource, lies_in, source_of

CALL = '(call_expression function: (member_expression object: (identifier) @_d) (#eq? @_d "document"))'
VALUE = f"[{CALL} (non_null_expression {CALL}) (as_expression {CALL})]"
CALL_QUERY = f"({CALL} @call)"
DIRECT_USE_QUERY = f"""
(member_expression object: {VALUE}) @use
(member_expression object: (parenthesized_expression {VALUE})) @use
"""
NAMED_QUERY = f"""
(variable_declarator name: (identifier) value: {VALUE}) @named
(assignment_expression left: [(identifier) (member_expression property: (property_identifier))] right: {VALUE}) @named
(pair key: (property_identifier) value: {VALUE}) @named
"""
"""Where the result gets a name: of a variable, or of a property."""
NAME_QUERY = "[(identifier) (property_identifier) (shorthand_property_identifier)] @name"
NAME_USE_QUERY = "(member_expression object: [(identifier) (member_expression)]) @use"
EXPECTED_MISSING_QUERY = """
(if_statement condition: (_) @condition)
(while_statement condition: (_) @condition)
(ternary_expression condition: (_) @condition)
(binary_expression) @condition
(unary_expression) @condition
(try_statement) @condition
"""
"""Where a lookup may well find nothing: tests, and code that may fail."""


@dataclass(frozen=True, slots=True)
class ElementLookup:
    """An id that must be there, and the call that looks for it."""

    element_id: str
    node: Node


def find_lookups(source: ParsedSource) -> Iterator[ElementLookup]:
    """The lookups whose script stops where there is no such element.

    An id that is tested anywhere in the script is not among them, nor one whose result goes where it is not followed.
    """
    may_be_missing = lies_in(source.query(EXPECTED_MISSING_QUERY))
    calls = {call.id: call for call in source.query(CALL_QUERY)}
    ids = {key: element_id for key, call in calls.items() if (element_id := _looked_up_id(call))}
    tested = {ids[key] for key in ids if may_be_missing(calls[key])}
    names, uses = _count_names(source)
    for statement in source.query(f"{DIRECT_USE_QUERY}{NAMED_QUERY}"):
        call = _inner_call(statement)
        element_id = ids.get(call.id) if call else None
        if call is None or element_id is None or element_id in tested:
            continue
        name = _given_name(statement)
        # A name counts where every other occurrence of it takes a property of the element.
        is_sure = not _is_optional(statement) if name is None else 0 < uses[name] == names[name] - 1
        if is_sure:
            yield ElementLookup(element_id, call)


def _count_names(source: ParsedSource) -> tuple[Counter[str], Counter[str]]:
    """How often each name occurs, and how often as that of an object whose property is taken without a test."""
    names = Counter(map(source_of, source.query(NAME_QUERY)))
    uses: Counter[str] = Counter()
    for use in source.query(NAME_USE_QUERY):
        used = use.child_by_field_name("object")
        name = used.child_by_field_name("property") if used and used.type == "member_expression" else used
        if name and not _is_optional(use):
            uses[source_of(name)] += 1
    return names, uses


def _given_name(statement: Node) -> str | None:
    """The name that the result gets; None where it is used on the spot."""
    if statement.type == "member_expression":
        return None
    target = next(filter(None, map(statement.child_by_field_name, ("name", "left", "key"))), statement)
    inner = target.child_by_field_name("property") if target.type == "member_expression" else target
    return source_of(inner or target)


def _inner_call(statement: Node) -> Node | None:
    """The call inside at most three nodes around it."""
    node = next(filter(None, map(statement.child_by_field_name, ("object", "value", "right"))), None)
    for _ in range(3):
        if node is None or node.type == "call_expression":
            return node
        node = next(iter(node.named_children), None)
    return node if node and node.type == "call_expression" else None


def _is_optional(member: Node) -> bool:
    return any(child.type == "optional_chain" for child in member.children)


def _looked_up_id(call: Node) -> str | None:
    """The id in ``document.getElementById("x")`` or ``document.querySelector("#x")``; None for every other call."""
    function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    method = function.child_by_field_name("property") if function else None
    texts = arguments.named_children[:2] if arguments else []
    if method is None or len(texts) != 1 or texts[0].type not in ("string", "template_string"):
        return None
    text = source_of(texts[0])[1:-1]
    name = source_of(method)
    if name == "querySelector" and text.startswith("#"):
        text = text[1:]
    elif name != "getElementById":
        return None
    return text if text.replace("-", "").replace("_", "").isalnum() and text.isascii() else None
