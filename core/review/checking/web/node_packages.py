"""What a package.json declares, and what counts as declared without it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.review.checking.project_files import Project, above

SECTIONS = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
BUILT_IN = {
    "assert", "async_hooks", "buffer", "child_process", "cluster", "console", "constants", "crypto", "dgram",
    "diagnostics_channel", "dns", "domain", "events", "fs", "http", "http2", "https", "inspector", "module",
    "net", "os", "path", "perf_hooks", "process", "punycode", "querystring", "readline", "repl", "stream",
    "string_decoder", "sys", "timers", "tls", "trace_events", "tty", "url", "util", "v8", "vm", "wasi",
    "worker_threads", "zlib",
}  # fmt: skip
"""Node's own modules, by its manual (version 24); only with ``node:`` before them: sea, sqlite, test."""
BRINGS = {
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
ALIAS = re.compile(r"^[~#$]|^@/|^@$|:|^(?:bun|electron|vscode|astro|virtual)(?:$|/|:)|\.gen$")
"""What bundlers and runtimes give a meaning of their own."""


@dataclass(frozen=True, slots=True)
class Declared:
    """Packages, patterns of TypeScript's ``paths``, and the project's own top folders."""

    packages: frozenset[str]
    own: frozenset[str]


def declared_for(folder: str, project: Project) -> Declared | None:
    """What each package.json in ``folder`` and above declares; None where there is none, or one that cannot be read."""
    found = dict.fromkeys(f"{place}/package.json".lstrip("/") for place in (folder, *above(folder)))
    manifests = [_read(project.texts[place]) for place in found if place in project.paths]
    if not manifests or None in manifests:
        return None
    packages = {name for manifest in manifests if manifest is not None for name in _named(manifest)}
    packages |= {name for package in packages for name in BRINGS.get(package, ())}
    return Declared(frozenset(packages), _own_names(project))


def is_declared(name: str, declared: Declared) -> bool:
    """Whether an import of a package needs no further entry in package.json."""
    scope, _, rest = name.partition("/")
    package = f"{scope}/{rest.partition('/')[0]}" if scope.startswith("@") else scope
    types = "@types/" + package.removeprefix("@").replace("/", "__")
    if ALIAS.search(name) or scope in BUILT_IN or scope in declared.own:
        return True
    return bool({package, types, f"{scope}/*"} & declared.packages)


def _read(text: str) -> dict[str, Any] | None:
    try:
        manifest = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return manifest if isinstance(manifest, dict) else None


def _named(manifest: dict[str, Any]) -> Iterator[str]:
    yield from (str(manifest[key]) for key in ("name",) if key in manifest)
    for section in SECTIONS:
        entries = manifest.get(section)
        yield from entries if isinstance(entries, dict) else ()


@lru_cache(maxsize=4)
def _own_names(project: Project) -> frozenset[str]:
    return frozenset(_found_names(project))


def _found_names(project: Project) -> Iterator[str]:
    for path in project.paths:
        # Through ``paths`` or ``baseUrl``, the folders and files below the root and below src have names of their own.
        yield from (name.partition(".")[0] for name in path.split("/")[:3])
        if path.endswith("package.json") and (other := _read(project.texts[path])):
            yield from (str(other["name"]).partition("/")[0] for key in ("name",) if key in other)
        elif re.search(r"(?:^|/)(?:[tj]sconfig[^/]*\.json|vite\.config\.\w+|webpack[^/]*)$", path):
            yield from re.findall(r"""["']?([@~\w$-]+)(?:/\*)?["']?\s*:""", project.texts[path])
