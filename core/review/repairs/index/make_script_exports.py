"""Makes ``script_exports.json`` from a built runtime: ``python -m`` this, with the folder of the runtime.

The modules are not run: their lists of exports are read.
"""

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.review.repairs.index.script_exports import DATA_FILE
from core.runtime.pins import PACKAGE_JSON, runtime_id

EXPORT_LIST = re.compile(r"\bexport\s*\{([^{}]*)\}")
EXPORTED_NAME = re.compile(r"[\w$]+(?=\s*$)")
DEFAULT_EXPORT = re.compile(r"\bexport\s+default\b")
WHOLE_EXPORT = re.compile(r"""\bexport\s*\*\s*from\s*["'][^"']+["']""")
MAX_NAMES = 400
"""Of one module; a library with more is one of icons."""


def exported_names(source: str) -> list[str] | None:
    """What a module exports by its lists, in order; None where it passes on all of another."""
    if WHOLE_EXPORT.search(source):
        return None
    names = {
        match[0] for listed in EXPORT_LIST.findall(source) for match in map(_last_name, listed.split(",")) if match
    }
    return sorted(names | ({"default"} if DEFAULT_EXPORT.search(source) else set()))


def _last_name(entry: str) -> re.Match[str] | None:
    return EXPORTED_NAME.search(entry)


def make(folder: Path) -> dict[str, Any]:
    """The content of the data file."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    modules: dict[str, str] = {}
    for module, path in sorted(manifest["modules"].items()):
        names = exported_names((folder / path).read_text("utf-8"))
        if names and len(names) <= MAX_NAMES:
            modules[module] = " ".join(names)
    pinned = json.loads(PACKAGE_JSON.read_text("utf-8"))["dependencies"]
    packages = {module: _package_of(module) for module in modules}
    versions = {package: pinned[package] for package in packages.values() if package in pinned}
    return {"made_from": runtime_id(), "versions": versions, "modules": modules}


def _package_of(module: str) -> str:
    return "/".join(module.split("/")[: 2 if module.startswith("@") else 1])


def main(arguments: Sequence[str]) -> None:
    """Write the data file."""
    content = make(Path(arguments[0]).resolve())
    DATA_FILE.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
