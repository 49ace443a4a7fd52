"""Scripts that look for an element which no page of the project has: their first use of it stops them."""

import re
from collections.abc import Iterator

from core.files.source_file import SourceFile
from core.review.checking.problem import Kind, Problem, problem_at
from core.review.checking.project_files import Project

LANGUAGES = frozenset({"html", "javascript", "typescript"})
SOUGHT = re.compile(
    r"getElementById\(\s*([\"'`])(?P<id>[\w-]+)\1\s*\)(?!\s*\?)"
    r"|querySelector\(\s*([\"'`])#(?P<selected>[\w-]+)\3\s*\)(?!\s*\?)"
)
GIVEN = re.compile(r"""\bid\b["']?\s*(?:[=:]|,)\s*["'`]?(?P<id>[\w-]+)""", re.IGNORECASE)
MADE = re.compile(
    r"""\bid\s*=\s*["']?[^"'>\n]*\$\{|\bid\s*=\s*["']?\s*\{|\.id\s*=\s*[^"'`\s=]"""
    r"""|["']id["']\s*,\s*[^"'\s]"""
)
"""Ids that a script puts together: then nobody knows which there are."""


def missing_elements(file: SourceFile, project: Project) -> Iterator[Problem]:
    """The first place of each id that is looked for and that nothing has."""
    pages = [text for path, text in project.texts.items() if path.endswith((".html", ".htm"))]
    if file.language not in LANGUAGES or not pages or "package.json" in project.paths:
        return
    if any(MADE.search(text) for text in project.texts.values()):
        return
    given = {match["id"] for text in project.texts.values() for match in GIVEN.finditer(text)}
    for match in SOUGHT.finditer(file.text):
        name = match["id"] or match["selected"]
        if name not in given:
            given.add(name)
            yield problem_at(file.text, match.start(), f"No element has the id `{name}`.", Kind.ELEMENT)
