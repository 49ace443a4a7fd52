"""Scripts and style sheets of a project that its one page does not link."""

import re
from collections.abc import Iterator
from posixpath import basename, dirname, relpath

from core.files.html import StartTag, read_html
from core.files.references import resolve_reference
from core.files.source_file import SourceFile
from core.review.repairs.adjustment import Adjustment, AdjustmentKind
from core.review.repairs.workspace import Change, Workspace

PLAIN_STACK = "html"
TEST_NAME = re.compile(r"[._-](?:test|spec|config|worker|sw)\.|^(?:sw|service-worker|worker|server)\.", re.IGNORECASE)
MODULE_SYNTAX = re.compile(r"^[ \t]*(?:import\s*[\w{*\"']|export\s+[\w{*])", re.MULTILINE)
HEAD_END = re.compile(r"</head\s*>", re.IGNORECASE)
BODY_END = re.compile(r"</body\s*>", re.IGNORECASE)


def link_files(workspace: Workspace) -> Iterator[Change]:
    """Link the one script, and the one style sheet, that no file of a plain page refers to."""
    pages = [file for file in workspace.project.files if file.language == "html"]
    if workspace.stack != PLAIN_STACK or len(pages) != 1 or pages[0] not in workspace.repairable:
        return
    page, text, adjustments = pages[0], pages[0].text, []
    for language in ("css", "javascript"):
        path = _unlinked(page, language, workspace)
        if path is None:
            continue
        place = relpath(path, dirname(page.path) or ".")
        tag = _script_tag(place, workspace) if language == "javascript" else f'<link rel="stylesheet" href="{place}">'
        changed = _insert(text, tag, BODY_END if language == "javascript" else HEAD_END)
        if changed:
            text = changed
            adjustments.append(Adjustment(AdjustmentKind.LINK, tag))
    if adjustments:
        yield Change(page.path, text, tuple(adjustments))


def _unlinked(page: SourceFile, language: str, workspace: Workspace) -> str | None:
    """The one file of a language that nothing mentions; None where the page links or holds some already."""
    tags = [token for token in read_html(page.text) if isinstance(token, StartTag)]
    if any(_brings(tag, language) for tag in tags):
        return None
    files = [file for file in workspace.project.files if file.language == language and not TEST_NAME.search(file.path)]
    if len(files) != 1:
        return None
    name = basename(files[0].path)
    return None if any(name in file.text for file in workspace.project.files) else files[0].path


def _brings(tag: StartTag, language: str) -> bool:
    """Whether a tag brings code of a language of the app's own."""
    match tag.name.lower():
        case "script":
            source = tag.attribute("src")
            return language == "javascript" and (not source or resolve_reference(source, "") is not None)
        case "link":
            own = resolve_reference(tag.attribute("href"), "") is not None
            return language == "css" and "stylesheet" in tag.attribute("rel").lower() and own
        case name:
            return language == "css" and name == "style"


def _script_tag(place: str, workspace: Workspace) -> str:
    text = next((file.text for file in workspace.project.files if file.path.endswith(basename(place))), "")
    kind = ' type="module"' if MODULE_SYNTAX.search(text) else " defer"
    return f'<script{kind} src="{place}"></script>'


def _insert(text: str, tag: str, end: re.Pattern[str]) -> str | None:
    """The page with a tag before the last such end; None where it has none."""
    match = next(reversed(list(end.finditer(text))), None)
    return f"{text[: match.start()]}{tag}\n{text[match.start() :]}" if match else None
