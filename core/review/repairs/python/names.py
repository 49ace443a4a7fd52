"""Names of Python that are used and never defined: the import that each of them needs."""

import re
from collections.abc import Iterator, Sequence

from core.files.source_file import SourceFile
from core.review.checking.python.imports import PythonImport, find_imports
from core.review.checking.python.packages import is_well_known
from core.review.checking.syntax_tree import ParsedSource, parse_source, source_of
from core.review.repairs.adjustment import Adjustment, AdjustmentKind
from core.review.repairs.index.python_exports import is_distinctive, python_exports
from core.review.repairs.python.insertion import import_lines
from core.review.repairs.text_edits import apply_replacements
from core.review.repairs.workspace import Change, Workspace
from core.subprocesses import encode_lossy

MAX_NAMES = 30
"""Names of one file whose import is added; a file that lacks more is not one that forgot a few."""
WELL_KNOWN_MODULES = frozenset(
    {"collections", "dataclasses", "datetime", "decimal", "enum", "functools", "itertools", "pathlib", "typing", "uuid"}
)
"""Modules of Python whose names are mostly imported one by one."""
MAX_ATTRIBUTE_BYTES = 100
"""After a name, to what is taken from it."""
ATTRIBUTE = re.compile(rb"\s*\.\s*([A-Za-z_]\w*)")
TOP_LEVEL_NAME = re.compile(r"^(?:(?:class|def|async[ \t]+def)[ \t]+(\w+)|(\w+)[ \t]*[:=])", re.MULTILINE)
ASSIGNMENT = re.compile(rb"\s*=(?!=)")


def add_missing_imports(workspace: Workspace) -> Iterator[Change]:
    """Import the well-known names that a file uses and nothing defines."""
    used, own = used_packages(workspace), _own_names(workspace)
    for file in workspace.repairable:
        undefined = workspace.undefined.get(file.path, ()) if file.language == "python" else ()
        # One that another file defines is meant to come from there.
        names = [name for name in undefined if name not in own]
        source = parse_source("python", file.text) if names and len(set(names)) <= MAX_NAMES else None
        if source is None:
            continue
        lines = list(_import_lines(names, source, used))
        if lines:
            adjustments = tuple(Adjustment(AdjustmentKind.IMPORT, line) for line in lines)
            yield Change(file.path, apply_replacements(file.text, [import_lines(source, lines)]), adjustments)


def _own_names(workspace: Workspace) -> frozenset[str]:
    """What the project's Python files define at their top level."""
    python = (file.text for file in workspace.project.files if file.language == "python")
    return frozenset(name for text in python for pair in TOP_LEVEL_NAME.findall(text) for name in pair if name)


def used_packages(workspace: Workspace) -> frozenset[str]:
    """The first names of all that the project's Python files import."""
    return frozenset(each.module[0] for file in workspace.project.files for each in imports_of(file) if each.module)


def imports_of(file: SourceFile) -> Sequence[PythonImport]:
    """The imports of a file that must not fail, without those from its own package."""
    source = parse_source("python", file.text) if file.language == "python" else None
    return [each for each in find_imports(source) if not each.level] if source else []


def _import_lines(names: Sequence[str], source: ParsedSource, used: frozenset[str]) -> Iterator[str]:
    """The lines that import the names, without those of which it is not certain what is meant."""
    uses = _uses(frozenset(names), source)
    imported = frozenset(".".join(each.module) for each in find_imports(source))
    for name in sorted(uses):
        if _is_module(name, uses[name]):
            yield f"import {name}"
            continue
        module = python_exports().find_module(name, used, imported)
        if module and _is_certain(name, module, imported) and not _is_of_the_app(name, source.text, module):
            yield f"from {module} import {name}"


def _is_module(name: str, attributes: Sequence[str | None]) -> bool:
    """Whether a name is that of a module of which only parts are used."""
    exports = python_exports()
    if not (name in exports.standard or name in exports.distributions or is_well_known(name)):
        return False
    # Such as datetime, which is a module and a class in it: the class has now(), the module has not.
    known = exports.names.get(name) if name in exports.standard else None
    return all(attribute and (known is None or attribute in known) for attribute in attributes)


def _uses(names: frozenset[str], source: ParsedSource) -> dict[str, list[str | None]]:
    """For each use of a name what is taken from it, None where it is used itself."""
    content = encode_lossy(source.text)
    found: dict[str, list[str | None]] = {}
    for node in source.query("(identifier) @name"):
        name = source_of(node)
        after = content[node.end_byte : node.end_byte + MAX_ATTRIBUTE_BYTES]
        is_other = content[node.start_byte - 1 : node.start_byte] == b"." or ASSIGNMENT.match(after)
        # An attribute of something else, or the name of an argument, is no use of the name.
        if name in names and not is_other:
            match = ATTRIBUTE.match(after)
            found.setdefault(name, []).append(match[1].decode() if match else None)
    return found


def _is_certain(name: str, module: str, imported: frozenset[str]) -> bool:
    """Whether nothing else can be meant: a general name counts only where it is often taken from, or has been."""
    if is_distinctive(name) or module in imported:
        return True
    is_of_python = module.partition(".")[0] in python_exports().standard
    return module in WELL_KNOWN_MODULES if is_of_python else "." not in module


def _is_of_the_app(name: str, text: str, module: str) -> bool:
    """Whether a name may be one of the app's own things: Task where it answers at ``/tasks``, Tag where it has tags."""
    if not re.fullmatch(r"[A-Z][a-z]+", name):
        return False
    if module.count(".") > 1:
        return True  # what is so deep in a package has a general name, such as that of a part of OpenAPI
    is_of_python = module.partition(".")[0] in python_exports().standard
    return re.search(rf"{'/' if is_of_python else ''}\b{name.lower()}(?:s|es)?\b", text) is not None
