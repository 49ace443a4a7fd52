"""The packages that a package.json lacks."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from posixpath import dirname

from core.catalog.examples import EXAMPLE_ANSWERS
from core.catalog.scaffolds import SCAFFOLDS
from core.files.answer import parse_files
from core.review.checking.web.imports import find_imports, must_be_declared
from core.review.checking.web.node_packages import NodeDependencies, declared_dependencies, is_declared, package_of
from core.review.repairs.adjustment import Adjustment, AdjustmentKind
from core.review.repairs.index.script_exports import script_exports
from core.review.repairs.web.scripts import script_of
from core.review.repairs.workspace import Change, Workspace

MANIFEST = "package.json"
SECTION = "dependencies"


def declare_packages(workspace: Workspace) -> Iterator[Change]:
    """Name in package.json what scripts import, where the version to take is known."""
    manifest = next((file for file in workspace.repairable if file.path.rpartition("/")[2] == MANIFEST), None)
    count = sum(path.rpartition("/")[2] == MANIFEST for path in workspace.project.paths)
    declared = declared_dependencies(workspace.project, dirname(manifest.path)) if manifest else None
    if manifest is None or declared is None or count != 1:
        return
    missing = {name: version for name in sorted(_undeclared(workspace, declared)) if (version := _versions().get(name))}
    content = json.loads(manifest.text) if missing else {}
    if missing and isinstance(content.setdefault(SECTION, {}), dict):
        content[SECTION].update(missing)
        # An escape may stand for half a character, which no text can hold.
        text = json.dumps(content, indent=2, ensure_ascii="\\u" in manifest.text) + "\n"
        yield Change(manifest.path, text, tuple(Adjustment(AdjustmentKind.DEPENDENCY, name) for name in missing))


def _undeclared(workspace: Workspace, declared: NodeDependencies) -> set[str]:
    scripts = filter(None, map(script_of, workspace.project.files))
    imports = ((script.file.path, each) for script in scripts for each in find_imports(script.source))
    return {
        package_of(each.name)
        for path, each in imports
        if must_be_declared(each, path) and not is_declared(each.name, declared)
    }


@cache
def _versions() -> Mapping[str, str]:
    """The version to declare by package: that in the catalog, else that of the pinned one."""
    versions = {
        name: version if ":" in version else f"^{version}" for name, version in script_exports().versions.items()
    }
    for answer in (*EXAMPLE_ANSWERS.values(), *SCAFFOLDS.values()):
        for file in parse_files(answer, ""):
            if file.path == MANIFEST:
                versions |= json.loads(file.text).get(SECTION, {})
    return versions
