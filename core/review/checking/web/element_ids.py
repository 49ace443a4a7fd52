"""Scripts that look for an element which no page has: their first use of the result stops them."""

import re
from collections.abc import Iterator
from posixpath import basename

from core.files.html import RawText, StartTag, UnfinishedTag, read_html
from core.files.source_file import SourceFile
from core.review.checking.problem import Problem, ProblemKind
from core.review.checking.project_files import ProjectFiles, once_per_project
from core.review.checking.syntax_tree import parse_source
from core.review.checking.templates import is_template
from core.review.checking.web.element_lookups import find_lookups
from core.review.checking.web.embedded_code import embedded_code
from core.review.checking.web.imports import SCRIPT_SUFFIXES, WEB_TEST_PATH

LOOKUP_LANGUAGES = frozenset({"html", "javascript", "typescript"})
ID_LOOKUP = re.compile(r"\bdocument\s*\.\s*(?:getElementById|querySelector)\b")
IMPORTED_FILE = re.compile(r"""\b(?:import|from)\s*+(?:\(\s*+)?["']([^"'\n]++)["']""")
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
        defined_ids = _defined_ids(project) if file.language in LOOKUP_LANGUAGES else None
        if defined_ids is None or not _is_run_by_page(file, project):
            return
        missing: set[str] = set()
        for language, text in _scripts_of(file):
            source = parse_source(language, text) if ID_LOOKUP.search(text) else None
            if source is None:
                continue
            for lookup in find_lookups(source):
                if lookup.element_id not in defined_ids and lookup.element_id not in missing:
                    missing.add(lookup.element_id)
                    message = f"No element has the id `{lookup.element_id}`."
                    line, column = source.position(lookup.node)
                    yield Problem(line, column, message, ProblemKind.ELEMENT)


def _scripts_of(file: SourceFile) -> Iterator[tuple[str, str]]:
    """Language and text of each script."""
    if file.language != "html":
        yield file.language, file.text
        return
    yield from ((part.language, part.text) for part in embedded_code(file) if part.language in LOOKUP_LANGUAGES)


def _is_run_by_page(file: SourceFile, project: ProjectFiles) -> bool:
    """Whether a script runs in a page of the project: others, as those of browser extensions, see foreign pages."""
    if file.language == "html":
        return True
    named = _named_scripts(project)
    # Where the pages name no script at all, how the scripts get there is not in the project.
    return not WEB_TEST_PATH.search(file.path) and (not named or _stem(file.path) in named)


@once_per_project
def _named_scripts(project: ProjectFiles) -> frozenset[str]:
    """Of the project's scripts those, without their extensions, that a page or an import names."""
    pages = (file.text for file in project.files if file.language == "html")
    scripts = (file.text for file in project.files if file.language in LOOKUP_LANGUAGES - {"html"})
    imports = (name for text in scripts for name in IMPORTED_FILE.findall(text))
    words = {word for text in (*pages, *imports) for word in re.findall(r"[\w-]+", text)}
    return frozenset(words & {_stem(path) for path in project.paths if path.endswith(SCRIPT_SUFFIXES)})


def _stem(path: str) -> str:
    return basename(path).partition(".")[0]


@once_per_project
def _defined_ids(project: ProjectFiles) -> frozenset[str] | None:
    """The ids in all files; None where there may be others: a framework renders the page, or a script composes ids."""
    has_page = any(path.endswith((".html", ".htm")) for path in project.paths)
    if not has_page or "package.json" in project.paths or "manifest_version" in project.texts.get("manifest.json", ""):
        return None
    if project.leaves_out(*SCRIPT_SUFFIXES, ".html", ".htm"):
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
