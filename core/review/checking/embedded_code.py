"""The scripts and styles inside HTML, Vue and Svelte, each at its lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.files.source_file import SourceFile

PART = re.compile(
    r"<!--.*?-->|<(?P<name>script|style)\b(?P<words>(?:[^>\"']|\"[^\"]*\"|'[^']*')*+)>(?P<text>.*?)</(?P=name)\s*>",
    re.DOTALL | re.IGNORECASE,
)
WORD = re.compile(r"""(?P<name>[\w:@.-]+)(?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'>]+)))?""")
TEMPLATED = re.compile(r"\{\{|\{%|<%|<\?")
"""Signs of a template: what it becomes cannot be known from here."""

TEMPLATES = {
    **dict.fromkeys(("css", "html", "javascript"), re.compile(r"\{%|<%|<\?(?!xml)|\{\{[#/>]")),
    "yaml": re.compile(r"(?<!\$)\{\{|\{%|<%"),
}
"""The same for whole files, by language."""

HOLDERS = frozenset({"html", "vue", "svelte"})
SCRIPTS = {
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
STYLES = {"": "css", "css": "css", "less": "less", "postcss": "css", "scss": "scss", "text/css": "css"}


@dataclass(frozen=True, slots=True)
class Part:
    """A script or a style; ``text`` is as long as its file, blank but for the part, so that places stay."""

    language: str
    text: str


def parts(file: SourceFile) -> Iterator[Part]:
    """The parts in a language that can be read, of a file that is not whole itself."""
    for match in PART.finditer(file.text) if file.language in HOLDERS else ():
        if match["name"] is None or (file.language == "html" and TEMPLATED.search(match["text"])):
            continue
        language = _language(match["name"].lower(), words(match["words"]))
        if language and match["text"].strip():
            yield Part(language, blank(file.text[: match.start("text")]) + match["text"])


def is_template(file: SourceFile) -> bool:
    """Whether a file becomes one of its language only later."""
    pattern = TEMPLATES.get(file.language)
    return pattern is not None and pattern.search(file.text) is not None


def words(text: str) -> dict[str, str]:
    """The attributes of a tag; one without a value is empty."""
    return {
        match["name"].lower(): match["double"] or match["single"] or match["bare"] or ""
        for match in WORD.finditer(text)
    }


def blank(text: str) -> str:
    """As long as ``text``, with its line ends and nothing else."""
    return re.sub(r"[^\n]", " ", text)


def _language(name: str, attributes: dict[str, str]) -> str | None:
    kind = (attributes.get("lang") or attributes.get("type") or "").lower()
    return SCRIPTS.get(kind) if name == "script" else STYLES.get(kind)
