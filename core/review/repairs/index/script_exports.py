"""Which names the pinned packages of npm export, read from ``script_exports.json``."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA_FILE = Path(__file__).with_name("script_exports.json")


@dataclass(frozen=True, slots=True)
class ScriptExports:
    """``names`` are by module, ``versions`` by package."""

    names: Mapping[str, frozenset[str]]
    versions: Mapping[str, str]

    def modules_of(self, package: str) -> tuple[str, ...]:
        """The modules of a package: ``react-dom`` and ``react-dom/client``."""
        return tuple(module for module in self.names if module == package or module.startswith(f"{package}/"))


@cache
def script_exports() -> ScriptExports:
    """The index of this version of the product."""
    data = json.loads(DATA_FILE.read_text("utf-8"))
    names = {module: frozenset(text.split()) for module, text in data["modules"].items()}
    return ScriptExports(names, data["versions"])
