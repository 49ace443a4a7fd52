"""Imports of Python from a module that has no such name: taken from where it is, or left out where nothing uses it."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

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
from core.subprocesses import encode_lossy

_WORD = re.compile(r"\w+")
EXACT_OPERATORS = frozenset({"==", "~=", "==="})


def correct_modules(workspace: Workspace) -> Iterator[Change]:
    """Import each name from the module that has it, and none that nobody has and nothing uses."""
    used, other_versions = used_packages(workspace), _other_versions(workspace)
    sources = {file.path: source for file in workspace.project.files if (source := _parse(file))}
    mentions = _Mentions(sources)
    for file in workspace.repairable:
        if (source := sources.get(file.path)) is None:
            continue
        imports = list(find_imports(source))
        imported = frozenset(".".join(each.module) for each in imports)
        lines = encode_lossy(file.text).split(b"\n")
        replacements: list[Replacement] = []
        adjustments: list[Adjustment] = []
        for each in imports:
            if not _stands_alone(each.node, lines) or not _may_be_wrong(each, workspace, other_versions):
                continue
            strangers = _strangers(each)
            moved = _moved_names(each, strangers, used, imported)
            useless = {name for name in strangers - moved.keys() if _may_lose(each) and mentions.lack(name, file.path)}
            if moved or useless:
                replacements.append(_rewrite(each.node, moved, useless))
                adjustments += [_adjustment(name, module) for name, module in moved.items()]
                adjustments += [Adjustment(AdjustmentKind.UNUSED, name) for name in sorted(useless)]
        if replacements:
            yield Change(file.path, apply_replacements(file.text, replacements), tuple(adjustments))


def _parse(file: SourceFile) -> ParsedSource | None:
    return parse_source("python", file.text) if file.language == "python" else None


class _Mentions:
    """Which names the files of a project may use; each file is looked through once, when it is first asked about."""

    def __init__(self, sources: Mapping[str, ParsedSource]) -> None:
        self._sources = sources
        self._inside: dict[str, frozenset[str]] = {}
        self._outside: Counter[str] | None = None
        self._outside_of: dict[str, frozenset[str]] = {}

    def lack(self, name: str, path: str) -> bool:
        """Whether neither the file uses what it imports by this name, nor another one takes it from there."""
        if path not in self._inside:
            self._inside[path] = _mentioned_names(self._sources[path], _is_label)
        if self._outside is None:
            self._outside_of = {
                path: _mentioned_names(source, _is_argument_name) for path, source in self._sources.items()
            }
            self._outside = Counter(name for names in self._outside_of.values() for name in names)
        others = self._outside[name] - (name in self._outside_of[path])
        return name not in self._inside[path] and not others


def _stands_alone(node: Node, lines: Sequence[bytes]) -> bool:
    """Whether nothing but white space or a comment is beside the statement: lines can be put in its place."""
    before = lines[node.start_point.row][: node.start_point.column].strip()
    after = lines[node.end_point.row][node.end_point.column :].strip()
    return not before and (not after or after.startswith(b"#"))


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


def _mentioned_names(source: ParsedSource, is_no_use: Callable[[Node], bool]) -> frozenset[str]:
    """All names that a file may use, but for identifiers that are surely none of theirs."""
    names = {source_of(node) for node in source.query("(identifier) @name") if not is_no_use(node)}
    # As in __all__, in an annotation, or in a test's patch.
    quoted = (word for node in source.query("(string) @string") for word in _WORD.findall(source_of(node)))
    return frozenset(names.union(quoted))


def _is_label(node: Node) -> bool:
    """Whether an identifier stands for no variable of its file: what is imported, an argument's name, an attribute."""
    parent = node.parent
    if parent is None:
        return False
    is_attribute = parent.type == "attribute" and parent.child_by_field_name("attribute") == node
    # An import under another name is used by that one; a name in a pattern of a ``match`` is dotted as well.
    is_imported = parent.type == "dotted_name" and bool(parent.parent and parent.parent.type == "import_from_statement")
    return is_attribute or is_imported or _is_argument_name(node)


def _is_argument_name(node: Node) -> bool:
    parent = node.parent
    return bool(parent and parent.type == "keyword_argument" and parent.child_by_field_name("name") == node)


def _may_lose(each: PythonImport) -> bool:
    """Whether names may go: a block must not become empty, and a class has what it imports as its attributes."""
    return bool(each.node.parent and each.node.parent.type == "module")


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
