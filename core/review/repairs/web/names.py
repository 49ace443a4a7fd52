"""Names of React, Vue and Svelte that a script uses and nothing defines, and names imported from the wrong module."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from tree_sitter import Node

from core.review.checking.syntax_tree import ParsedSource, source_of
from core.review.repairs.adjustment import Adjustment, AdjustmentKind
from core.review.repairs.index.script_exports import script_exports
from core.review.repairs.text_edits import Replacement, apply_replacements
from core.review.repairs.web.scripts import imported_modules, insert_lines, last_import, script_of
from core.review.repairs.workspace import Change, Workspace

STACK_PACKAGES = {"react": ("react", "react-dom"), "vue": ("vue",), "svelte": ("svelte",)}
"""By the id of the stack, the packages whose names a script may forget to import."""
GENERAL_NAMES = frozenset(
    {"Component", "Fragment", "Suspense", "lazy", "memo", "computed", "reactive", "ref", "watch"}
    | {"derived", "mount", "readable", "tick", "writable"}
)
"""Single words whose import may be forgotten; any other may be meant for something else."""
WORDS = re.compile(r"[a-z][A-Z]|\d")
"""In a name of several words, such as ``useState``."""
INNER_MODULE = re.compile(r"/(?:internal|legacy|jsx-(?:dev-)?runtime)(?:/|$)")
"""Modules that an app does not import by itself."""
NOT_FOR_APPS = frozenset(
    {"defineEmits", "defineExpose", "defineModel", "defineOptions", "defineProps", "defineSlots", "withDefaults"}
    | {"handleError", "renderList", "renderSlot"}
)
"""Vue exports them for tools and compiled code: the first need no import (Vue's manual, on ``script setup``), and the
names of the others may be those of an app's own functions."""
CALL_QUERY = "(call_expression function: (identifier) @used) (new_expression constructor: (identifier) @used)"
ELEMENT_QUERY = """
(jsx_opening_element name: (identifier) @used)
(jsx_closing_element name: (identifier) @used)
(jsx_self_closing_element name: (identifier) @used)
"""
MEMBER_QUERY = "(member_expression object: (identifier) @used)"
NAME_QUERY = """
[(identifier) (type_identifier) (shorthand_property_identifier) (shorthand_property_identifier_pattern)] @name
"""
REACT = "React"


def add_missing_imports(workspace: Workspace) -> Iterator[Change]:
    """Import the names of the stack's packages that a script uses and nothing in it defines."""
    modules = _stack_modules(workspace.stack)
    for file in workspace.repairable if modules else ():
        script = script_of(file)
        lines = sorted(_missing_lines(script.source, script.language, modules)) if script else []
        text = insert_lines(script, lines, last_import(script.source)) if script and lines else None
        if text is not None:
            yield Change(file.path, text, tuple(Adjustment(AdjustmentKind.IMPORT, line) for line in lines))


def correct_modules(workspace: Workspace) -> Iterator[Change]:
    """Import each name from the module of the stack that has it."""
    modules = _stack_modules(workspace.stack)
    for file in workspace.repairable if modules else ():
        script = script_of(file)
        if script is None or script.is_part:
            continue
        moves = [move for node, module in imported_modules(script.source) for move in _moves(node, module, modules)]
        if moves:
            text = apply_replacements(file.text, [replacement for replacement, _ in moves])
            yield Change(file.path, text, tuple(Adjustment(AdjustmentKind.MODULE, line) for _, line in moves))


def _stack_modules(stack: str) -> Mapping[str, str]:
    """The module of each name of a stack's packages: the nearest to the top, unless several are as near."""
    exports = script_exports()
    modules = [module for package in STACK_PACKAGES.get(stack, ()) for module in exports.modules_of(package)]
    modules = [module for module in modules if not INNER_MODULE.search(module)]
    found: dict[str, list[str]] = {}
    for module in modules:
        for name in exports.names[module] - NOT_FOR_APPS - {"default"}:
            found.setdefault(name, []).append(module)
    nearest = {name: _nearest(places) for name, places in found.items()}
    return {name: module for name, module in nearest.items() if module}


def _nearest(modules: Sequence[str]) -> str | None:
    depth = min(module.count("/") for module in modules)
    near = [module for module in modules if module.count("/") == depth]
    return near[0] if len(near) == 1 else None


def _missing_lines(source: ParsedSource, language: str, modules: Mapping[str, str]) -> Iterator[str]:
    query = CALL_QUERY if language == "typescript" else f"{CALL_QUERY}{ELEMENT_QUERY}"
    used = Counter(map(source_of, source.query(query)))
    members = Counter(map(source_of, source.query(MEMBER_QUERY)))
    occurring = Counter(map(source_of, source.query(NAME_QUERY)))
    for name, count in used.items():
        # What occurs in any other way may be defined by that.
        is_known = name in modules and (name in GENERAL_NAMES or WORDS.search(name))
        if is_known and count + members[name] == occurring[name]:
            yield f'import {{ {name} }} from "{modules[name]}";'
    if "useState" in modules and members[REACT] and members[REACT] == occurring[REACT]:
        yield f'import {REACT} from "react";'


def _moves(node: Node, module: str, modules: Mapping[str, str]) -> Iterator[tuple[Replacement, str]]:
    """The statement with what stays in it and lines for what moves, and one of these lines."""
    known = script_exports().names.get(module)
    clause = next((child for child in node.children if child.type == "import_clause"), None)
    named = next((child for child in clause.children if child.type == "named_imports"), None) if clause else None
    if known is None or clause is None or named is None or any(child.type == "type" for child in node.children):
        return
    specifiers = [child for child in named.children if child.type == "import_specifier"]
    moved = {each.start_byte: modules.get(_imported_name(each), module) for each in specifiers}
    wrong = [each for each in specifiers if _imported_name(each) not in known and moved[each.start_byte] != module]
    if not wrong:
        return
    lines = [f'import {{ {source_of(each)} }} from "{moved[each.start_byte]}";' for each in wrong]
    kept = ", ".join(source_of(each) for each in specifiers if each not in wrong)
    default = next((source_of(child) for child in clause.children if child.type == "identifier"), "")
    clauses = ", ".join(filter(None, [default, f"{{ {kept} }}" if kept else ""]))
    rest = [f'import {clauses} from "{module}";'] if clauses else []
    yield Replacement(node.start_byte, node.end_byte, "\n".join([*rest, *lines])), "\n".join(lines)


def _imported_name(specifier: Node) -> str:
    name = specifier.child_by_field_name("name")
    return source_of(name) if name else ""
