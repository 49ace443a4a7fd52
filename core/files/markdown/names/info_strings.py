"""What stands after an opening fence."""

import re

from core.files.languages import language_of_tag
from core.files.markdown.names.path_hints import FenceInfo, looks_like_path

_PATH_ATTRIBUTE = re.compile(
    r"(?:^|[\s{,])(?:title|path|file(?:name|path)?|name|src)\s*[=:]\s*(?:\"([^\"]+)\"|'([^']+)'|([^\s}\"',]+))",
    re.IGNORECASE,
)
_LINE_RANGE = re.compile(r"^\d{1,6}:\d{1,6}:(?=\D)")
"""Before a path in a fence: editors with a model name the lines that they show."""
_INFO_SEPARATORS = str.maketrans("{}|", "   ")


def parse_info_string(info: str) -> FenceInfo:
    """The info string of a fence: a language, a path, or both, in any notation in use."""
    info = info.strip()
    words = info.translate(_INFO_SEPARATORS).split()
    first = _LINE_RANGE.sub("", words[0]) if words else ""
    language, _, path = first.partition(":")
    if path and looks_like_path(path):
        return FenceInfo(language_of_tag(language), path)
    if _is_path_word(first):
        return FenceInfo("", first)
    return FenceInfo(
        language_of_tag("" if "=" in language else language.lstrip(".")),
        _path_attribute(info) or _first_path_word(words[1:]),
    )


def _path_attribute(info: str) -> str | None:
    match = _PATH_ATTRIBUTE.search(info)
    return next(filter(None, match.groups())) if match else None


def _first_path_word(words: list[str]) -> str | None:
    return next((word for word in map(_without_brackets, words) if _is_path_word(word)), None)


def _without_brackets(word: str) -> str:
    word = word.strip("\"'()")
    return word[1:-1] if word.startswith("[") and word.endswith("]") else word


def _is_path_word(word: str) -> bool:
    return ("." in word or "/" in word) and looks_like_path(word)
