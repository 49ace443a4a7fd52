"""Where lines of Python go: imports below those that are there."""

from collections.abc import Iterable, Sequence

from tree_sitter import Node

from core.review.checking.syntax_tree import ParsedSource
from core.review.repairs.text_edits import Replacement, line_end
from core.subprocesses import encode_lossy

IMPORT_NODES = frozenset({"import_statement", "import_from_statement", "future_import_statement"})


def import_lines(source: ParsedSource, lines: Sequence[str]) -> Replacement:
    """The lines below the first run of imports, else below the module's docstring, else at the top."""
    content = encode_lossy(source.text)
    anchor = _anchor(source.tree.root_node.children)
    block = "\n".join(lines)
    if anchor is None:
        return Replacement(0, 0, f"{block}\n")
    end = line_end(content, anchor.end_byte)
    return Replacement(end, end, f"\n{block}")


def _anchor(nodes: Iterable[Node]) -> Node | None:
    """The last node of the head: comments, the docstring, and imports."""
    anchor = None
    for node in nodes:
        is_head = anchor is None or anchor.type == "comment"
        if node.type in IMPORT_NODES or (is_head and _is_docstring(node)):
            anchor = node
        elif node.type != "comment":
            break
        elif is_head:
            anchor = node
    return anchor


def _is_docstring(node: Node) -> bool:
    return node.type == "expression_statement" and node.child_count == 1 and node.children[0].type == "string"
