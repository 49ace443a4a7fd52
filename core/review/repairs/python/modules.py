"""Imports of Python from a module that has no such name: taken from where it is, or left out where nothing uses it."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version
from tree_sitter import Node

from core.files.source_file import SourceFile
from core.review.checking.python.imports import PythonImport, find_imports
from core.review.checking.python.manifests import parse_requirement
from core.review.checking.syntax_tree import ParsedSource, parse_source, source_of
from core.review.repairs.adjustment import Adjustment, AdjustmentKind
from core.review.repairs.index.python_exports import python_exports
from core.review.repairs.python.names import used_packages
from core.review.repairs.text_edits import Replacement, apply_replacements
from core.review.repairs.workspace import Change, Workspace

_WORD = re.compile(r"\w+")
EXACT_OPERATORS = frozenset({"==", "~=", "==="})


def correct_modules(workspace: Workspace) -> Iterator[Change]:
    """Import each name from the module that has it, and none that nobody has and nothing uses."""
    used, other_versions = used_packages(workspace), _other_versions(workspace)
    sources = {file.path: source for file in workspace.project.files if (source := _parse(file))}
    importers = _importers(sources)
    for file in workspace.repairable:
        if (source := sources.get(file.path)) is None:
            continue
        imports = list(find_imports(source))
        imported = frozenset(".".join(each.module) for each in imports)
        mentioned: frozenset[str] | None = None
        replacements: list[Replacement] = []
        adjustments: list[Adjustment] = []
        for each in imports:
            strangers = _strangers(each) if _may_be_wrong(each, workspace, other_versions) else set()
            if not strangers:
                continue
            moved = _moved_names(each, strangers, used, imported)
            if mentioned is None:
                mentioned = _mentioned_names(source)
            useless = {name for name in strangers - moved.keys() - mentioned if importers[name] == {file.path}}
            if moved or (useless and _may_lose(each, useless)):
                replacements.append(_rewrite(each.node, moved, useless))
                adjustments += [_adjustment(name, module) for name, module in moved.items()]
                adjustments += [Adjustment(AdjustmentKind.UNUSED, name) for name in sorted(useless)]
        if replacements:
            yield Change(file.path, apply_replacements(file.text, replacements), tuple(adjustments))


def _parse(file: SourceFile) -> ParsedSource | None:
    return parse_source("python", file.text) if file.language == "python" else None


def _importers(sources: Mapping[str, ParsedSource]) -> Mapping[str, set[str]]:
    """The paths of the files that import each name."""
    paths: defaultdict[str, set[str]] = defaultdict(set)
    for path, source in sources.items():
        for each in find_imports(source):
            for name in each.names:
                paths[name].add(path)
    return paths


def _may_be_wrong(each: PythonImport, workspace: Workspace, other_versions: frozenset[str]) -> bool:
    has_other_parts = any(child.type in ("comment", "wildcard_import") for child in each.node.children)
    is_own = each.level or not each.names or each.module[0] in workspace.project.module_folders
    return not (is_own or has_other_parts or each.module[0] in other_versions)


def _strangers(each: PythonImport) -> set[str]:
    """The names that the module surely lacks."""
    module = ".".join(each.module)
    return {name for name in each.names if python_exports().has_name(module, name) is False}


def _moved_names(
    each: PythonImport, strangers: set[str], used: frozenset[str], imported: frozenset[str]
) -> dict[str, str]:
    """The modules that names should come from, by name."""
    module = ".".join(each.module)
    found = {name: python_exports().find_module(name, used, imported - {module}) for name in each.names}
    return {name: better for name, better in found.items() if name in strangers and better and better != module}


def _mentioned_names(source: ParsedSource) -> frozenset[str]:
    """All names that the file may use: what imports, arguments' names and attributes alone have is not among them."""
    names = {source_of(node) for node in source.query("(identifier) @name") if not _is_label(node)}
    # As in __all__, or in an annotation.
    quoted = (word for node in source.query("(string) @string") for word in _WORD.findall(source_of(node)))
    return frozenset(names.union(quoted))


def _is_label(node: Node) -> bool:
    """Whether an identifier stands for no variable; what is imported under another name does, by that one."""
    parent = node.parent
    if parent is None:
        return False
    is_argument = parent.type == "keyword_argument" and parent.child_by_field_name("name") == node
    is_attribute = parent.type == "attribute" and parent.child_by_field_name("attribute") == node
    is_imported = parent.type == "dotted_name" and not (parent.parent and parent.parent.type == "aliased_import")
    return is_argument or is_attribute or is_imported


def _may_lose(each: PythonImport, useless: set[str]) -> bool:
    """Whether something is left of the statement, or nothing need be: a block must not become empty."""
    is_top_level = bool(each.node.parent and each.node.parent.type == "module")
    return is_top_level or len(useless) < len(each.names)


def _rewrite(node: Node, moved: dict[str, str], useless: set[str]) -> Replacement:
    """The statement with what stays in it, and a line for each name that moves."""
    module = node.child_by_field_name("module_name")
    kept, lines = [], []
    for each in node.children_by_field_name("name"):
        inner = each.child_by_field_name("name") if each.type == "aliased_import" else each
        name = source_of(inner) if inner else ""
        if name in moved:
            lines.append(f"from {moved[name]} import {source_of(each)}")
        elif name not in useless:
            kept.append(source_of(each))
    if kept and module:
        lines.insert(0, f"from {source_of(module)} import {', '.join(kept)}")
    return Replacement(node.start_byte, node.end_byte, f"\n{' ' * node.start_point.column}".join(lines))


def _adjustment(name: str, module: str) -> Adjustment:
    return Adjustment(AdjustmentKind.MODULE, f"from {module} import {name}")


def _other_versions(workspace: Workspace) -> frozenset[str]:
    """The first names of packages of which the project wants another generation than the pinned one."""
    distributions = {each.name: each for each in python_exports().distributions.values()}
    unlike: set[str] = set()
    for file in workspace.project.files:
        for line in file.text.split("\n") if _is_requirements(file) else ():
            requirement = parse_requirement(line)
            pinned = distributions.get(canonicalize_name(requirement.name)) if requirement else None
            if requirement and pinned and _excludes(requirement.specifier, pinned.version):
                unlike.add(pinned.name)
    return frozenset(top for top, each in python_exports().distributions.items() if each.name in unlike)


def _is_requirements(file: SourceFile) -> bool:
    name = file.path.rpartition("/")[2]
    return name.startswith("requirements") and name.endswith(".txt")


def _excludes(specifiers: SpecifierSet, version: str) -> bool:
    if specifiers.contains(version, prereleases=True):
        return False
    exact = [each.version.removesuffix(".*") for each in specifiers if each.operator in EXACT_OPERATORS]
    # Names move with a first number that changes: an older release of the same generation has them where this one has.
    return not any(_generation(each) == _generation(version) for each in exact)


def _generation(version: str) -> int | None:
    try:
        return Version(version).major
    except InvalidVersion:
        return None
