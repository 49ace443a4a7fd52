"""Imports of Python from a module that has no such name, where exactly one other has it."""

from collections.abc import Iterator

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version
from tree_sitter import Node

from core.files.source_file import SourceFile
from core.review.checking.python.imports import PythonImport, find_imports
from core.review.checking.python.manifests import parse_requirement
from core.review.checking.syntax_tree import parse_source, source_of
from core.review.repairs.adjustment import Adjustment, AdjustmentKind
from core.review.repairs.index.python_exports import python_exports
from core.review.repairs.python.names import used_packages
from core.review.repairs.text_edits import Replacement, apply_replacements
from core.review.repairs.workspace import Change, Workspace

EXACT_OPERATORS = frozenset({"==", "~=", "==="})


def correct_modules(workspace: Workspace) -> Iterator[Change]:
    """Import each name from the module that has it."""
    used, other_versions = used_packages(workspace), _other_versions(workspace)
    for file in workspace.repairable:
        source = parse_source("python", file.text) if file.language == "python" else None
        if source is None:
            continue
        imported = frozenset(".".join(each.module) for each in find_imports(source))
        replacements: list[Replacement] = []
        adjustments: list[Adjustment] = []
        for each in find_imports(source):
            if _may_be_wrong(each, workspace, other_versions):
                moved = _moved_names(each, used, imported)
                if moved:
                    replacements.append(_rewrite(each.node, moved))
                    adjustments += [_adjustment(name, module) for name, module in moved.items()]
        if replacements:
            yield Change(file.path, apply_replacements(file.text, replacements), tuple(adjustments))


def _may_be_wrong(each: PythonImport, workspace: Workspace, other_versions: frozenset[str]) -> bool:
    has_other_parts = any(child.type in ("comment", "wildcard_import") for child in each.node.children)
    is_own = each.level or not each.names or each.module[0] in workspace.project.module_folders
    return not (is_own or has_other_parts or each.module[0] in other_versions)


def _moved_names(each: PythonImport, used: frozenset[str], imported: frozenset[str]) -> dict[str, str]:
    """The modules that names should come from, by name."""
    exports, module = python_exports(), ".".join(each.module)
    strangers = [name for name in each.names if exports.has_name(module, name) is False]
    found = {name: exports.find_module(name, used, imported - {module}) for name in strangers}
    return {name: better for name, better in found.items() if better and better != module}


def _rewrite(node: Node, moved: dict[str, str]) -> Replacement:
    """The statement with what stays in it, and a line for each name that moves."""
    module = node.child_by_field_name("module_name")
    kept, lines = [], []
    for each in node.children_by_field_name("name"):
        inner = each.child_by_field_name("name") if each.type == "aliased_import" else each
        target = moved.get(source_of(inner)) if inner else None
        if target:
            lines.append(f"from {target} import {source_of(each)}")
        else:
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
