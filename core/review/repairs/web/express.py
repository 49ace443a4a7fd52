"""The line that starts a back end of Express."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from core.files.source_file import SourceFile
from core.review.checking.syntax_tree import ParsedSource, source_of
from core.review.repairs.adjustment import Adjustment, AdjustmentKind
from core.review.repairs.text_edits import with_last_line_ended
from core.review.repairs.web.scripts import script_of
from core.review.repairs.workspace import Change, Workspace

EXPRESS = "express"
APP_QUERY = """
((lexical_declaration (variable_declarator name: (identifier) value: (call_expression function: (identifier) @_made)))
  @declaration (#eq? @_made "express"))
"""
OWN_START = re.compile(r"\.listen\s*\(|\bcreateServer\b|\bexport\s*(?:default\b|\{)|\bmodule\.exports\b")
PORT = 3000
"""That of the stack's address."""


def add_start(workspace: Workspace) -> Iterator[Change]:
    """Listen, at the end of the file that makes the one app, where nothing starts it."""
    found = None if any(OWN_START.search(file.text) for file in _scripts(workspace)) else _app(workspace)
    if found and not found[2].start_point.column:
        file, _, node = found
        line = f"{_app_name(node)}.listen({PORT});"
        text = f"{with_last_line_ended(file.text)}\n{line}\n"
        yield Change(file.path, text, (Adjustment(AdjustmentKind.ENTRY, line),))


def _scripts(workspace: Workspace) -> list[SourceFile]:
    is_express = workspace.stack == EXPRESS
    return [file for file in workspace.project.files if file.language in ("javascript", "typescript") and is_express]


def _app(workspace: Workspace) -> tuple[SourceFile, ParsedSource, Node] | None:
    """The one statement of the project that makes an app, in a file that may be changed."""
    scripts = [script for file in _scripts(workspace) if EXPRESS in file.text and (script := script_of(file))]
    found = [(script.file, script.source, node) for script in scripts for node in script.source.query(APP_QUERY)]
    return found[0] if len(found) == 1 and found[0][0] in workspace.repairable else None


def _app_name(declaration: Node) -> str:
    declarator = next(child for child in declaration.children if child.type == "variable_declarator")
    name = declarator.child_by_field_name("name")
    return source_of(name) if name else "app"
