"""Scripts of a project, and the places in them where lines go."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from core.files.source_file import SourceFile
from core.review.checking.syntax_tree import ParsedSource, parse_source
from core.review.checking.web.embedded_code import MARKUP_LANGUAGES, embedded_code
from core.review.checking.web.imports import SCRIPT_LANGUAGES
from core.text import split_lines


@dataclass(frozen=True, slots=True)
class Script:
    """A script that is a file, or the one in a file of Vue or Svelte: its lines are counted as those of the file."""

    file: SourceFile
    language: str
    source: ParsedSource

    @property
    def is_part(self) -> bool:
        """Whether the file holds more than the script."""
        return self.file.language in MARKUP_LANGUAGES


def script_of(file: SourceFile) -> Script | None:
    """The script of a file; None where it has none, or several, or is a page."""
    if file.language in SCRIPT_LANGUAGES:
        return _parsed(file, file.language, file.text)
    parts = [part for part in embedded_code(file) if part.language in SCRIPT_LANGUAGES]
    if file.language == "html" or len(parts) != 1:
        return None
    return _parsed(file, parts[0].language, parts[0].text)


def insert_lines(script: Script, lines: Sequence[str], after: Node | None) -> str | None:
    """The file with lines below those of a node, or at the script's beginning; None where its tag is in the way."""
    rows = list(split_lines(script.file.text))
    if after is not None:
        row = after.end_point.row + 1
    else:
        first = next(iter(script.source.tree.root_node.children), None)
        row = first.start_point.row if first and script.is_part else 0
        if script.is_part and (first is None or "<script" in rows[row]):
            return None
    rows[row:row] = [f"{line}\n" for line in lines]
    if 0 < row <= len(rows) and not rows[row - 1].endswith("\n"):
        rows[row - 1] += "\n"
    return "".join(rows)


def last_import(source: ParsedSource) -> Node | None:
    """The last of the imports at the head of a script."""
    last = None
    for node in source.tree.root_node.children:
        if node.type == "import_statement":
            last = node
        elif node.type not in ("comment", "hash_bang_line") and not _is_directive(node):
            break
    return last


def imported_modules(source: ParsedSource) -> Iterator[tuple[Node, str]]:
    """The import statements of a script, each with the module that it names."""
    for node in source.query("(import_statement source: (string)) @import"):
        text = node.child_by_field_name("source")
        if text is not None and text.text:
            yield node, text.text.decode("utf-8", "replace")[1:-1]


def _is_directive(node: Node) -> bool:
    return node.type == "expression_statement" and node.child_count > 0 and node.children[0].type == "string"


def _parsed(file: SourceFile, language: str, text: str) -> Script | None:
    source = parse_source(language, text)
    return Script(file, language, source) if source and source.is_searchable else None
