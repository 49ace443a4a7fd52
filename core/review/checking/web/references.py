"""Files that HTML and style sheets refer to and that are not there."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from core.files.css import css_references
from core.files.html import StartTag, read_html
from core.files.references import find_referenced
from core.files.source_file import SourceFile
from core.review.checking.problem import Problem, ProblemKind, problem_at
from core.review.checking.project_files import ProjectFiles
from core.review.checking.templates import is_template
from core.review.checking.web.embedded_code import MARKUP_LANGUAGES, embedded_code

REFERENCE_ATTRIBUTES = {
    "a": ("href",),
    "audio": ("src",),
    "iframe": ("src",),
    "img": ("src",),
    "link": ("href",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src",),
    "track": ("src",),
    "video": ("src", "poster"),
}
EXTERNAL_REFERENCE = re.compile(r"^(?:[a-zA-Z][\w+.-]*:|//|[#?])|[{}<>$%*|\\]|^\s*$")
"""References that lead out of the project, or that a template or a script completes."""
NEEDED_LINK_REL = re.compile(r"\b(?:stylesheet|modulepreload)\b", re.IGNORECASE)
"""Links that a page cannot do without."""
HTML_PATH = re.compile(r"\.html?(?:[?#]|$)")
STYLESHEET_LANGUAGES = frozenset({"css", "scss", "less"})


class WebReferences:
    """Local files that the tags and style sheets of a file refer to."""

    def find_problems(self, file: SourceFile, project: ProjectFiles, /) -> Iterator[Problem]:
        """One problem for each reference to a file that is not there."""
        if file.language in MARKUP_LANGUAGES:
            yield from _tag_problems(file, project)
            for part in embedded_code(file):
                yield from _style_problems(SourceFile(file.path, part.language, part.text), project)
        else:
            yield from _style_problems(file, project)


def _tag_problems(file: SourceFile, project: ProjectFiles) -> Iterator[Problem]:
    # What a template becomes is served from another place than where it lies.
    if file.language == "svelte" or is_template(file) or "template" in file.path:
        return
    for token in read_html(file.text, components=True):
        if not isinstance(token, StartTag):
            continue
        for reference in _tag_references(token):
            # Bundlers give other names a meaning of their own, such as ``@/``.
            is_alias = file.language == "vue" and not reference.startswith(".")
            if not is_alias and not _exists(reference, file.path, project):
                yield problem_at(file.text, token.start, _missing(reference), ProblemKind.IMPORT)


def _tag_references(tag: StartTag) -> Iterator[str]:
    name = tag.name.lower()
    if name not in REFERENCE_ATTRIBUTES or (name == "link" and not NEEDED_LINK_REL.search(tag.attribute("rel"))):
        return
    for attribute in REFERENCE_ATTRIBUTES[name]:
        reference = unquote(tag.attribute(attribute)).strip()
        # A server gives routes to links, and much below its root that is no file; /src is where bundlers begin.
        is_file = name != "a" or HTML_PATH.search(reference)
        is_rooted = reference.startswith("/") and not reference.startswith("/src/")
        if is_file and not is_rooted and not EXTERNAL_REFERENCE.search(reference):
            yield reference


def _style_problems(file: SourceFile, project: ProjectFiles) -> Iterator[Problem]:
    if file.language not in STYLESHEET_LANGUAGES:
        return
    for reference in css_references(file.text):
        target = reference.target
        if EXTERNAL_REFERENCE.search(target) or target.startswith(("/", "~", "@")):
            continue
        # Sass and Less resolve the imports of theirs by rules of their own; a bare name may be a package.
        if reference.is_import and not (target.startswith(".") and file.language == "css"):
            continue
        if not _exists(target, file.path, project):
            yield problem_at(file.text, reference.start, _missing(target), ProblemKind.IMPORT)


def _missing(reference: str) -> str:
    return f"There is no file `{reference}`."


def _exists(reference: str, path: str, project: ProjectFiles) -> bool:
    """Whether a file may be meant: one that is there, that a build makes, or that a server has at another root."""
    resolved = project.resolve(reference, path)
    if resolved is None or resolved in project.folders or find_referenced(reference, path, project.paths):
        return True
    return project.has_path_ending(re.sub(r"^(?:\.{0,2}/)+", "", re.split(r"[?#]", reference, maxsplit=1)[0]))
