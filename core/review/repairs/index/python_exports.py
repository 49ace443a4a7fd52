"""Which names the modules of Python and of the pinned packages export, read from ``python_exports.json``."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

MIN_LONG_NAME = 12
"""Characters: ``relationship``, ``sessionmaker``."""
DATA_FILE = Path(__file__).with_name("python_exports.json")


@dataclass(frozen=True, slots=True)
class Export:
    """A name that a module exports; ``origin`` is the module that defines it, the same for all that pass it on."""

    module: str
    origin: str

    @property
    def top_level(self) -> str:
        """The package, or the module of Python."""
        return self.module.partition(".")[0]

    @property
    def depth(self) -> int:
        """How deep in its package the module lies."""
        return self.module.count(".")


@dataclass(frozen=True, slots=True)
class Distribution:
    """A pinned package; ``requires`` are the canonical names of those that it needs."""

    name: str
    version: str
    requires: frozenset[str]


@dataclass(frozen=True, slots=True)
class PythonExports:
    """``names`` has all that can be imported from a module that is known as a whole, ``exports`` what it is there for.

    ``distributions`` has the package of each import by its first name; ``standard`` are the modules of Python.
    ``popular`` are the names that other packages import from one, by its first name.
    """

    names: Mapping[str, frozenset[str]]
    exports: Mapping[str, tuple[Export, ...]]
    distributions: Mapping[str, Distribution]
    standard: frozenset[str]
    popular: Mapping[str, frozenset[str]]

    def has_name(self, module: str, name: str) -> bool | None:
        """Whether a name can be imported from a module; None where that is not known."""
        if module not in self.names:
            return None
        return name in self.names[module] or f"{module}.{name}" in self.names

    def find_module(self, name: str, used: frozenset[str], imported: frozenset[str]) -> str | None:
        """The one module to import a name from; None without any, and where several could be meant.

        ``used`` are the packages that the project imports, ``imported`` the modules that the file does.
        """
        known = self.exports.get(name, ())
        candidates = [each for each in known if each.top_level in used | self.standard]
        return _choose(candidates, imported) if candidates else _choose(self._companions(name, used), imported)

    def _companions(self, name: str, used: frozenset[str]) -> list[Export]:
        """Exports of packages that need one which the project uses, as flask_cors needs flask.

        Of packages that it brings along, as pydantic, only what others import from them as well.
        """
        packages = [self.distributions[top] for top in used if top in self.distributions]
        brought = {name for package in packages for name in package.requires}
        tops = {
            top
            for top, package in self.distributions.items()
            if any(each.name in package.requires and package.name.startswith(f"{each.name}-") for each in packages)
        }
        popular = {top for top, package in self.distributions.items() if package.name in brought}
        return [
            each
            for each in self.exports.get(name, ())
            if not each.depth
            and (
                (each.top_level in tops and is_distinctive(name))
                or (each.top_level in popular and name in self.popular.get(each.top_level, frozenset()))
            )
        ]


def is_distinctive(name: str) -> bool:
    """Whether an app hardly ever calls a thing of its own so: it has several words or a number, or is long."""
    has_words = "_" in name.strip("_") or sum(map(str.isupper, name)) > 1
    return has_words or len(name) >= MIN_LONG_NAME or any(map(str.isdigit, name))


@cache
def python_exports() -> PythonExports:
    """The index of this version of the product."""
    data = json.loads(DATA_FILE.read_text("utf-8"))
    distributions = {
        module: Distribution(name, entry["version"], frozenset(entry["requires"]))
        for name, entry in data["distributions"].items()
        for module in entry["modules"]
    }
    exports: dict[str, list[Export]] = {}
    for module, entry in data["modules"].items():
        for origin, names in entry["exports"].items():
            for name in names.split():
                exports.setdefault(name, []).append(Export(module, origin))
    standard = frozenset(data["standard"])
    return PythonExports(
        {module: _all_names(entry) for module, entry in data["modules"].items() if entry["is_whole"]},
        {name: tuple(found) for name, found in exports.items()},
        distributions,
        standard,
        {module: frozenset(names.split()) for module, names in data["popular"].items()},
    )


def _all_names(entry: Mapping[str, Any]) -> frozenset[str]:
    names = [name for names in entry["exports"].values() for name in names.split()]
    return frozenset([*names, *entry["others"].split()])


def _choose(candidates: Iterable[Export], imported: frozenset[str]) -> str | None:
    """The module of the only thing that is meant: the one nearest to the top of its package."""
    nearest: dict[str, Export] = {}
    for each in sorted(candidates, key=lambda each: (each.depth, each.module not in imported, each.module)):
        nearest.setdefault(each.origin, each)
    if not nearest:
        return None
    depth = min(each.depth for each in nearest.values())
    modules = [each.module for each in nearest.values() if each.depth == depth]
    return modules[0] if len(modules) == 1 else None
