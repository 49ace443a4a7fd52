"""Files that HTML and style sheets name and that are not there."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from core.files.source_file import SourceFile
from core.review.checking.embedded_code import MARKUP_LANGUAGES, blank_out, embedded_code
from core.review.checking.problem import Problem, ProblemKind, problem_at
from core.review.checking.project_files import ProjectFiles, resolve_reference
from core.review.checking.web.markup import HtmlTag, find_tags, tag_attributes

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
EXTERNAL_REFERENCE = re.compile(r"^(?:[a-zA-Z][\w+.-]*:|//|[#?])|[{}<>$%*\\]|^\s*$")
"""References that lead out of the project, or that only a template or a script completes."""
OPTIONAL_LINK_REL = re.compile("icon|manifest|canonical|alternate", re.IGNORECASE)
"""Links that a page does without, or that a build adds."""
STYLESHEET_LANGUAGES = frozenset({"css", "scss", "less"})
CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
STYLE_REFERENCE = re.compile(
    r"@import\s+(?P<quote>[\"'])(?P<imported>[^\"'\n]+)(?P=quote)|url\(\s*(?P<mark>[\"']?)(?P<url>[^\"'()\n]+)(?P=mark)\s*\)"
)


def reference_problems(file: SourceFile, project: ProjectFiles) -> Iterator[Problem]:
    """Local files that the tags and styles of a file refer to."""
    if file.language in MARKUP_LANGUAGES:
        yield from _tag_problems(file, project)
        for part in embedded_code(file):
            yield from _style_problems(SourceFile(file.path, part.language, part.text), project)
    else:
        yield from _style_problems(file, project)


def _tag_problems(file: SourceFile, project: ProjectFiles) -> Iterator[Problem]:
    if file.language == "svelte":
        return
    for tag in find_tags(file.text):
        for reference in _tag_references(tag):
            is_bundled = file.language == "vue" and not reference.startswith(".")
            if not is_bundled and not _resolves(file.path, reference, project):
                yield problem_at(file.text, tag.offset, f"There is no file `{reference}`.", ProblemKind.IMPORT)


def _tag_references(tag: HtmlTag) -> Iterator[str]:
    name = tag.name.lower()
    if tag.kind != "open" or name not in REFERENCE_ATTRIBUTES:
        return
    values = tag_attributes(tag)
    if name == "link" and OPTIONAL_LINK_REL.search(values.get("rel", "")):
        return
    for attribute in REFERENCE_ATTRIBUTES[name]:
        reference = unquote(values.get(attribute, "")).strip()
        if name == "a" and not re.search(r"\.html?(?:[?#]|$)", reference):
            continue
        # From the root, servers give much that is no file; /src is where bundlers begin.
        if not EXTERNAL_REFERENCE.search(reference) and (
            not reference.startswith("/") or reference.startswith("/src/")
        ):
            yield reference


def _style_problems(file: SourceFile, project: ProjectFiles) -> Iterator[Problem]:
    if file.language not in STYLESHEET_LANGUAGES:
        return
    text = CSS_COMMENT.sub(lambda match: blank_out(match[0]), file.text)
    for match in STYLE_REFERENCE.finditer(text):
        reference = (match["imported"] or match["url"]).strip()
        if EXTERNAL_REFERENCE.search(reference) or reference.startswith(("/", "~", "@")):
            continue
        if match["imported"] and not (reference.startswith(".") and file.language == "css"):
            continue
        if not _resolves(file.path, reference, project):
            yield problem_at(file.text, match.start(), f"There is no file `{reference}`.", ProblemKind.IMPORT)


def _resolves(path: str, reference: str, project: ProjectFiles) -> bool:
    target_path = (
        resolve_reference(path, reference.lstrip("/"))
        if not reference.startswith("/")
        else resolve_reference("", reference[1:])
    )
    if target_path is None or target_path in project.paths or target_path in project.folders:
        return True
    return project.has_path_ending(re.sub(r"^(?:\.{0,2}/)+", "", re.split(r"[?#]", reference, maxsplit=1)[0]))
