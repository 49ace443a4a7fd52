"""One HTML document of a front end's files, complete in itself, for a frame without a network. No I/O.

Every sibling that the page refers to becomes a ``data:`` URL in its place. So no text of a sibling is read as markup
(a ``</script>`` in it ends nothing), and ``defer``, ``media`` and ``type`` keep their meaning. A ``data:`` URL is no
base for ``./other.js``, so modules import each other by names in an import map. References that a script makes while
it runs, ``srcset``, and references to absent files stay as they are.
"""

import html
import json
import posixpath
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from core.catalog.stacks import Stack
from core.errors import NotFound
from core.files.css import css_references
from core.files.html import Comment, Declaration, RawText, StartTag, read_html
from core.files.references import find_referenced
from core.files.source_file import SourceFile

MAX_INLINED_LENGTH = 16_000_000
"""Characters of siblings in one document: style sheets that import each other twice would double it each time."""
INLINING_COST = 200
"""Characters charged for every attempt to inline a sibling, so that attempts which find no room are bounded too."""
MAX_IMPORT_DEPTH = 20
"""Style sheets that import one another."""
MIME_TYPES = {
    ".css": "text/css",
    ".htm": "text/html",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
}

_DOCTYPE = re.compile("<!doctype[^>]*>", re.IGNORECASE)
_IMPORT_PATTERN = re.compile(r"""(\b(?:from|import)\s{0,9}(?:\(\s{0,9})?)(["'])((?:\.{1,2})?/[^"'\n]{1,2000})\2""")
_REFERENCE_ATTRIBUTES = {"src", "href", "xlink:href", "poster"}
_NAVIGATION_ELEMENTS = {"a", "area", "base", "iframe", "frame", "embed"}
"""Elements whose address is a page to go to, not a part of this one."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """``text`` instead of what stands from ``start`` to ``end``."""

    start: int
    end: int
    text: str


def build_document(files: Sequence[SourceFile], page: str = "index.html", script: str = "") -> str:
    """``page`` with its siblings inside; ``script`` runs before any script of the page. Raises NotFound."""
    inliner = _Inliner(files)
    if page not in inliner.texts:
        raise NotFound(f"There is no page {page} in this version.")
    text = inliner.inline_page(page)
    start = _doctype_end(text)
    # The import map stands before the first module, and the script before anything that the page runs.
    return text[:start] + _script_element(script, page) + inliner.import_map() + text[start:]


def find_start_page(paths: Iterable[str]) -> str | None:
    """Which of these files a visitor sees first: the ``index.html`` nearest to the root, else the first page."""
    pages = [path for path in paths if path.lower().endswith((".html", ".htm"))]
    rank = [(not _is_index(path), path.count("/")) for path in pages]
    return pages[rank.index(min(rank))] if pages else None


def preview_obstacle(stack: Stack) -> str | None:
    """Why a front end of this stack cannot run without a build; None where it can. ``stack.start`` builds it."""
    if stack.language == "HTML":
        return None
    return f"{stack.framework} has to be built before a browser can run it. Download the files, then in their folder:"


class _Inliner:
    """Puts siblings into one page, within one budget of characters."""

    def __init__(self, files: Iterable[SourceFile]) -> None:
        self.texts = {file.path: file.text for file in files}
        self._modules: list[str] = []
        self._known_modules: set[str] = set()
        self._remaining_length = MAX_INLINED_LENGTH

    def inline_page(self, page: str) -> str:
        """The text of ``page`` with its siblings in the place of the references to them."""
        return _apply(self._page_edits(page), self.texts[page])

    def import_map(self) -> str:
        """The modules that were named, and those that they name; must stand before the first of them."""
        imports: dict[str, str] = {}
        for path in self._modules:  # grows meanwhile
            if url := self._data_url(path, ()):
                imports[self._module_name(path)] = url
        return f'<script type="importmap">{json.dumps({"imports": imports})}</script>' if imports else ""

    def _page_edits(self, page: str) -> Iterator[_Edit]:
        text = self.texts[page]
        for token in read_html(text):
            match token:
                case StartTag():
                    yield from self._tag_edits(token, page)
                case RawText() if token.tag.name.lower() == "style":
                    yield _Edit(token.start, token.end, self._inline_css(text[token.start : token.end], page, ()))
                case RawText() if token.tag.name.lower() == "script":
                    yield _Edit(token.start, token.end, self._rewrite_imports(text[token.start : token.end], page))
                case _:
                    pass

    def _tag_edits(self, tag: StartTag, page: str) -> Iterator[_Edit]:
        name = tag.name.lower()
        is_module = name == "script" and tag.attribute("type").lower() == "module"
        for attribute in tag.attributes:
            value = attribute.value
            if attribute.name == "style" and "(" in value:
                yield _Edit(attribute.start, attribute.end, f'"{html.escape(self._inline_css(value, page, ()))}"')
            elif attribute.name in _REFERENCE_ATTRIBUTES and name not in _NAVIGATION_ELEMENTS:
                path = find_referenced(value, page, self.texts)
                if path and (url := self._module_entry_url(path) if is_module else self._data_url(path, ())):
                    yield _Edit(attribute.start, attribute.end, f'"{url}"')

    def _data_url(self, path: str, ancestors: tuple[str, ...]) -> str | None:
        """A file as a URL; None without room for it, and where it is one of the style sheets that import it."""
        text = self.texts[path]
        if path in ancestors or len(ancestors) > MAX_IMPORT_DEPTH or len(text) > self._remaining_length:
            return None
        # Charged before its own references are inlined, which are charged to the same budget.
        self._remaining_length -= len(text) + INLINING_COST
        mime = MIME_TYPES.get(posixpath.splitext(path)[1].lower(), "text/plain")
        if mime == "text/css":
            text = self._inline_css(text, path, (*ancestors, path))
        elif mime == "text/javascript":
            # Its path, because browsers would name the whole ``data:`` URL in errors.
            text = f"{self._rewrite_imports(text, path)}\n//# sourceURL={quote(path)}"
        return self._encode_data_url(mime, text)

    def _encode_data_url(self, mime: str, text: str) -> str | None:
        url = f"data:{mime};charset=utf-8;base64,{b64encode(text.encode('utf-8', 'replace')).decode()}"
        if len(url) > self._remaining_length:
            return None
        self._remaining_length -= len(url)
        return url

    def _module_entry_url(self, path: str) -> str | None:
        """A module that a tag names, as an import by name: others may import it too, and it must run once."""
        return self._encode_data_url("text/javascript", f"import {json.dumps(self._module_name(path))};")

    def _module_name(self, path: str) -> str:
        """The name by which modules import this one."""
        if path not in self._known_modules:
            self._known_modules.add(path)
            self._modules.append(path)
        return f"project:/{quote(path)}"

    def _rewrite_imports(self, text: str, base: str) -> str:
        def rewrite_import(found: re.Match[str]) -> str:
            path = find_referenced(found[3], base, self.texts)
            return f"{found[1]}{found[2]}{self._module_name(path)}{found[2]}" if path else found[0]

        return _IMPORT_PATTERN.sub(rewrite_import, text)

    def _inline_css(self, text: str, base: str, ancestors: tuple[str, ...]) -> str:
        return _apply(self._css_edits(text, base, ancestors), text)

    def _css_edits(self, text: str, base: str, ancestors: tuple[str, ...]) -> Iterator[_Edit]:
        for reference in css_references(text):
            path = find_referenced(reference.target, base, self.texts)
            if path and (url := self._data_url(path, ancestors)):
                yield _Edit(
                    reference.start, reference.end, f"@import url({url})" if reference.is_import else f"url({url})"
                )


def _apply(edits: Iterable[_Edit], text: str) -> str:
    """``text`` with edits, which come in its order and do not overlap."""
    parts: list[str] = []
    position = 0
    for edit in edits:
        parts += (text[position : edit.start], edit.text)
        position = edit.end
    return "".join([*parts, text[position:]])


def _doctype_end(text: str) -> int:
    """Where the doctype ends, 0 without one: a script before it would put the page into quirks mode."""
    position = 0
    for token in read_html(text):
        if text[position : token.start].strip(" \t\n\r\f\ufeff"):
            return 0
        if isinstance(token, Declaration):
            return token.end if _DOCTYPE.fullmatch(text, token.start, token.end) else 0
        if not isinstance(token, Comment):
            return 0
        position = token.end
    return 0


def _script_element(script: str, page: str) -> str:
    # Nothing else ends a script; in JavaScript's texts the backslash changes nothing.
    escaped = re.sub(r"</(?=script)", r"<\\/", script, flags=re.IGNORECASE)
    return f'<script data-page="{html.escape(page)}">{escaped}</script>' if script else ""


def _is_index(path: str) -> bool:
    return posixpath.basename(path).lower() in {"index.html", "index.htm"}
