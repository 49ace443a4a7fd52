"""The scripts and styles inside HTML, Vue and Svelte, each at its lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.files.source_file import SourceFile

EMBEDDED_PATTERN = re.compile(
    r"<!--.*?-->|<(?P<name>script|style)\b(?P<words>(?:[^>\"']|\"[^\"]*\"|'[^']*')*+)>(?P<text>.*?)</(?P=name)\s*>",
    re.DOTALL | re.IGNORECASE,
)
ATTRIBUTE_PATTERN = re.compile(
    r"""(?P<name>[\w:@.-]+)(?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'>]+)))?"""
)
TEMPLATE_SYNTAX = re.compile(r"\{\{|\{%|<%|<\?")
"""Signs of a template: what it becomes cannot be known from here."""

TEMPLATE_PATTERNS = {
    **dict.fromkeys(("css", "html", "javascript"), re.compile(r"\{%|<%|<\?(?!xml)|\{\{[#/>]")),
    "yaml": re.compile(r"(?<!\$)\{\{|\{%|<%"),
}
"""The same for whole files, by language."""

MARKUP_LANGUAGES = frozenset({"html", "vue", "svelte"})
SCRIPT_TYPES = {
    "": "javascript",
    "application/javascript": "javascript",
    "babel": "jsx",
    "javascript": "javascript",
    "js": "javascript",
    "jsx": "jsx",
    "module": "javascript",
    "text/babel": "jsx",
    "text/javascript": "javascript",
    "ts": "typescript",
    "tsx": "tsx",
    "typescript": "typescript",
}
STYLE_TYPES = {"": "css", "css": "css", "less": "less", "postcss": "css", "scss": "scss", "text/css": "css"}


@dataclass(frozen=True, slots=True)
class EmbeddedCode:
    """A script or a style; ``text`` is as long as its file, blank but for the part, so that places stay."""

    language: str
    text: str


def embedded_code(file: SourceFile) -> Iterator[EmbeddedCode]:
    """The parts in a language that can be read, of a file that is not whole itself."""
    for match in EMBEDDED_PATTERN.finditer(file.text) if file.language in MARKUP_LANGUAGES else ():
        if match["name"] is None or (file.language == "html" and TEMPLATE_SYNTAX.search(match["text"])):
            continue
        language = _embedded_language(match["name"].lower(), parse_attributes(match["words"]))
        if language and match["text"].strip():
            yield EmbeddedCode(language, blank_out(file.text[: match.start("text")]) + match["text"])


def is_template(file: SourceFile) -> bool:
    """Whether a file becomes one of its language only later."""
    pattern = TEMPLATE_PATTERNS.get(file.language)
    return pattern is not None and pattern.search(file.text) is not None


def parse_attributes(text: str) -> dict[str, str]:
    """The attributes of a tag; one without a value is empty."""
    return {
        match["name"].lower(): match["double"] or match["single"] or match["bare"] or ""
        for match in ATTRIBUTE_PATTERN.finditer(text)
    }


def blank_out(text: str) -> str:
    """As long as ``text``, with its line ends and nothing else."""
    return re.sub(r"[^\n]", " ", text)


def _embedded_language(name: str, attributes: dict[str, str]) -> str | None:
    type_name = (attributes.get("lang") or attributes.get("type") or "").lower()
    return SCRIPT_TYPES.get(type_name) if name == "script" else STYLE_TYPES.get(type_name)
