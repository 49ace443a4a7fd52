"""Makes ``python_exports.json`` from the pinned wheels and from Python itself: ``python -m`` this, with a folder.

The wheels are fetched into the folder by their hashes. None of them is imported: their source is read, for which this
Python must be as new as they are, 3.13 at least.
"""

import ast
import asyncio
import hashlib
import importlib
import json
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from core.review.repairs.index.module_source import Module, read_module
from core.review.repairs.index.python_exports import DATA_FILE
from core.runtime.pins import WHEELS, wheel_pins
from core.runtime.wheels import fetch_wheels, find_wheels

MAX_DEPTH = 2
"""Dots in the name of a module that is listed; what lies deeper is a package's own affair."""
MIN_IMPORTING = 3
"""Pinned packages that import a name of Python's library: fewer, and it is no name that everybody knows …"""
MIN_POPULAR = 3
"""Pinned packages, itself among them, that import a name from a package."""
MIN_USING = 4
"""… unless so many take it from its module, as ``uuid.uuid4``, and one imports it."""
UNLISTED_MODULES = frozenset({"antigravity", "idlelib", "lib2to3", "this", "tkinter", "turtle", "turtledemo"})
SKIPPED_PATH = re.compile(r"(?:^|/)_(?!_init__\.py$)|(?:^|/)(?:tests?|testing|vendor|dialects)/|-")


def resolve(modules: Mapping[str, Module], module: str, name: str) -> str:
    """The module that defines a name, as far as its way can be followed."""
    for _ in range(10):
        origin = modules[module].bound.get(name, "") if module in modules else ""
        if not origin:
            return module
        module, _, name = origin.rpartition(".")
    return module


def entry_of(modules: Mapping[str, Module], name: str) -> dict[str, Any]:
    """A module as the data file has it: what it exports by origin, and what else can be imported from it."""
    module = modules[name]
    own = {bound for bound, origin in module.bound.items() if not origin and not bound.startswith("_")}
    exported = module.listed if module.listed is not None else own | module.passed_on
    exports: dict[str, list[str]] = {}
    for each in sorted(exported & module.bound.keys()):
        exports.setdefault(resolve(modules, name, each), []).append(each)
    others = sorted(module.bound.keys() - exported)
    joined = {origin: " ".join(names) for origin, names in sorted(exports.items())}
    return {"is_whole": module.is_whole, "exports": joined, "others": " ".join(others)}


def read_sources(path: Path) -> dict[str, str]:
    """The sources in a wheel by their places, without its tests."""
    with zipfile.ZipFile(path) as wheel:
        places = [place for place in sorted(wheel.namelist()) if place.endswith(".py") and "/tests/" not in place]
        return {place: wheel.read(place).decode("utf-8") for place in places}


def public_modules(sources: Mapping[str, str]) -> dict[str, Module]:
    """The modules that people may import, by name."""
    modules: dict[str, Module] = {}
    for place, source in sources.items():
        if not SKIPPED_PATH.search(place):
            name = place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            modules[name] = read_module(name, source, is_package=place.endswith("/__init__.py"))
    return modules


def requirements_of(path: Path) -> list[str]:
    """The packages that a wheel always needs."""
    with zipfile.ZipFile(path) as wheel:
        metadata = next(place for place in wheel.namelist() if place.endswith(".dist-info/METADATA"))
        lines = re.findall(r"^Requires-Dist: (.+)$", wheel.read(metadata).decode("utf-8"), re.MULTILINE)
    return sorted({canonicalize_name(each.name) for each in map(_parse, lines) if each and not each.marker})


def _parse(line: str) -> Requirement | None:
    try:
        return Requirement(line)
    except InvalidRequirement:
        return None


@dataclass(frozen=True)
class Users:
    """How many packages import a name from a module, and how many take it from the module where they use it."""

    importing: Counter[tuple[str, str]]
    using: Counter[tuple[str, str]]

    def know(self, module: str, name: str) -> bool:
        """Whether it is a name that everybody knows."""
        importing, using = self.importing[module, name], self.using[module, name]
        return importing >= MIN_IMPORTING or (importing > 0 and using >= MIN_USING)


def count_users(sources: Mapping[str, Sequence[str]]) -> Users:
    """Who uses what; ``sources`` are by package."""
    users = Users(Counter(), Counter())
    for texts in sources.values():
        imported, used = set[tuple[str, str]](), set[tuple[str, str]]()
        for node in (node for text in texts for node in ast.walk(ast.parse(text))):
            match node:
                case ast.ImportFrom(level=0, module=str(module), names=names):
                    imported.update((module, alias.name) for alias in names)
                case ast.Attribute(value=ast.Name(id=module), attr=name):
                    used.add((module, name))
        users.importing.update(imported)
        users.using.update(used)
    return users


def standard_entry(module: ModuleType, users: Users) -> dict[str, Any]:
    """A module of Python: it exports what everybody knows of it."""
    names = {name for name in getattr(module, "__all__", dir(module)) if not name.startswith("_")}
    known = {name for name in names if users.know(module.__name__, name)}
    is_eponymous = module.__name__ in names
    others = sorted(names - known) if is_eponymous else []
    exports = {module.__name__: " ".join(sorted(known))} if known else {}
    return {"is_whole": is_eponymous, "exports": exports, "others": " ".join(others)}


def make(folder: Path) -> dict[str, Any]:
    """The content of the data file."""
    asyncio.run(fetch_wheels(folder))
    modules: dict[str, Module] = {}
    sources: dict[str, list[str]] = {}
    distributions: dict[str, dict[str, Any]] = {}
    for name, path in sorted(find_wheels(folder).items()):
        texts = read_sources(path)
        found = public_modules(texts)
        modules |= found
        sources[name] = list(texts.values())
        distributions[name] = {
            "version": wheel_pins()[name].version,
            "requires": requirements_of(path),
            "modules": sorted({module.partition(".")[0] for module in found}),
        }
    users = count_users(sources)
    standard = sorted(each for each in sys.stdlib_module_names - UNLISTED_MODULES if not each.startswith("_"))
    listed = {name for name in modules if name.count(".") <= MAX_DEPTH}
    entries = {name: entry_of(modules, name) for name in sorted(listed)}
    below = {module for module, _ in users.importing if module.partition(".")[0] in standard}
    for name in sorted({*standard, *below}):
        try:
            entry = standard_entry(importlib.import_module(name), users)
        except ImportError:  # of another system
            continue
        if entry["exports"]:
            entries[name] = entry
    popular = {module: " ".join(popular_names(module, users)) for module in sorted(listed) if "." not in module}
    return {
        "made_from": pins_hash(),
        "standard": standard,
        "distributions": distributions,
        "modules": entries,
        "popular": {module: names for module, names in popular.items() if names},
    }


def popular_names(package: str, users: Users) -> list[str]:
    """What several others import from a package itself."""
    counts = ((name, count) for (module, name), count in users.importing.items() if module == package)
    return sorted(name for name, count in counts if count >= MIN_POPULAR)


def pins_hash() -> str:
    """Names the pins that the data file was made from."""
    return hashlib.sha256(WHEELS.read_bytes()).hexdigest()


def main(arguments: Sequence[str]) -> None:
    """Write the data file."""
    content = make(Path(arguments[0]).resolve())
    DATA_FILE.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
