"""What a package.json declares, and what may be imported without it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.review.checking.project_files import ProjectFiles, once_per_project, parent_folders
from core.review.checking.web.known_packages import BUILT_IN_MODULES, IMPLIED_PACKAGES, RUNTIME_PACKAGES

DEPENDENCY_SECTIONS = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
NON_PACKAGE_IMPORT = re.compile(r"^[~#$]|^@/|^@$|:|^@(?:theme|site|generated|salesforce|ember)/|\.gen$|^__|[<{]")
"""Names to which bundlers and runtimes give a meaning of their own."""
ALIAS_CONFIG_PATH = re.compile(
    r"(?:^|/)(?:[tj]sconfig[^/]*\.json|[^/]*\.config\.\w+|webpack[^/]*|deno\.jsonc?|import[-_]map\.json|\.babelrc)$"
)
ROLLUP_CONFIGS = tuple(f"rollup.config.{suffix}" for suffix in ("js", "mjs", "cjs", "ts"))
ALIAS_KEY = re.compile(r"""["']?(?<![@~\w$-])([@~\w$-]++)(?:/\*)?["']?\s*+:""")
"""A key in a file that may define aliases. Other keys match too, which can only hide a problem. The look-behind keeps
a long word from being tried from each of its letters."""


MAX_SURVEYED_PACKAGES = 60
"""Declared packages. Of more, one may well bring along another that is imported."""


@dataclass(frozen=True, slots=True)
class NodeDependencies:
    """``packages`` may hold ``@scope/*``. ``project_names`` are aliases and folders that imports may begin with."""

    packages: frozenset[str]
    project_names: frozenset[str]


@once_per_project
def declared_dependencies(project: ProjectFiles, folder: str) -> NodeDependencies | None:
    """What each package.json in ``folder`` and above declares; None without one, or where one cannot be read."""
    places = dict.fromkeys((folder, *parent_folders(folder)))
    nearest = next((place for place in places if _manifest_path(place) in project.paths), folder)
    if nearest != folder:  # its result is cached: a project may have a thousand folders and one large manifest
        return declared_dependencies(project, nearest)
    paths = filter(project.paths.__contains__, map(_manifest_path, places))
    manifests = [_parse_manifest(project.texts.get(path, "")) for path in paths]
    # One that cannot be read may declare anything, and what Rollup bundles is imported by names that it makes.
    is_bundled = any(f"{nearest}/{config}".lstrip("/") in project.paths for config in ROLLUP_CONFIGS)
    if not manifests or None in manifests or is_bundled:
        return None
    packages = {name for manifest in manifests if manifest for name in _declared_names(manifest)}
    if len(packages) > MAX_SURVEYED_PACKAGES:
        return None
    packages |= {name for package in packages for name in IMPLIED_PACKAGES.get(package, ())}
    return NodeDependencies(frozenset(packages), _project_names(project))


def package_of(name: str) -> str:
    """The package in the name of an import: ``@a/b/c`` is in ``@a/b``, ``d/e`` in ``d``."""
    return "/".join(name.split("/")[: 2 if name.startswith("@") else 1])


def is_declared(name: str, declared: NodeDependencies) -> bool:
    """Whether package.json needs no further entry for an import."""
    scope, package = name.partition("/")[0], package_of(name)
    if NON_PACKAGE_IMPORT.search(name) or scope in BUILT_IN_MODULES | RUNTIME_PACKAGES | declared.project_names:
        return True
    # Some packages are types alone: those of @a/b are in @types/a__b.
    types_package = "@types/" + package.removeprefix("@").replace("/", "__")
    same_beginning = f"{package.partition('-')[0]}-*"
    return bool({package, types_package, f"{scope}/*", same_beginning} & declared.packages)


def _manifest_path(folder: str) -> str:
    return f"{folder}/package.json".lstrip("/")


def _parse_manifest(text: str) -> dict[str, Any] | None:
    try:
        manifest = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return manifest if isinstance(manifest, dict) else None


def _declared_names(manifest: dict[str, Any]) -> Iterator[str]:
    """The dependencies, and the package itself, which may import itself by its name."""
    if "name" in manifest:
        yield str(manifest["name"])
    for section in DEPENDENCY_SECTIONS:
        entries = manifest.get(section)
        yield from entries if isinstance(entries, dict) else ()


@once_per_project
def _project_names(project: ProjectFiles) -> frozenset[str]:
    return frozenset(_find_project_names(project))


def _find_project_names(project: ProjectFiles) -> Iterator[str]:
    for path in project.paths:
        # With ``baseUrl`` or ``paths``, an import may begin with a folder or file below the root or below src.
        yield from (name.partition(".")[0] for name in path.split("/")[:3])
        if path.endswith("package.json"):
            manifest = _parse_manifest(project.texts.get(path, ""))
            if manifest and "name" in manifest:
                yield str(manifest["name"]).partition("/")[0]
        elif ALIAS_CONFIG_PATH.search(path):
            yield from ALIAS_KEY.findall(project.texts.get(path, ""))
