"""Which stack of the catalogue a code base uses, by its manifests, imports and file names."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath

from core.catalog.stacks import Side
from core.files.source_file import SourceFile

_PYTHON_MANIFESTS = frozenset({"requirements.txt", "pyproject.toml", "pipfile", "setup.py", "setup.cfg"})
_JAVA_MANIFESTS = frozenset({"pom.xml", "build.gradle", "build.gradle.kts"})
_COMPILED_SUFFIXES = frozenset({".tsx", ".jsx", ".vue", ".svelte"})

StackTest = Callable[[Sequence[SourceFile]], bool]


def detect_stack(files: Sequence[SourceFile], side: Side) -> str | None:
    """The id of the only stack of this side that the files fit; None where they fit none or several."""
    matching = [stack for stack, fits in STACK_TESTS[side].items() if fits(files)]
    # Several that fit are no answer: a person chooses among them.
    return matching[0] if len(matching) == 1 else None


def _uses_python_package(package: str) -> StackTest:
    # ``fastapi`` but not ``fastapi-users``, which does not need to mean it.
    manifest_entry = re.compile(rf"(?:^[ \t]*|[\"']){package}(?![\w-])", re.MULTILINE | re.IGNORECASE)
    import_statement = re.compile(rf"^[ \t]*(?:from|import)[ \t]+{package}\b", re.MULTILINE)

    def is_used(files: Sequence[SourceFile]) -> bool:
        return any(
            (_file_name(file) in _PYTHON_MANIFESTS and manifest_entry.search(file.text))
            or (file.language == "python" and import_statement.search(file.text))
            for file in files
        )

    return is_used


def _uses_node_package(package: str) -> StackTest:
    return lambda files: package in _node_packages(files)


def _uses_spring_boot(files: Sequence[SourceFile]) -> bool:
    return any(_file_name(file) in _JAVA_MANIFESTS and "org.springframework.boot" in file.text for file in files)


def _uses_go(files: Sequence[SourceFile]) -> bool:
    return any(_file_name(file) == "go.mod" for file in files)


def _is_plain_html(files: Sequence[SourceFile]) -> bool:
    """Pages that need no build: no framework, nothing to compile."""
    suffixes = {PurePosixPath(file.path).suffix.lower() for file in files}
    frameworks = {"react", "vue", "svelte", "@angular/core"} & _node_packages(files)
    return ".html" in suffixes and not frameworks and not suffixes & _COMPILED_SUFFIXES


STACK_TESTS: Mapping[Side, Mapping[str, StackTest]] = {
    Side.BACKEND: {
        "fastapi": _uses_python_package("fastapi"),
        "flask": _uses_python_package("flask"),
        "express": _uses_node_package("express"),
        "spring": _uses_spring_boot,
        "go": _uses_go,
    },
    Side.FRONTEND: {
        "html": _is_plain_html,
        "react": _uses_node_package("react"),
        "vue": _uses_node_package("vue"),
        "angular": _uses_node_package("@angular/core"),
        "svelte": _uses_node_package("svelte"),
    },
}


def _node_packages(files: Sequence[SourceFile]) -> set[str]:
    """The dependencies of every package.json, wherever it lies."""
    return {
        package for file in files if _file_name(file) == "package.json" for package in _parse_dependencies(file.text)
    }


def _parse_dependencies(text: str) -> set[str]:
    try:
        manifest = json.loads(text)
    except (ValueError, RecursionError):
        # Files that cannot be read are taken all the same; they only say nothing here.
        return set()
    sections = [manifest.get(key) for key in ("dependencies", "devDependencies")] if isinstance(manifest, dict) else []
    return {str(package) for section in sections if isinstance(section, dict) for package in section}


def _file_name(file: SourceFile) -> str:
    return PurePosixPath(file.path).name.lower()
