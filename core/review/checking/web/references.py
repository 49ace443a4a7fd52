"""Files that HTML and style sheets name and that are not there."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from core.files.source_file import SourceFile
from core.review.checking.embedded_code import HOLDERS, blank, parts
from core.review.checking.problem import Kind, Problem, problem_at
from core.review.checking.project_files import Project, target
from core.review.checking.web.markup import Tag, attributes, tags

ATTRIBUTES = {
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
ELSEWHERE = re.compile(r"^(?:[a-zA-Z][\w+.-]*:|//|[#?])|[{}<>$%*\\]|^\s*$")
"""References that lead out of the project, or that only a template or a script completes."""
NOT_MISSED = re.compile("icon|manifest|canonical|alternate", re.IGNORECASE)
"""Links that a page does without, or that a build adds."""
STYLES = frozenset({"css", "scss", "less"})
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
STYLE_REFERENCE = re.compile(
    r"@import\s+(?P<quote>[\"'])(?P<imported>[^\"'\n]+)(?P=quote)|url\(\s*(?P<mark>[\"']?)(?P<url>[^\"'()\n]+)(?P=mark)\s*\)"
)


def reference_problems(file: SourceFile, project: Project) -> Iterator[Problem]:
    """Local files that the tags and styles of a file refer to."""
    if file.language in HOLDERS:
        yield from _of_tags(file, project)
        for part in parts(file):
            yield from _of_styles(SourceFile(file.path, part.language, part.text), project)
    else:
        yield from _of_styles(file, project)


def _of_tags(file: SourceFile, project: Project) -> Iterator[Problem]:
    if file.language == "svelte":
        return
    for tag in tags(file.text):
        for reference in _references(tag):
            bundled = file.language == "vue" and not reference.startswith(".")
            if not bundled and not _is_there(file.path, reference, project):
                yield problem_at(file.text, tag.place, f"There is no file `{reference}`.", Kind.IMPORT)


def _references(tag: Tag) -> Iterator[str]:
    name = tag.name.lower()
    if tag.kind != "open" or name not in ATTRIBUTES:
        return
    known = attributes(tag)
    if name == "link" and NOT_MISSED.search(known.get("rel", "")):
        return
    for attribute in ATTRIBUTES[name]:
        reference = unquote(known.get(attribute, "")).strip()
        if name == "a" and not re.search(r"\.html?(?:[?#]|$)", reference):
            continue
        # From the root, servers give much that is no file; /src is where bundlers begin.
        if not ELSEWHERE.search(reference) and (not reference.startswith("/") or reference.startswith("/src/")):
            yield reference


def _of_styles(file: SourceFile, project: Project) -> Iterator[Problem]:
    if file.language not in STYLES:
        return
    text = COMMENT.sub(lambda match: blank(match[0]), file.text)
    for match in STYLE_REFERENCE.finditer(text):
        reference = (match["imported"] or match["url"]).strip()
        if ELSEWHERE.search(reference) or reference.startswith(("/", "~", "@")):
            continue
        if match["imported"] and not (reference.startswith(".") and file.language == "css"):
            continue
        if not _is_there(file.path, reference, project):
            yield problem_at(file.text, match.start(), f"There is no file `{reference}`.", Kind.IMPORT)


def _is_there(path: str, reference: str, project: Project) -> bool:
    place = target(path, reference.lstrip("/")) if not reference.startswith("/") else target("", reference[1:])
    if place is None or place in project.paths or place in project.folders:
        return True
    return project.ends_with(re.sub(r"^(?:\.{0,2}/)+", "", re.split(r"[?#]", reference, maxsplit=1)[0]))
