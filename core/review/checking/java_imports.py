"""Imports of the project's own Java classes that are not there."""

import re
from collections.abc import Iterator
from functools import lru_cache
from posixpath import commonpath

from core.files.source_file import SourceFile
from core.review.checking.problem import Problem, ProblemKind, problem_at
from core.review.checking.project_files import ProjectFiles

PACKAGE_DECLARATION = re.compile(r"^\s*package\s+([\w.]+)", re.MULTILINE)
IMPORT_STATEMENT = re.compile(r"^import\s+(?P<name>[\w.]+)\s*;", re.MULTILINE)
TYPE_DECLARATION = re.compile(r"\b(?:class|interface|enum|record|object)\s+(\w+)")
GENERATED_NAME = re.compile(r"^Q[A-Z]|_$|Grpc$|MapperImpl$")


def java_import_problems(file: SourceFile, project: ProjectFiles) -> Iterator[Problem]:
    """Imports below the package that all of the project's classes share."""
    if file.language != "java":
        return
    base_package, types = _project_types(
        tuple(other.text for other in project.files if other.language in ("java", "kotlin"))
    )
    for match in IMPORT_STATEMENT.finditer(file.text):
        name = next((part for part in match["name"].split(".") if part[:1].isupper()), "")
        is_generated = "generated" in match["name"] or GENERATED_NAME.search(name)
        if (
            base_package
            and match["name"].startswith(f"{base_package}.")
            and name
            and name not in types
            and not is_generated
        ):
            yield problem_at(
                file.text, match.start("name"), f"There is no class `{match['name']}`.", ProblemKind.IMPORT
            )


@lru_cache(maxsize=4)
def _project_types(texts: tuple[str, ...]) -> tuple[str, frozenset[str]]:
    packages = [match[1].replace(".", "/") for text in texts if (match := PACKAGE_DECLARATION.search(text))]
    shared = commonpath(packages).split("/") if packages else []
    types = frozenset(name for text in texts for name in TYPE_DECLARATION.findall(text))
    return ".".join(shared) if len(shared) > 2 else "", types
