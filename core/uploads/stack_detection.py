"""Which stack of the catalogue a code base is written in, by the files that tell it."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath

from core.catalog.stacks import Side
from core.files.source_file import SourceFile

_PYTHON_LISTS = frozenset({"requirements.txt", "pyproject.toml", "pipfile", "setup.py", "setup.cfg"})
_JAVA_LISTS = frozenset({"pom.xml", "build.gradle", "build.gradle.kts"})
_BUILT_FRONT_ENDS = frozenset({".tsx", ".jsx", ".vue", ".svelte"})

Sign = Callable[[Sequence[SourceFile]], bool]


def recognised(files: Sequence[SourceFile], side: Side) -> str | None:
    """The id of the one stack of this side that the files fit; None where they fit none, or several."""
    fitting = [stack for stack, sign in SIGNS[side].items() if sign(files)]
    return fitting[0] if len(fitting) == 1 else None


def _python(package: str) -> Sign:
    listed = re.compile(rf"(?:^[ \t]*|[\"']){package}(?![\w-])", re.MULTILINE | re.IGNORECASE)
    imported = re.compile(rf"^[ \t]*(?:from|import)[ \t]+{package}\b", re.MULTILINE)

    def sign(files: Sequence[SourceFile]) -> bool:
        return any(
            (_name(file) in _PYTHON_LISTS and listed.search(file.text))
            or (file.language == "python" and imported.search(file.text))
            for file in files
        )

    return sign


def _node(package: str) -> Sign:
    return lambda files: package in _packages(files)


def _spring(files: Sequence[SourceFile]) -> bool:
    return any(_name(file) in _JAVA_LISTS and "org.springframework.boot" in file.text for file in files)


def _go(files: Sequence[SourceFile]) -> bool:
    return any(_name(file) == "go.mod" for file in files)


def _plain(files: Sequence[SourceFile]) -> bool:
    """A page that a browser shows as it is."""
    suffixes = {PurePosixPath(file.path).suffix.lower() for file in files}
    framework = {"react", "vue", "svelte", "@angular/core"} & _packages(files)
    return ".html" in suffixes and not framework and not suffixes & _BUILT_FRONT_ENDS


SIGNS: Mapping[Side, Mapping[str, Sign]] = {
    Side.BACKEND: {
        "fastapi": _python("fastapi"),
        "flask": _python("flask"),
        "express": _node("express"),
        "spring": _spring,
        "go": _go,
    },
    Side.FRONTEND: {
        "html": _plain,
        "react": _node("react"),
        "vue": _node("vue"),
        "angular": _node("@angular/core"),
        "svelte": _node("svelte"),
    },
}


def _packages(files: Sequence[SourceFile]) -> set[str]:
    """What every package.json among the files asks for."""
    return {package for file in files if _name(file) == "package.json" for package in _asked_for(file.text)}


def _asked_for(text: str) -> set[str]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return set()
    lists = [read.get(key) for key in ("dependencies", "devDependencies")] if isinstance(read, dict) else []
    return {str(package) for found in lists if isinstance(found, dict) for package in found}


def _name(file: SourceFile) -> str:
    return PurePosixPath(file.path).name.lower()
