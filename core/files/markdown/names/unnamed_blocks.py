"""Blocks that nothing names before their content: the words after them may, or they look like a file by themselves."""

import re
from collections.abc import Container

from core.files.markdown.names.path_hints import (
    MAX_PATH_LINE_LENGTH,
    FenceInfo,
    looks_like_path,
    path_words,
)
from core.files.markdown.names.plain_text import strip_html_tags
from core.files.markdown.prose import fits_language, is_example, looks_like_code

MIN_FILE_LINES = 10
"""Lines with text of a block that only begins like a file: shorter ones show how to use one."""

_LOOKS_BACK = re.compile(
    r"\b(?:save|store|put|place|copy|paste|write)\s+(?:this|it|that|these|the|everything)\b|\babove\b"
    r"|^\W*(?:this|that)\s+(?:is|was|goes|belongs|should|file is)\b|\bprevious\s+(?:code|block|file|snippet)\b"
    r"|\bspeicher\w*|\bsicher[en]\w*\b|\boben\b|\bobige\w*|\bdas ist\b"
    r"|\benregistre\w*|\bsauvegarde\w*|\bci-dessus\b|\bguárda\w*|\bguard[aeo]\w*|\banterior\b|\barriba\b"
    r"|\bsalv[aeo]\w*|\bacima\b|\bsopra\b|\bhierboven\b|\bbewaar\b|\bsla\b.*\bop\b|\bzapisz\b|\bpowyż\w+"
    r"|\bulož\w*|\bspara\b|\btallenna\b|\bkaydet\w*|\bsimpan\b|\blưu\b"
    r"|охрани|\bвыш|保存|存为|另存|以上|上面|上述|上記|저장|위의|위 코드",
    re.IGNORECASE,
)
_WHOLE_FILE_START = re.compile(
    r"\s*+(?:#!|<!doctype\b|<html\b|<\?(?:php|xml)\b|package\s+[\w.]+;?\s*$|FROM\s+\S+|@tailwind\b"
    r"|<script setup|<template>|cmake_minimum_required|\{-# |defmodule\s|namespace\s+[\w.\\]+[;{\s])",
    re.IGNORECASE | re.MULTILINE,
)
_WHOLE_FILE_SIGN = re.compile(
    r"^(?:if __name__ ==|export default\b|module\.exports\b|@SpringBootApplication\b"
    r"|(?:public )?(?:static )?(?:int|void|fn|func) main\s?\()",
    re.MULTILINE,
)
_FILE_START = re.compile(
    r"(?:\s*+(?:#[^!\n]*+|//[^\n]*+|--[^\n]*+|/\*[^\n]*+|\*[^\n]*+|'use \w+';?|\"use \w+\";?|\"\"\"[^\n]*+)\n)*+"
    r"\s*+(?:import\b|from\s+\S+\s+import\b|#include\b|using\b|use\b|require\b|(?:const|let|var)\s.*\brequire\("
    r"|package\b|library\(|open\b|module\b|class\b|interface\b|CREATE\s+TABLE\b|:root\b|@import\b|[*.#]?[\w-]+\s*\{)",
    re.IGNORECASE,
)
_COMMAND = re.compile(
    r"\s*+(?:[$>%] |(?:sudo|pip3?|npm|npx|yarn|pnpm|bun|uv|poetry|cargo|go|git|cd|ls|mkdir|touch|docker|curl|wget|brew"
    r"|apt|python3?|node|flask|uvicorn|django-admin|make|php|composer|rails|bundle|dotnet|mvn|gradle|export|source)\s)"
)
MAX_START_LENGTH = 2_000
"""Characters at the beginning of a block that are looked at for what files begin with."""


def name_after(line: str, content: str, info: FenceInfo, known_paths: Container[str]) -> str | None:
    """The path that the first words after a block give it; None where they speak of something else.

    A path that is known already is another file's: "Run the code above with `python main.py`".
    """
    if len(line) > MAX_PATH_LINE_LENGTH or line.rstrip().endswith((":", "\uff1a")):
        return None
    text = strip_html_tags(line.strip())
    paths = set(filter(looks_like_path, path_words(text)))
    if len(paths) != 1 or not _LOOKS_BACK.search(text):
        return None
    path = paths.pop()
    if path in known_paths or not fits_language(info, path):
        return None
    is_source = info.language or (looks_like_code(content) and not _COMMAND.match(content))
    return path if is_source else None


def looks_like_file(content: str, info: FenceInfo) -> bool:
    """Whether a block is a whole file rather than a part of one, an example or a command."""
    head = content[:MAX_START_LENGTH]
    if not info.language or is_example(head, info):
        return False
    if _WHOLE_FILE_START.match(head) or _WHOLE_FILE_SIGN.search(content):
        return True
    lines = sum(not line.isspace() for line in content.splitlines())
    return lines >= MIN_FILE_LINES and _FILE_START.match(head) is not None
