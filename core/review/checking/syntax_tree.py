"""Source text as a tree of tree-sitter: each grammar is loaded when it is first needed, each parse has a time limit."""

import re
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

from core.review.checking.brackets import find_mismatch
from core.review.checking.problem import Problem, abbreviate, column_of
from core.subprocesses import encode_lossy, warn_once

PARSE_TIMEOUT = 1.0
"""Seconds for parsing one text."""
MAX_ERROR_WIDTH = 1000
"""Children of a node that stands for an error: tree-sitter keeps them in a flat list, on which a query is quadratic."""

GRAMMARS = {
    "c": ("tree_sitter_c", "language"),
    "cpp": ("tree_sitter_cpp", "language"),
    "csharp": ("tree_sitter_c_sharp", "language"),
    "go": ("tree_sitter_go", "language"),
    "java": ("tree_sitter_java", "language"),
    # TSX reads JavaScript and JSX as well; TypeScript needs its own, where ``<T>x`` is a cast and no element.
    "javascript": ("tree_sitter_typescript", "language_tsx"),
    "jsx": ("tree_sitter_typescript", "language_tsx"),
    "kotlin": ("tree_sitter_kotlin", "language"),
    "php": ("tree_sitter_php", "language_php"),
    "python": ("tree_sitter_python", "language"),
    "ruby": ("tree_sitter_ruby", "language"),
    "rust": ("tree_sitter_rust", "language"),
    "shell": ("tree_sitter_bash", "language"),
    "swift": ("tree_sitter_swift", "language"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
}
RELIABLE_LANGUAGES = frozenset({"go", "java", "php", "ruby", "rust"})
UNRELIABLE_LANGUAGES = frozenset({"c", "cpp", "csharp", "kotlin", "swift"})
"""Grammars that stumble over good code, as macros: an error counts only where brackets do not match either."""
NEWER_SYNTAX = {
    # Module imports, unnamed variables, statements before super(): Java 22 to 25.
    "java": re.compile(r"\bimport\s+module\b|\b_\b|[;}]\s*(?:super|this)\s*\("),
    "go": re.compile(r"\binterface\s*\{\s*\*|\bnew\(\s*[^\s\w*\[]|\bnew\(\s*\w+\("),
    # Property hooks, asymmetric visibility, the pipe, clone with: PHP 8.4 and 8.5.
    # Rust 1.82 and later, and what only the nightly compiler takes.
    "rust": re.compile(
        r"\bsafe\s+(?:fn|static)\b|\bgen\b|\buse\s*<|&\s*(?:raw|pin)\b|\basync\s*(?:move\s*)?\||&&\s*let\b"
        r"|\bconst\s+trait\b|~const\b|\bimpl\s+const\b|\bbecome\b|\bdo\s+yeet\b|\bbuiltin\s*#|\bunsafe\s*\(|\bfor\s*<"
        r"|\bauto\s+trait\b|\bmacro\s+\w|\bdefault\s+(?:impl|fn|type|const|unsafe)\b|\[const\]|\bc\""
    ),
    "php": re.compile(r"\b(?:get|set)\s*(?:=>|\{|\()|\(set\)|\|>|\bclone\s*\("),
}
"""What reliable grammars do not know yet: a file with it is read as one of an unreliable grammar."""
TREE_CHECKED_LANGUAGES = RELIABLE_LANGUAGES | UNRELIABLE_LANGUAGES


@dataclass(frozen=True, slots=True)
class ParsedSource:
    """A text and its tree. Offsets of nodes count bytes of UTF-8.

    A tree that is not ``is_searchable`` has an error with more than MAX_ERROR_WIDTH children.
    """

    text: str
    language: Language
    tree: Tree
    is_searchable: bool

    def query(self, pattern: str) -> Iterator[Node]:
        """The nodes that a query captures, in the order of the text, but for captures whose name begins with ``_``.

        There are none in a tree that is not searchable.
        """
        if not self.is_searchable:
            return
        captures = QueryCursor(_compile_query(self.language, pattern)).captures(self.tree.root_node)
        nodes = [node for name, captured in captures.items() if not name.startswith("_") for node in captured]
        yield from sorted(nodes, key=lambda node: node.start_byte)

    def position(self, node: Node) -> tuple[int, int]:
        """Line and column of a node, in characters, from 1. Takes time in proportion to the line."""
        line = node.start_point.row + 1
        return line, column_of(self.text, line, node.start_point.column)


def parse_source(language: str, text: str) -> ParsedSource | None:
    """The tree of a text; None for a language without a grammar, and where parsing takes longer than PARSE_TIMEOUT."""
    grammar = _load_grammar(language)
    if grammar is None:
        return None
    source = encode_lossy(text)
    deadline = time.monotonic() + PARSE_TIMEOUT
    try:
        # With a look at the clock: a file that takes too long here keeps its other checks, where a worker that is
        # killed would take them along.
        tree = Parser(grammar).parse(
            lambda offset, _: source[offset : offset + 4096], progress_callback=lambda *_: time.monotonic() > deadline
        )
    except ValueError:
        return None
    return ParsedSource(text, grammar, tree, is_searchable=not _has_wide_error(tree.root_node))


def syntax_errors(language: str, text: str) -> tuple[Problem, ...]:
    """The first syntax error; none for a language that is not among TREE_CHECKED_LANGUAGES."""
    if (
        language not in TREE_CHECKED_LANGUAGES
        or (source := parse_source(language, text)) is None
        or not source.tree.root_node.has_error
    ):
        return ()
    is_unreliable = language in UNRELIABLE_LANGUAGES or _has_newer_syntax(language, text)
    bracket_problem = find_mismatch(language, text)
    if bracket_problem is not None:
        # Branches of a preprocessor may each open the same bracket, which is closed once.
        return () if is_unreliable and "#e" in text.replace("# ", "#") else (bracket_problem,)
    return () if is_unreliable else _deepest_error(source)


def source_of(node: Node) -> str:
    """The source text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


def path_to(root: Node, node: Node) -> Iterator[Node]:
    """The nodes from ``root`` down to ``node``, without the former. Takes one step for each level of depth."""
    inner: Node | None = root
    while inner is not None and inner != node:
        inner = inner.child_with_descendant(node)
        if inner is not None:
            yield inner


def lies_in(outer_nodes: Iterable[Node]) -> Callable[[Node], bool]:
    """A function that says whether a node lies in one of ``outer_nodes``.

    It compares offsets, because ``Node.parent`` searches from the root: to walk up from depth n takes n² steps.
    """
    starts: list[int] = []
    ends: list[int] = []
    for outer in sorted(outer_nodes, key=lambda node: (node.start_byte, -node.end_byte)):
        if not ends or outer.start_byte >= ends[-1]:
            starts.append(outer.start_byte)
            ends.append(outer.end_byte)

    def lies_inside(node: Node) -> bool:
        index = bisect_right(starts, node.start_byte) - 1
        return index >= 0 and node.end_byte <= ends[index]

    return lies_inside


def _has_newer_syntax(language: str, text: str) -> bool:
    pattern = NEWER_SYNTAX.get(language)
    return pattern is not None and pattern.search(text) is not None


def _deepest_error(source: ParsedSource) -> tuple[Problem, ...]:
    # The error of the root may be the whole text: the innermost one is the place to look at.
    node = source.tree.root_node
    while child_error := next((child for child in node.children if child.has_error or child.is_missing), None):
        node = child_error
    line, column = source.position(node)
    if node.is_missing:
        return (Problem(line, column, "A name is missing here." if node.is_named else f"Missing `{node.type}`."),)
    if node.start_point.row < node.end_point.row:
        return (Problem(line, column, "What begins here cannot be read to its end."),)
    return (Problem(line, column, f"Unexpected {abbreviate(source_of(node))}."),)


def _has_wide_error(root: Node) -> bool:
    erroneous = [root] if root.has_error else []
    while erroneous:
        node = erroneous.pop()
        if node.is_error and node.child_count > MAX_ERROR_WIDTH:
            return True
        # Down the erroneous nodes alone: most of a large tree is never visited.
        erroneous += (child for child in node.children if child.has_error)
    return False


@cache
def _load_grammar(language: str) -> Language | None:
    if language not in GRAMMARS:
        return None
    module, function = GRAMMARS[language]
    try:
        return Language(getattr(import_module(module), function)())
    except (ImportError, AttributeError, ValueError):
        warn_once(module, "is not installed or too old")
        return None


@cache
def _compile_query(language: Language, pattern: str) -> Query:
    return Query(language, pattern)
