"""What one manifest of Python declares: a requirements.txt, a pyproject.toml, or the head of a script. No I/O."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from core.review.checking.data_formats import load_toml

REQUIREMENTS_COMMENT = re.compile(r"(?:^|\s)#.*")
LINE_OPTIONS = re.compile(r"\s--?[a-z].*")
"""pip's options for one requirement, such as ``--hash``."""
INCLUDING_OPTION = re.compile(r"--(?:requirement|constraint|editable|find-links)\b")
"""pip's options that bring in what stands elsewhere."""
MAX_REQUIREMENT_LENGTH = 1000
"""Characters of a line that are parsed; a longer one is no requirement."""
INLINE_METADATA = re.compile(r"^# /// script\s*\n(?P<toml>(?:#(?: .*)?\n)+?)# ///\s*$", re.MULTILINE)
"""The metadata of a script that stands alone (PEP 723)."""


def parse_manifest(path: str, text: str) -> list[str] | None:
    """The declared distributions, some with ``[extra]``; None where some line or the whole file cannot be read."""
    return _parse_pyproject(text) if path.endswith(".toml") else _parse_requirements(text)


def parse_inline_metadata(text: str) -> list[str] | None:
    """What the metadata in a script's comments declares; empty without any, None where it cannot be read."""
    block = INLINE_METADATA.search(text)
    if block is None:
        return []
    try:
        table = load_toml("\n".join(line[2:] for line in block["toml"].split("\n")))
    except (ValueError, RecursionError):
        return None
    return _parse_lines(_collect_strings(table.get("dependencies")))


def parse_requirement(line: str) -> Requirement | None:
    """One line of a requirements.txt as PEP 508 has it; None where it is something else, as a URL or ``-r``."""
    text = LINE_OPTIONS.sub("", REQUIREMENTS_COMMENT.sub("", line)).strip().removesuffix("\\")
    try:
        return Requirement(text) if len(text) <= MAX_REQUIREMENT_LENGTH else None
    except (InvalidRequirement, RecursionError):
        return None


def _parse_requirements(text: str) -> list[str] | None:
    names: list[str] = []
    # pip joins a line that ends in a backslash with the next.
    for line in text.replace("\\\n", " ").splitlines():
        option = line.lstrip()
        is_option = option.startswith("--") and not INCLUDING_OPTION.match(option)
        if is_option or not REQUIREMENTS_COMMENT.sub("", line).strip():
            continue
        requirement = parse_requirement(line)
        # A file that ``-r`` includes, or a URL, may declare anything: then nothing is known to be missing.
        if requirement is None:
            return None
        names += _names_with_extras(requirement)
    return names


def _parse_pyproject(text: str) -> list[str] | None:
    try:
        table = load_toml(text)
        project = _subtable(table, "project")
        if "dependencies" in _collect_strings(project.get("dynamic")):
            return None  # the build finds them elsewhere
        tools = _subtable(table, "tool")
        lines = [*_standard_requirements(table), *_tool_requirements(tools)]
        return [*_parse_lines(lines), *_named_extras(_subtable(tools, "poetry"))]
    except (ValueError, RecursionError):
        return None


def _parse_lines(lines: Iterable[str]) -> list[str]:
    requirements = map(parse_requirement, lines)
    return [name for requirement in requirements if requirement for name in _names_with_extras(requirement)]


def _standard_requirements(table: dict[str, Any]) -> list[str]:
    """Of PEP 621 and of PEP 735."""
    project = _subtable(table, "project")
    parts = [project.get("dependencies"), project.get("optional-dependencies"), table.get("dependency-groups")]
    return _collect_strings(parts)


def _tool_requirements(table: dict[str, Any]) -> Iterator[str]:
    """What stands in tables and lists for dependencies, whatever the tool: Poetry, PDM, Hatch, uv, Pixi, Flit."""
    for key, value in table.items():
        if key.endswith(("dependencies", "requires")):
            yield from _collect_strings(value)
            yield from value if isinstance(value, dict) else ()
            # PDM and Pixi have groups of lists or tables below.
            yield from (name for group in _subtables(value) for name in group)
        elif isinstance(value, dict):
            yield from _tool_requirements(value)


def _named_extras(table: dict[str, Any]) -> Iterator[str]:
    """Poetry's ``name = {extras = ["a"]}``, in all of its groups; one name may have several such tables."""
    for key, value in table.items():
        for entry in value if isinstance(value, list) else [value]:
            if not isinstance(entry, dict):
                continue
            extras = entry.get("extras")
            if isinstance(extras, list):
                name = canonicalize_name(key)
                yield from (f"{name}[{canonicalize_name(extra)}]" for extra in _collect_strings(extras))
            else:
                yield from _named_extras(entry)


def _collect_strings(node: object) -> list[str]:
    if isinstance(node, str):
        return [node]
    children: Iterable[object] = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [line for value in children for line in _collect_strings(value)]


def _subtable(table: dict[str, Any], key: str) -> dict[str, Any]:
    """Empty where there is none."""
    value = table.get(key)
    return value if isinstance(value, dict) else {}


def _subtables(value: object) -> Iterator[dict[str, Any]]:
    children: Iterable[object] = value.values() if isinstance(value, dict) else ()
    yield from (child for child in children if isinstance(child, dict))


def _names_with_extras(requirement: Requirement) -> Iterator[str]:
    name = canonicalize_name(requirement.name)
    yield name
    yield from (f"{name}[{canonicalize_name(extra)}]" for extra in requirement.extras)
