"""Scripts that look for an element which no page has: their first use of the result stops them."""

import re
from collections.abc import Iterator

from core.files.html import RawText, StartTag, UnfinishedTag, read_html
from core.files.source_file import SourceFile
from core.review.checking.problem import Problem, ProblemKind, problem_at
from core.review.checking.project_files import ProjectFiles, once_per_project
from core.review.checking.templates import is_template

ID_LOOKUP_LANGUAGES = frozenset({"html", "javascript", "typescript"})
ID_LOOKUP = re.compile(
    r"getElementById\(\s*([\"'`])(?P<id>[\w-]+)\1\s*\)(?!\s*\?)"
    r"|querySelector\(\s*([\"'`])#(?P<selected>[\w-]+)\3\s*\)(?!\s*\?)"
)
"""A lookup whose result is used; ``?.`` after it expects that there may be none."""
ID_DEFINITION = re.compile(r"""\bid\b["']?\s*(?:[=:]|,)\s*["'`]?(?P<id>[\w-]+)""", re.IGNORECASE)
"""How scripts and the markup in them give an element its id: ``id="x"``, ``id: "x"``, ``setAttribute("id", "x")``."""
DYNAMIC_ID = re.compile(
    r"""\bid\s*+=\s*+["']?+(?:[^"'>\n]{0,200}\$\{|\s*+\{)|\.id\s*+=\s*+[^"'`\s=]"""
    r"""|["']id["']\s*+,\s*+[^"'\s]"""
)
"""An id that a script puts together. The bound and "*+" keep the time proportional to the text."""


class MissingElements:
    """Ids that a script of a page looks for and that no element of the project has."""

    def find_problems(self, file: SourceFile, project: ProjectFiles, /) -> Iterator[Problem]:
        """One problem for the first lookup of each such id."""
        defined_ids = _defined_ids(project) if file.language in ID_LOOKUP_LANGUAGES else None
        if defined_ids is None:
            return
        missing: set[str] = set()
        for match in ID_LOOKUP.finditer(file.text):
            element_id = match["id"] or match["selected"]
            if element_id not in defined_ids and element_id not in missing:
                missing.add(element_id)
                yield problem_at(
                    file.text, match.start(), f"No element has the id `{element_id}`.", ProblemKind.ELEMENT
                )


@once_per_project
def _defined_ids(project: ProjectFiles) -> frozenset[str] | None:
    """The ids in all files; None where there may be others: a framework renders the page, or a script composes ids."""
    has_page = any(path.endswith((".html", ".htm")) for path in project.paths)
    if not has_page or "package.json" in project.paths:
        return None
    if any(DYNAMIC_ID.search(file.text) for file in project.files):
        return None
    return frozenset(found for file in project.files for found in _ids_in_file(file))


def _ids_in_file(file: SourceFile) -> Iterator[str]:
    if file.language != "html" or is_template(file):
        # What the tags of a template become is not known, so all of it is read as code.
        yield from _ids_in_code(file.text)
        return
    for token in read_html(file.text):
        match token:
            case StartTag():
                yield token.attribute("id")
                for attribute in token.attributes:
                    yield from _ids_in_code(attribute.value)
            case RawText():
                yield from _ids_in_code(file.text[token.start : token.end])
            case UnfinishedTag():
                # Browsers read it otherwise than we do, so any id in the page may be that of an element.
                yield from _ids_in_code(file.text)
                return
            case _:
                pass


def _ids_in_code(text: str) -> Iterator[str]:
    return (match["id"] for match in ID_DEFINITION.finditer(text))
