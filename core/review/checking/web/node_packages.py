"""What a package.json declares, and what counts as declared without it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.review.checking.project_files import ProjectFiles, parent_folders

DEPENDENCY_SECTIONS = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
BUILT_IN_MODULES = {
    "assert", "async_hooks", "buffer", "child_process", "cluster", "console", "constants", "crypto", "dgram",
    "diagnostics_channel", "dns", "domain", "events", "fs", "http", "http2", "https", "inspector", "module",
    "net", "os", "path", "perf_hooks", "process", "punycode", "querystring", "readline", "repl", "stream",
    "string_decoder", "sys", "timers", "tls", "trace_events", "tty", "url", "util", "v8", "vm", "wasi",
    "worker_threads", "zlib",
}  # fmt: skip
"""Node's own modules, by its manual (version 24); only with ``node:`` before them: sea, sqlite, test."""
IMPLIED_PACKAGES = {
    "@angular/core": ("rxjs", "zone.js", "tslib"),
    "@nestjs/core": ("rxjs", "reflect-metadata"),
    "expo": ("react", "react-native"),
    "express": ("body-parser",),
    "gatsby": ("react",),
    "nuxt": ("vue", "vue-router", "h3", "nitropack", "ofetch"),
    "react-scripts": ("web-vitals", "@testing-library/react", "@testing-library/jest-dom"),
    "vitepress": ("vue", "vite"),
    "vue": ("@vue/*",),
}
"""Packages whose users import others that come with them."""
NON_PACKAGE_IMPORT = re.compile(r"^[~#$]|^@/|^@$|:|^(?:bun|electron|vscode|astro|virtual)(?:$|/|:)|\.gen$")
"""What bundlers and runtimes give a meaning of their own."""


@dataclass(frozen=True, slots=True)
class NodeDependencies:
    """Packages, patterns of TypeScript's ``paths``, and the project's own top folders."""

    packages: frozenset[str]
    project_names: frozenset[str]


def declared_dependencies(folder: str, project: ProjectFiles) -> NodeDependencies | None:
    """What each package.json in ``folder`` and above declares; None where there is none, or one that cannot be read."""
    manifest_paths = dict.fromkeys(f"{place}/package.json".lstrip("/") for place in (folder, *parent_folders(folder)))
    manifests = [_parse_manifest(project.texts[place]) for place in manifest_paths if place in project.paths]
    if not manifests or None in manifests:
        return None
    packages = {name for manifest in manifests if manifest is not None for name in _dependency_names(manifest)}
    packages |= {name for package in packages for name in IMPLIED_PACKAGES.get(package, ())}
    return NodeDependencies(frozenset(packages), _project_names(project))


def is_declared(name: str, declared: NodeDependencies) -> bool:
    """Whether an import of a package needs no further entry in package.json."""
    scope, _, rest = name.partition("/")
    package = f"{scope}/{rest.partition('/')[0]}" if scope.startswith("@") else scope
    types_package = "@types/" + package.removeprefix("@").replace("/", "__")
    if NON_PACKAGE_IMPORT.search(name) or scope in BUILT_IN_MODULES or scope in declared.project_names:
        return True
    return bool({package, types_package, f"{scope}/*"} & declared.packages)


def _parse_manifest(text: str) -> dict[str, Any] | None:
    try:
        manifest = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return manifest if isinstance(manifest, dict) else None


def _dependency_names(manifest: dict[str, Any]) -> Iterator[str]:
    yield from (str(manifest[key]) for key in ("name",) if key in manifest)
    for section in DEPENDENCY_SECTIONS:
        entries = manifest.get(section)
        yield from entries if isinstance(entries, dict) else ()


@lru_cache(maxsize=4)
def _project_names(project: ProjectFiles) -> frozenset[str]:
    return frozenset(_iter_project_names(project))


def _iter_project_names(project: ProjectFiles) -> Iterator[str]:
    for path in project.paths:
        # Through ``paths`` or ``baseUrl``, the folders and files below the root and below src have names of their own.
        yield from (name.partition(".")[0] for name in path.split("/")[:3])
        if path.endswith("package.json") and (other := _parse_manifest(project.texts[path])):
            yield from (str(other["name"]).partition("/")[0] for key in ("name",) if key in other)
        elif re.search(r"(?:^|/)(?:[tj]sconfig[^/]*\.json|vite\.config\.\w+|webpack[^/]*)$", path):
            yield from re.findall(r"""["']?([@~\w$-]+)(?:/\*)?["']?\s*:""", project.texts[path])
