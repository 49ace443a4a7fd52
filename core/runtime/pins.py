"""What the runtime is made of: pinned packages of npm and PyPI, and the recipe that builds it."""

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PINS_FOLDER = Path(__file__).parent / "pins"
RECIPE_FOLDER = Path(__file__).parent / "deno"
PACKAGE_JSON = PINS_FOLDER / "package.json"
DENO_LOCK = PINS_FOLDER / "deno.lock"
WHEELS = PINS_FOLDER / "wheels.txt"
RECIPE = tuple(RECIPE_FOLDER / name for name in ("build.mjs", "libraries.mjs", "compile.mjs"))

ID_LENGTH = 16
_WHEEL_PIN = re.compile(
    r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+) --hash=sha256:(?P<sha256>[0-9a-f]{64})$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class WheelPin:
    """One wheel, known by its hash."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class PythonSet:
    """Packages of Python that are fetched by a browser together; ``requires`` names sets that must be there as well."""

    name: str
    packages: tuple[str, ...]
    requires: tuple[str, ...]


@cache
def runtime_id() -> str:
    """Names a runtime by what it is made of: the first 16 hex digits of the SHA-256 of all pins and of the recipe."""
    digest = hashlib.sha256()
    for path in (PACKAGE_JSON, DENO_LOCK, WHEELS, PINS_FOLDER / "python.json", *RECIPE):
        content = path.read_bytes()
        digest.update(f"{path.name}:{len(content)}\n".encode() + content)
    return digest.hexdigest()[:ID_LENGTH]


@cache
def wheel_pins() -> dict[str, WheelPin]:
    """The wheels by the name of their package."""
    matches = _WHEEL_PIN.finditer(WHEELS.read_text("utf-8"))
    return {match["name"]: WheelPin(match["name"], match["version"], match["sha256"]) for match in matches}


@cache
def python_sets() -> tuple[PythonSet, ...]:
    """The sets, each after those that it requires."""
    sets = json.loads((PINS_FOLDER / "python.json").read_text("utf-8"))
    return tuple(PythonSet(name, tuple(it["packages"]), tuple(it["requires"])) for name, it in sets.items())
