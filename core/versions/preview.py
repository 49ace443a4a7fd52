"""One HTML document of a front end's files, complete in itself, for a frame without a network. No I/O.

Every sibling that the page names becomes a ``data:`` URL in its place. So nothing in a sibling is ever read as markup
(no ``</script>`` in it ends anything), and ``defer``, ``media`` and ``type`` keep their meaning. A ``data:`` URL is
no base for ``./other.js``: modules find each other by names in an import map. What a script names only while it runs,
and ``srcset``, stay as they are, as does what is absent.
"""

import html
import json
import posixpath
import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from urllib.parse import quote, unquote, urlsplit

from core.catalog.stacks import Stack
from core.errors import NotFound
from core.files.source_file import SourceFile

MAX_INLINED_LENGTH = 16_000_000
"""Characters of siblings in one document: style sheets that import each other twice would double it each time."""
INLINING_COST = 200
"""What of them a look at a sibling costs beside its length, also where its result finds no room."""
MAX_IMPORT_DEPTH = 20
"""Style sheets, one imported by the other."""
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

# Each of these patterns takes time in proportion to the text, whatever is in it: what has no end goes on to the text's.
_ATTRIBUTES_REGEX = r"""(?:"[^"]*(?:"|\Z)|'[^']*(?:'|\Z)|[^>"'])*+"""
_MARKUP_PATTERN = re.compile(
    rf"""<!--.*?(?:-->|\Z)
    | (?P<open><(?P<raw>script|style|textarea|title)(?=[\s/>]){_ATTRIBUTES_REGEX}>)
      (?P<body>.*?)(?P<close></(?P=raw)(?=[\s/>])|\Z)
    | <(?P<name>[a-z][^\s/>]*){_ATTRIBUTES_REGEX}(?:>|\Z)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE_PATTERN = re.compile(
    r"""(?<![^\s"'/])(?P<name>[^\s"'<>/=]++)(?P<is>\s*+=\s*+)(?P<value>"[^"]*"|'[^']*'|[^\s"'=<>`]+)"""
)
_DOCTYPE_PATTERN = re.compile(r"\A(?:\s++|\ufeff|<!--.*?-->)*+<!doctype[^>]*>", re.IGNORECASE | re.DOTALL)
_CSS_PATTERN = re.compile(
    r"""/\*.*?(?:\*/|\Z)
    | url\(\s{0,9}(?P<q1>["']?)(?P<url>[^()"'\s]{1,2000})(?P=q1)\s{0,9}\)
    | @import\s{1,9}(?P<q2>["'])(?P<sheet>[^"'\n]{1,2000})(?P=q2)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_IMPORT_PATTERN = re.compile(r"""(\b(?:from|import)\s{0,9}(?:\(\s{0,9})?)(["'])((?:\.{1,2})?/[^"'\n]{1,2000})\2""")
_REFERENCE_ATTRIBUTES = {"src", "href", "xlink:href", "poster"}
_NAVIGATION_ELEMENTS = {"a", "area", "base", "iframe", "frame", "embed"}
"""Elements whose address is a page to go to, not a part of this one."""


def build_document(files: Sequence[SourceFile], page: str = "index.html", script: str = "") -> str:
    """``page`` with its siblings inside; ``script`` runs before anything of it. Raises NotFound."""
    project = _PageInliner(files)
    if page not in project.texts:
        raise NotFound(f"There is no page {page} in this version.")
    text = _MARKUP_PATTERN.sub(lambda found: project.inline_markup(found, page), project.texts[page])
    start = (
        found.end() if (found := _DOCTYPE_PATTERN.match(text)) else 0
    )  # before it, it would put the page in quirks mode
    return text[:start] + _script_element(script, page) + project.import_map() + text[start:]


def find_start_page(paths: Iterable[str]) -> str | None:
    """Which of these files a visitor sees first: the ``index.html`` nearest to the root, else the first page."""
    pages = [path for path in paths if path.lower().endswith((".html", ".htm"))]
    rank = [(not _is_index(path), path.count("/")) for path in pages]
    return pages[rank.index(min(rank))] if pages else None


def preview_obstacle(stack: Stack) -> str | None:
    """Why a front end of this stack does not run as it is, in a sentence; ``stack.start`` is the way on."""
    if stack.language == "HTML":
        return None
    return f"{stack.framework} has to be built before a browser can run it. Download the files, then in their folder:"


class _PageInliner:
    def __init__(self, files: Iterable[SourceFile]) -> None:
        self.texts = {file.path: file.text for file in files}
        self._module_paths: list[str] = []
        self._remaining_length = MAX_INLINED_LENGTH

    def import_map(self) -> str:
        """The modules that were named, and those that they name; must stand before the first of them."""
        imports: dict[str, str] = {}
        for path in self._module_paths:  # grows meanwhile
            if url := self._data_url(path, ()):
                imports[self._module_name(path)] = url
        return f'<script type="importmap">{json.dumps({"imports": imports})}</script>' if imports else ""

    def inline_markup(self, match: re.Match[str], page: str) -> str:
        """A tag, an element of raw text, or a comment of ``page``, its siblings bound."""
        tag, element_name = match["open"], (match["raw"] or "").lower()
        if tag is None:
            return self._inline_tag(match[0], match["name"].lower(), page) if match["name"] else match[0]
        body = match["body"]
        if element_name == "style":
            body = self._inline_css(body, page, ())
        elif element_name == "script":
            body = self._rewrite_imports(body, page)
        return self._inline_tag(tag, element_name, page) + body + match["close"]

    def _inline_tag(self, tag: str, name: str, page: str) -> str:
        is_module = name == "script" and re.search(r"""\btype\s{0,9}=\s{0,9}["']?module\b""", tag, re.IGNORECASE)

        def inline_attribute(found: re.Match[str]) -> str:
            attribute, value = found["name"].lower(), html.unescape(found["value"].strip("\"'"))
            if attribute == "style" and "(" in value:
                return f'{found["name"]}="{html.escape(self._inline_css(value, page, ()))}"'
            if (
                attribute not in _REFERENCE_ATTRIBUTES
                or name in _NAVIGATION_ELEMENTS
                or not (path := self._resolve_reference(value, page))
            ):
                return found[0]
            url = self._module_entry_url(path) if is_module else self._data_url(path, ())
            return f'{found["name"]}="{url}"' if url else found[0]

        return _ATTRIBUTE_PATTERN.sub(inline_attribute, tag)

    def _resolve_reference(self, reference: str, base: str) -> str | None:
        """The project's file that ``reference`` means in the file ``base``; None where it is none of them."""
        try:
            parts = urlsplit(reference.strip())
        except ValueError:
            return None
        if parts.scheme or parts.netloc or not parts.path:
            return None
        folder = posixpath.dirname(base)
        path = posixpath.normpath(posixpath.join("/", folder, unquote(parts.path))).lstrip("/")
        # Whoever serves the page's folder alone has its root there.
        in_page_folder = f"{folder}/{path}" if parts.path.startswith("/") else path
        return next((found for found in (path, in_page_folder) if found in self.texts), None)

    def _data_url(self, path: str, ancestors: tuple[str, ...]) -> str | None:
        """A file as a URL; None where there is no room left, or it is one of those it would stand ``ancestors``."""
        text = self.texts[path]
        if path in ancestors or len(ancestors) > MAX_IMPORT_DEPTH or len(text) > self._remaining_length:
            return None
        self._remaining_length -= len(text) + INLINING_COST
        mime = MIME_TYPES.get(posixpath.splitext(path)[1].lower(), "text/plain")
        if mime == "text/css":
            text = self._inline_css(text, path, (*ancestors, path))
        elif mime == "text/javascript":
            text = f"{self._rewrite_imports(text, path)}\n//# sourceURL={quote(path)}"
        return self._encode_data_url(mime, text)

    def _encode_data_url(self, mime: str, text: str) -> str | None:
        url = f"data:{mime};charset=utf-8;base64,{b64encode(text.encode('utf-8', 'replace')).decode()}"
        if len(url) > self._remaining_length:
            return None
        self._remaining_length -= len(url)
        return url

    def _module_entry_url(self, path: str) -> str | None:
        """A module that a tag names; others may import the same, which must run once."""
        return self._encode_data_url("text/javascript", f"import {json.dumps(self._module_name(path))};")

    def _module_name(self, path: str) -> str:
        """The name by which modules import this one."""
        if path not in self._module_paths:
            self._module_paths.append(path)
        return f"project:/{quote(path)}"

    def _rewrite_imports(self, text: str, base: str) -> str:
        def rewrite_import(found: re.Match[str]) -> str:
            path = self._resolve_reference(found[3], base)
            return f"{found[1]}{found[2]}{self._module_name(path)}{found[2]}" if path else found[0]

        return _IMPORT_PATTERN.sub(rewrite_import, text)

    def _inline_css(self, text: str, base: str, ancestors: tuple[str, ...]) -> str:
        def inline_reference(found: re.Match[str]) -> str:
            reference = found["url"] or found["sheet"]
            path = self._resolve_reference(reference, base) if reference else None
            url = self._data_url(path, ancestors) if path else None
            return f"{'@import ' if found['sheet'] else ''}url({url})" if url else found[0]

        return _CSS_PATTERN.sub(inline_reference, text)


def _script_element(script: str, page: str) -> str:
    escaped = re.sub(r"</(?=script)", r"<\\/", script, flags=re.IGNORECASE)
    return f'<script data-page="{html.escape(page)}">{escaped}</script>' if script else ""


def _is_index(path: str) -> bool:
    return posixpath.basename(path).lower() in {"index.html", "index.htm"}
