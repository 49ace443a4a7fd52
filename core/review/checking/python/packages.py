"""What requirements.txt and pyproject.toml declare, and what comes along with it."""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from posixpath import basename, dirname, split

from packaging.utils import canonicalize_name

from core.files.source_file import SourceFile
from core.review.checking.problem import Problem, ProblemKind
from core.review.checking.project_files import ProjectFiles, once_per_project, parent_folders
from core.review.checking.python.known_packages import (
    DISTRIBUTION_BY_MODULE,
    IMPLIED_DISTRIBUTIONS,
    OFTEN_BROUGHT_ALONG,
    OTHER_PROVIDERS,
    WELL_KNOWN_MODULES,
)
from core.review.checking.python.manifests import parse_inline_metadata, parse_manifest, parse_requirement

REQUIREMENTS_NAME = re.compile(r"requirements[^/]*\.(?:txt|in)")
UNSUPPORTED_MANIFESTS = (
    *("setup.py", "setup.cfg", "Pipfile", "environment.yml", "environment.yaml", "conda.yml", "conda.yaml"),
    *("pixi.toml", "meta.yaml", "recipe.yaml", "BUILD", "BUILD.bazel"),
)
"""Manifests that are not read here: beside one of them, nothing is known to be undeclared."""
INSTALLED_BY_ITSELF = re.compile(r"\bpip3?\b.{0,20}\binstall\b")
"""What a script that installs packages needs stands in no manifest."""
KNOWN_DISTRIBUTIONS = frozenset(
    canonicalize_name(name)
    for name in (
        "python",  # Poetry has it among the dependencies
        *(DISTRIBUTION_BY_MODULE.get(module, module) for module in WELL_KNOWN_MODULES),
        *(
            name
            for entry in IMPLIED_DISTRIBUTIONS.items()
            for text in entry
            for name in text.split()
            if "[" not in name
        ),
        *(name for names in OTHER_PROVIDERS.values() for name in names.split()),
    )
)
"""Distributions of which it is known what they bring along."""


@dataclass(frozen=True, slots=True)
class PythonDependencies:
    """``distributions`` are canonical names, some with ``[extra]``; ``letters`` are these without hyphens, one a line.

    ``manifest_path`` is the manifest to name where something is not declared. ``is_known``: it is known of each what
    it brings along.
    """

    manifest_path: str
    distributions: frozenset[str]
    letters: str
    is_known: bool


class StandardLibraryRequirements:
    """Lines of a requirements.txt that name a part of Python: the index has no such package, or a stranger's."""

    def find_problems(self, file: SourceFile, _: ProjectFiles, /) -> Iterator[Problem]:
        """One problem for each such line."""
        name = basename(file.path)
        if not (name.startswith("requirements") and name.endswith(".txt")):
            return
        for number, line in enumerate(file.text.split("\n"), 1):
            requirement = parse_requirement(line)
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
            declared = parse_manifest(path, project.texts[path]) if path in project.texts else None
            if declared is None:
                return None
            names += declared
    return _to_dependencies(manifest_path, names) if manifest_path else None


def dependencies_of_script(text: str, declared: PythonDependencies | None) -> PythonDependencies | None:
    """What a file may import: ``declared``, and what its own head names (PEP 723); None where that is not known."""
    if declared is None or INSTALLED_BY_ITSELF.search(text):
        return None
    own = parse_inline_metadata(text)
    if own is None:
        return None
    return _to_dependencies(declared.manifest_path, [*own, *declared.distributions]) if own else declared


def distribution_of(module: str) -> str:
    """The distribution to install for an import."""
    return DISTRIBUTION_BY_MODULE.get(module, module)


def is_well_known(module: str) -> bool:
    """Whether an import means a package that everybody has heard of."""
    return module in WELL_KNOWN_MODULES


def is_declared(module: str, declared: PythonDependencies) -> bool:
    """Whether some declared distribution is, or by its name may be, the one of this import."""
    providers = (distribution_of(module), *OTHER_PROVIDERS.get(module, "").split())
    if any(canonicalize_name(provider) in declared.distributions for provider in providers):
        return True
    # Distributions have longer names than their imports: python-x, x-sdk, django-x, types-x.
    return re.sub(r"[\W_]", "", module.lower()) in declared.letters


def is_surely_undeclared(module: str, declared: PythonDependencies) -> bool:
    """Whether an import certainly has no declared distribution, nor one that another brings along."""
    if not is_well_known(module) or is_declared(module, declared):
        return False
    return module not in OFTEN_BROUGHT_ALONG or declared.is_known


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
        is_pyproject = name == "pyproject.toml" and "dependencies" in project.texts.get(path, "dependencies")
        if is_pyproject or REQUIREMENTS_NAME.fullmatch(name):
            manifests.setdefault(folder, []).append(path)
        # requirements/dev.txt is for the folder above.
        if basename(folder) == "requirements" and name.endswith((".txt", ".in")):
            manifests.setdefault(dirname(folder), []).append(path)
    return manifests


def _to_dependencies(manifest_path: str, names: Iterable[str]) -> PythonDependencies:
    distributions = frozenset(_add_implied(names))
    # One text with a name a line: no import holds a line end, so none matches across two names.
    letters = "\n".join(distributions).replace("-", "")
    is_known = all(name.partition("[")[0] in KNOWN_DISTRIBUTIONS for name in distributions)
    return PythonDependencies(manifest_path, distributions, letters, is_known)


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
