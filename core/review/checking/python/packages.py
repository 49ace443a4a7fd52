"""What requirements.txt and pyproject.toml declare, and what comes along with it."""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from posixpath import basename, dirname, split
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from core.files.source_file import SourceFile
from core.review.checking.data_formats import load_toml
from core.review.checking.problem import Problem, ProblemKind
from core.review.checking.project_files import ProjectFiles, once_per_project, parent_folders
from core.review.checking.python.known_packages import (
    DISTRIBUTION_BY_MODULE,
    IMPLIED_DISTRIBUTIONS,
    WELL_KNOWN_MODULES,
)

REQUIREMENTS_NAME = re.compile(r"requirements[^/]*\.(?:txt|in)")
UNSUPPORTED_MANIFESTS = ("setup.py", "setup.cfg", "Pipfile", "environment.yml", "environment.yaml")
"""Manifests that are not read here: beside one of them, nothing is known to be undeclared."""
REQUIREMENTS_COMMENT = re.compile(r"(?:^|\s)#.*")
LINE_OPTIONS = re.compile(r"\s--?[a-z].*")
"""pip's options for one requirement, such as ``--hash``."""
MAX_REQUIREMENT_LENGTH = 1000
"""Characters of a line that are parsed; a longer one is no requirement."""


@dataclass(frozen=True, slots=True)
class PythonDependencies:
    """``distributions`` are canonical names, some with ``[extra]``; ``letters`` are these without hyphens, one a line.

    ``manifest_path`` is the manifest to name where something is not declared.
    """

    manifest_path: str
    distributions: frozenset[str]
    letters: str


class StandardLibraryRequirements:
    """Lines of a requirements.txt that name a part of Python: the index has no such package, or a stranger's."""

    def find_problems(self, file: SourceFile, _: ProjectFiles, /) -> Iterator[Problem]:
        """One problem for each such line."""
        name = basename(file.path)
        if not (name.startswith("requirements") and name.endswith(".txt")):
            return
        for number, line in enumerate(file.text.split("\n"), 1):
            requirement = _parse_requirement(line)
            if requirement and requirement.name.replace("-", "_") in sys.stdlib_module_names:
                message = f"`{requirement.name}` is a part of Python: leave this line out."
                yield Problem(number, 1, message, ProblemKind.DEPENDENCY)


@once_per_project
def declared_dependencies(project: ProjectFiles, folder: str) -> PythonDependencies | None:
    """What the manifests in ``folder`` and above declare; None without one, or where one cannot be read."""
    names: list[str] = []
    manifest_path = ""
    if folder and folder not in _folders_with_manifest(project):
        # The result for its parent is cached: a project may have a thousand folders and one large manifest.
        return declared_dependencies(project, dirname(folder))
    for parent in (folder, *parent_folders(folder)):
        if any(f"{parent}/{name}".lstrip("/") in project.paths for name in UNSUPPORTED_MANIFESTS):
            return None
        for path in _manifests_by_folder(project).get(parent, ()):
            manifest_path = manifest_path or path
            declared = _parse_manifest(path, project.texts[path])
            if declared is None:
                return None
            names += declared
    distributions = frozenset(_add_implied(names))
    # One text with a name a line: no import holds a line end, so none matches across two names.
    letters = "\n".join(distributions).replace("-", "")
    return PythonDependencies(manifest_path, distributions, letters) if manifest_path else None


def distribution_of(module: str) -> str:
    """The distribution to install for an import."""
    return DISTRIBUTION_BY_MODULE.get(module, module)


def is_well_known(module: str) -> bool:
    """Whether an import means a package that everybody has heard of."""
    return module in WELL_KNOWN_MODULES


def is_declared(module: str, declared: PythonDependencies) -> bool:
    """Whether some declared distribution is, or by its name may be, the one of this import."""
    if canonicalize_name(distribution_of(module)) in declared.distributions:
        return True
    # Distributions have longer names than their imports: python-x, x-sdk, django-x, types-x.
    return re.sub(r"[\W_]", "", module.lower()) in declared.letters


@once_per_project
def _folders_with_manifest(project: ProjectFiles) -> frozenset[str]:
    """The folders with a manifest of any kind, read here or not."""
    unsupported = (dirname(path) for path in project.paths if basename(path) in UNSUPPORTED_MANIFESTS)
    return frozenset([*_manifests_by_folder(project), *unsupported])


@once_per_project
def _manifests_by_folder(project: ProjectFiles) -> dict[str, list[str]]:
    """Paths by the folder that they are for, pyproject.toml last."""
    manifests: dict[str, list[str]] = {}
    for path in sorted(project.paths, key=lambda path: ("pyproject" in path, path)):
        folder, name = split(path)
        is_pyproject = name == "pyproject.toml" and "dependencies" in project.texts[path]
        if is_pyproject or REQUIREMENTS_NAME.fullmatch(name):
            manifests.setdefault(folder, []).append(path)
        # requirements/dev.txt is for the folder above.
        if basename(folder) == "requirements" and name.endswith(".txt"):
            manifests.setdefault(dirname(folder), []).append(path)
    return manifests


def _parse_manifest(path: str, text: str) -> list[str] | None:
    """The declared names, None where some line or the whole file cannot be read."""
    if path.endswith(".toml"):
        return _parse_pyproject(text)
    names: list[str] = []
    # pip joins a line that ends in a backslash with the next.
    for line in text.replace("\\\n", " ").splitlines():
        if not REQUIREMENTS_COMMENT.sub("", line).strip() or line.lstrip().startswith("--"):
            continue
        requirement = _parse_requirement(line)
        # A file that ``-r`` includes, or a URL, may declare anything: then nothing is known to be missing.
        if requirement is None:
            return None
        names += _names_with_extras(requirement)
    return names


def _parse_requirement(line: str) -> Requirement | None:
    """One line of a requirements.txt as PEP 508 has it; None where it is something else, as a URL or ``-r``."""
    text = LINE_OPTIONS.sub("", REQUIREMENTS_COMMENT.sub("", line)).strip().removesuffix("\\")
    try:
        return Requirement(text) if len(text) <= MAX_REQUIREMENT_LENGTH else None
    except (InvalidRequirement, RecursionError):
        return None


def _parse_pyproject(text: str) -> list[str] | None:
    try:
        table = load_toml(text)
        lines = [*_standard_requirements(table), *_poetry_dependencies(_subtable(_subtable(table, "tool"), "poetry"))]
    except (ValueError, RecursionError):
        return None
    requirements = map(_parse_requirement, lines)
    return [name for requirement in requirements if requirement for name in _names_with_extras(requirement)]


def _standard_requirements(table: dict[str, Any]) -> list[str]:
    """Of PEP 621 and of PEP 735."""
    project = _subtable(table, "project")
    parts = [project.get("dependencies"), project.get("optional-dependencies"), table.get("dependency-groups")]
    return _collect_strings(parts)


def _collect_strings(node: object) -> list[str]:
    if isinstance(node, str):
        return [node]
    children: Iterable[object] = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [line for value in children for line in _collect_strings(value)]


def _poetry_dependencies(table: dict[str, Any]) -> list[str]:
    sections = [_subtable(table, key) for key in table if key.endswith("dependencies")]
    groups = _subtable(table, "group")
    grouped = [name for key in groups for name in _poetry_dependencies(_subtable(groups, key))]
    return [*(name for section in sections for name in section), *grouped]


def _subtable(table: dict[str, Any], key: str) -> dict[str, Any]:
    """Empty where there is none."""
    value = table.get(key)
    return value if isinstance(value, dict) else {}


def _names_with_extras(requirement: Requirement) -> Iterator[str]:
    name = canonicalize_name(requirement.name)
    yield name
    yield from (f"{name}[{extra.lower()}]" for extra in requirement.extras)


def _add_implied(names: Iterable[str]) -> set[str]:
    """The distributions and those that come along; an extension of Flask or Django brings it."""
    seen: set[str] = set()
    queue = list(names)
    while queue:
        name = queue.pop()
        if name not in seen:
            seen.add(name)
            queue += IMPLIED_DISTRIBUTIONS.get(name, "").split()
            queue += [name.partition("-")[0]] if name.startswith(("flask-", "django-", "pytest-")) else []
            queue += ["django"] if name == "djangorestframework" else []
    return seen
