"""Scripts that look for an element which no page of the project has: their first use of it stops them."""

import re
from collections.abc import Iterator

from core.files.source_file import SourceFile
from core.review.checking.problem import Problem, ProblemKind, problem_at
from core.review.checking.project_files import ProjectFiles

CHECKED_LANGUAGES = frozenset({"html", "javascript", "typescript"})
ID_LOOKUP = re.compile(
    r"getElementById\(\s*([\"'`])(?P<id>[\w-]+)\1\s*\)(?!\s*\?)"
    r"|querySelector\(\s*([\"'`])#(?P<selected>[\w-]+)\3\s*\)(?!\s*\?)"
)
ID_DEFINITION = re.compile(r"""\bid\b["']?\s*(?:[=:]|,)\s*["'`]?(?P<id>[\w-]+)""", re.IGNORECASE)
DYNAMIC_ID = re.compile(
    r"""\bid\s*=\s*["']?[^"'>\n]*\$\{|\bid\s*=\s*["']?\s*\{|\.id\s*=\s*[^"'`\s=]"""
    r"""|["']id["']\s*,\s*[^"'\s]"""
)
"""Ids that a script puts together: then nobody knows which there are."""


def missing_element_problems(file: SourceFile, project: ProjectFiles) -> Iterator[Problem]:
    """The first place of each id that is looked for and that nothing has."""
    pages = [text for path, text in project.texts.items() if path.endswith((".html", ".htm"))]
    if file.language not in CHECKED_LANGUAGES or not pages or "package.json" in project.paths:
        return
    if any(DYNAMIC_ID.search(text) for text in project.texts.values()):
        return
    defined_ids = {match["id"] for text in project.texts.values() for match in ID_DEFINITION.finditer(text)}
    for match in ID_LOOKUP.finditer(file.text):
        element_id = match["id"] or match["selected"]
        if element_id not in defined_ids:
            defined_ids.add(element_id)
            yield problem_at(file.text, match.start(), f"No element has the id `{element_id}`.", ProblemKind.ELEMENT)
