"""Imports of the project's own Java classes that are not there."""

import re
from collections.abc import Iterator
from posixpath import commonpath

from core.files.source_file import SourceFile
from core.review.checking.problem import Problem, ProblemKind, problem_at
from core.review.checking.project_files import ProjectFiles, once_per_project

PACKAGE_DECLARATION = re.compile(r"^[ \t]*package\s+(\w+(?:\.\w+)*)", re.MULTILINE)
IMPORT_STATEMENT = re.compile(r"^import\s+(?P<name>[\w.]+)\s*;", re.MULTILINE)
TYPE_DECLARATION = re.compile(r"\b(?:class|interface|enum|record|object)\s+(\w+)")
GENERATED_NAME = re.compile(r"^Q[A-Z]|_$|Grpc$|MapperImpl$")
"""Classes that QueryDSL, JPA's metamodel, gRPC and MapStruct generate."""
MIN_BASE_PACKAGE_NAMES = 3
"""``com.example.app``: classes below a shorter package may come from elsewhere."""


class JavaImports:
    """Imports of classes below the package that all of the project's classes share."""

    def find_problems(self, file: SourceFile, project: ProjectFiles, /) -> Iterator[Problem]:
        """One problem for each import of a class that no file declares."""
        is_known = file.language == "java" and not project.leaves_out(".java", ".kt")
        base_package = _base_package(project) if is_known else ""
        if not base_package:
            return
        for match in IMPORT_STATEMENT.finditer(file.text):
            name = match["name"]
            if name.startswith(f"{base_package}.") and _is_missing(name, project):
                yield problem_at(file.text, match.start("name"), f"There is no class `{name}`.", ProblemKind.IMPORT)


def _is_missing(name: str, project: ProjectFiles) -> bool:
    # The first capital begins the name of a type; what follows it are the type's own members.
    type_name = next((part for part in name.split(".") if part[:1].isupper()), "")
    is_generated = "generated" in name or GENERATED_NAME.search(type_name)
    return type_name != "" and not is_generated and type_name not in _declared_types(project)


@once_per_project
def _base_package(project: ProjectFiles) -> str:
    """The package that all files share; empty where it is too short."""
    declarations = filter(None, map(PACKAGE_DECLARATION.search, _java_texts(project)))
    # As paths: commonpath compares whole names, so com.app and com.apple share com alone.
    packages = [match[1].replace(".", "/") for match in declarations]
    shared = commonpath(packages).split("/") if packages else []
    return ".".join(shared) if len(shared) >= MIN_BASE_PACKAGE_NAMES else ""


@once_per_project
def _declared_types(project: ProjectFiles) -> frozenset[str]:
    return frozenset(name for text in _java_texts(project) for name in TYPE_DECLARATION.findall(text))


def _java_texts(project: ProjectFiles) -> list[str]:
    # Kotlin and Java import each other's classes.
    return [file.text for file in project.files if file.language in ("java", "kotlin")]
