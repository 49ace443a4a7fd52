"""Imports of the project's own Java classes that are not there."""

import re
from collections.abc import Iterator
from functools import lru_cache
from posixpath import commonpath

from core.files.source_file import SourceFile
from core.review.checking.problem import Kind, Problem, problem_at
from core.review.checking.project_files import Project

PACKAGE = re.compile(r"^\s*package\s+([\w.]+)", re.MULTILINE)
IMPORT = re.compile(r"^import\s+(?P<name>[\w.]+)\s*;", re.MULTILINE)
TYPE = re.compile(r"\b(?:class|interface|enum|record|object)\s+(\w+)")
WRITTEN_BY_TOOLS = re.compile(r"^Q[A-Z]|_$|Grpc$|MapperImpl$")


def java_import_problems(file: SourceFile, project: Project) -> Iterator[Problem]:
    """Imports below the package that all of the project's classes share."""
    if file.language != "java":
        return
    root, types = _own(tuple(other.text for other in project.files if other.language in ("java", "kotlin")))
    for match in IMPORT.finditer(file.text):
        name = next((part for part in match["name"].split(".") if part[:1].isupper()), "")
        strange = "generated" in match["name"] or WRITTEN_BY_TOOLS.search(name)
        if root and match["name"].startswith(f"{root}.") and name and name not in types and not strange:
            yield problem_at(file.text, match.start("name"), f"There is no class `{match['name']}`.", Kind.IMPORT)


@lru_cache(maxsize=4)
def _own(texts: tuple[str, ...]) -> tuple[str, frozenset[str]]:
    packages = [match[1].replace(".", "/") for text in texts if (match := PACKAGE.search(text))]
    shared = commonpath(packages).split("/") if packages else []
    types = frozenset(name for text in texts for name in TYPE.findall(text))
    return ".".join(shared) if len(shared) > 2 else "", types
