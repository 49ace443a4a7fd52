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

LARGEST = 16_000_000
"""Characters of siblings in one document: style sheets that import each other twice would double it each time."""
LOOK = 200
"""What of them a look at a sibling costs beside its length, also where its result finds no room."""
DEEPEST = 20
"""Style sheets, one imported by the other."""
MIME = {
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
_ATTRIBUTES = r"""(?:"[^"]*(?:"|\Z)|'[^']*(?:'|\Z)|[^>"'])*+"""
_MARKUP = re.compile(
    rf"""<!--.*?(?:-->|\Z)
    | (?P<open><(?P<raw>script|style|textarea|title)(?=[\s/>]){_ATTRIBUTES}>)
      (?P<body>.*?)(?P<close></(?P=raw)(?=[\s/>])|\Z)
    | <(?P<name>[a-z][^\s/>]*){_ATTRIBUTES}(?:>|\Z)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    r"""(?<![^\s"'/])(?P<name>[^\s"'<>/=]++)(?P<is>\s*+=\s*+)(?P<value>"[^"]*"|'[^']*'|[^\s"'=<>`]+)"""
)
_DOCTYPE = re.compile(r"\A(?:\s++|\ufeff|<!--.*?-->)*+<!doctype[^>]*>", re.IGNORECASE | re.DOTALL)
_CSS = re.compile(
    r"""/\*.*?(?:\*/|\Z)
    | url\(\s{0,9}(?P<q1>["']?)(?P<url>[^()"'\s]{1,2000})(?P=q1)\s{0,9}\)
    | @import\s{1,9}(?P<q2>["'])(?P<sheet>[^"'\n]{1,2000})(?P=q2)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_IMPORT = re.compile(r"""(\b(?:from|import)\s{0,9}(?:\(\s{0,9})?)(["'])((?:\.{1,2})?/[^"'\n]{1,2000})\2""")
_SIBLINGS = {"src", "href", "xlink:href", "poster"}
_LINKS = {"a", "area", "base", "iframe", "frame", "embed"}
"""Elements whose address is a page to go to, not a part of this one."""


def document(files: Sequence[SourceFile], page: str = "index.html", script: str = "") -> str:
    """``page`` with its siblings inside; ``script`` runs before anything of it. Raises NotFound."""
    project = _Project(files)
    if page not in project.texts:
        raise NotFound(f"There is no page {page} in this version.")
    text = _MARKUP.sub(lambda found: project.markup(found, page), project.texts[page])
    start = found.end() if (found := _DOCTYPE.match(text)) else 0  # before it, it would put the page in quirks mode
    return text[:start] + _inside(script, page) + project.import_map() + text[start:]


def front_page(paths: Iterable[str]) -> str | None:
    """Which of these files a visitor sees first: the ``index.html`` nearest to the root, else the first page."""
    pages = [path for path in paths if path.lower().endswith((".html", ".htm"))]
    rank = [(not _is_index(path), path.count("/")) for path in pages]
    return pages[rank.index(min(rank))] if pages else None


def obstacle(stack: Stack) -> str | None:
    """Why a front end of this stack does not run as it is, in a sentence; ``stack.start`` is the way on."""
    if stack.language == "HTML":
        return None
    return f"{stack.framework} has to be built before a browser can run it. Download the files, then in their folder:"


class _Project:
    def __init__(self, files: Iterable[SourceFile]) -> None:
        self.texts = {file.path: file.text for file in files}
        self._modules: list[str] = []
        self._left = LARGEST

    def import_map(self) -> str:
        """The modules that were named, and those that they name; must stand before the first of them."""
        imports: dict[str, str] = {}
        for path in self._modules:  # grows meanwhile
            if url := self._url(path, ()):
                imports[self._module(path)] = url
        return f'<script type="importmap">{json.dumps({"imports": imports})}</script>' if imports else ""

    def markup(self, found: re.Match[str], page: str) -> str:
        """A tag, an element of raw text, or a comment of ``page``, its siblings bound."""
        tag, raw = found["open"], (found["raw"] or "").lower()
        if tag is None:
            return self._tag(found[0], found["name"].lower(), page) if found["name"] else found[0]
        body = found["body"]
        if raw == "style":
            body = self._css(body, page, ())
        elif raw == "script":
            body = self._javascript(body, page)
        return self._tag(tag, raw, page) + body + found["close"]

    def _tag(self, tag: str, name: str, page: str) -> str:
        module = name == "script" and re.search(r"""\btype\s{0,9}=\s{0,9}["']?module\b""", tag, re.IGNORECASE)

        def bound(found: re.Match[str]) -> str:
            attribute, value = found["name"].lower(), html.unescape(found["value"].strip("\"'"))
            if attribute == "style" and "(" in value:
                return f'{found["name"]}="{html.escape(self._css(value, page, ()))}"'
            if attribute not in _SIBLINGS or name in _LINKS or not (path := self._sibling(value, page)):
                return found[0]
            url = self._entry(path) if module else self._url(path, ())
            return f'{found["name"]}="{url}"' if url else found[0]

        return _ATTRIBUTE.sub(bound, tag)

    def _sibling(self, reference: str, base: str) -> str | None:
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
        near = f"{folder}/{path}" if parts.path.startswith("/") else path
        return next((found for found in (path, near) if found in self.texts), None)

    def _url(self, path: str, within: tuple[str, ...]) -> str | None:
        """A file as a URL; None where there is no room left, or it is one of those it would stand ``within``."""
        text = self.texts[path]
        if path in within or len(within) > DEEPEST or len(text) > self._left:
            return None
        self._left -= len(text) + LOOK
        mime = MIME.get(posixpath.splitext(path)[1].lower(), "text/plain")
        if mime == "text/css":
            text = self._css(text, path, (*within, path))
        elif mime == "text/javascript":
            text = f"{self._javascript(text, path)}\n//# sourceURL={quote(path)}"
        return self._spend(mime, text)

    def _spend(self, mime: str, text: str) -> str | None:
        url = f"data:{mime};charset=utf-8;base64,{b64encode(text.encode('utf-8', 'replace')).decode()}"
        if len(url) > self._left:
            return None
        self._left -= len(url)
        return url

    def _entry(self, path: str) -> str | None:
        """A module that a tag names; others may import the same, which must run once."""
        return self._spend("text/javascript", f"import {json.dumps(self._module(path))};")

    def _module(self, path: str) -> str:
        """The name by which modules import this one."""
        if path not in self._modules:
            self._modules.append(path)
        return f"project:/{quote(path)}"

    def _javascript(self, text: str, base: str) -> str:
        def bound(found: re.Match[str]) -> str:
            path = self._sibling(found[3], base)
            return f"{found[1]}{found[2]}{self._module(path)}{found[2]}" if path else found[0]

        return _IMPORT.sub(bound, text)

    def _css(self, text: str, base: str, within: tuple[str, ...]) -> str:
        def bound(found: re.Match[str]) -> str:
            reference = found["url"] or found["sheet"]
            path = self._sibling(reference, base) if reference else None
            url = self._url(path, within) if path else None
            return f"{'@import ' if found['sheet'] else ''}url({url})" if url else found[0]

        return _CSS.sub(bound, text)


def _inside(script: str, page: str) -> str:
    harmless = re.sub(r"</(?=script)", r"<\\/", script, flags=re.IGNORECASE)
    return f'<script data-page="{html.escape(page)}">{harmless}</script>' if script else ""


def _is_index(path: str) -> bool:
    return posixpath.basename(path).lower() in {"index.html", "index.htm"}
