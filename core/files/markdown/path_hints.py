"""Where a model names the file that a block is: before it, after its fence, or in its first line."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import PurePosixPath

from core.files.languages import is_known, language_named


class Form(Enum):
    """How sure it is that the next block is that file."""

    HEADING = auto()  # a title: holds over a paragraph that explains the file
    LINE = auto()  # the path alone on a line: holds until other text comes
    INLINE = auto()  # somewhere in a title or in the sentence before: holds if the block's language agrees


@dataclass(frozen=True, slots=True)
class Mention:
    """A path as the model wrote it, not yet safe."""

    path: str
    form: Form


@dataclass(frozen=True, slots=True)
class Tag:
    """What stands after a fence."""

    language: str
    path: str | None


_LINE = re.compile(
    r"^(?:>\s*)?(?P<heading>#{1,6}\s*)?(?:[-*+]\s+)?(?:(?:step\s*)?\d+[.):]+\s*)?(?P<bold>\*{1,3})?\s*"
    r"(?P<label>(?:file\s?(?:name|path)?|path)\s*:\s*)?\**\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^(?P<quote>`+|\"|')(?P<path>[^`\"']+)(?P=quote)(?P<after>.*)$")
_BARE = re.compile(r"^(?P<path>[^\s*`]+?)(?P<after>:?\*+.*|:|:?\s.*)?$")
_AFTER = re.compile("^[\\s:*]*(?:$|[(\\[{\u2014\u2013-])")
_WORD = re.compile(r"[^\s`*\"'<>|,:;!()\[\]{}]+")
_STRESSED = re.compile(r"`[^`]+`|\*\*[^*]+\*\*")
_MARKER = re.compile(r"^#{1,6} ?FILE: ?(?=\S)")
_KEYED = re.compile(
    r"(?:^|[\s{,])(?:title|path|file(?:name|path)?|name|src)\s*[=:]\s*(?:\"([^\"]+)\"|'([^']+)'|([^\s}\"',]+))",
    re.IGNORECASE,
)
_COMMENT = re.compile(
    r"^\s*(?:#|//|--|/\*+|<!--|;)\s*(?:(?:file\s?(?:name|path)?|path)\s*:\s*)?(\S+?)\s*(?:\*/|-->)?\s*$",
    re.IGNORECASE,
)
_PATH = re.compile(r"^(?:[A-Za-z]:\\)?[\w.@+$()\[\]~/\\-]+$")
_SUFFIX = re.compile(r"^\.[A-Za-z][A-Za-z0-9]{0,9}$")
_FRAMEWORK = re.compile(r"^(?:node|vue|next|nuxt|react|express|angular|three|chart|d3|asp)\.(?:js|net)$", re.IGNORECASE)

LONGEST_LINE = 400
"""Characters beyond which a line is no path; keeps every pattern here cheap on a line of a megabyte."""


def mentioned(line: str) -> Mention | None:
    """The path that this line of prose says the next block is."""
    text = line.strip()
    if not text or len(text) > LONGEST_LINE:
        return None
    return _titled(text) or _inline(text)


def is_marker(line: str) -> bool:
    """Whether the line is ``### FILE: path``, which no file holds: the one before it was not closed."""
    return len(line) <= LONGEST_LINE and _MARKER.match(line) is not None


def tag(info: str) -> Tag:
    """Read the info string of a fence: language, path, either, or both, in the notations in use."""
    info = info.strip()
    words = info.replace("{", " ").replace("}", " ").split()
    first = words[0] if words else ""
    language, _, glued = first.partition(":")
    if glued and looks_like_path(glued):
        return Tag(language_named(language), glued)
    if _is_path_word(first):
        return Tag("", first)
    return Tag(language_named("" if "=" in language else language.lstrip(".")), _keyed(info) or _listed(words[1:]))


def commented(line: str) -> str | None:
    """The path that is all a comment says."""
    found = _COMMENT.match(line[:LONGEST_LINE])
    return found[1] if found and looks_like_path(found[1]) else None


def looks_like_path(word: str) -> bool:
    """Whether a word is a file's path by its looks alone: by extension, by name, by folder."""
    if not _PATH.match(word) or _FRAMEWORK.match(word):
        return False
    name = PurePosixPath(word.replace("\\", "/")).name
    return is_known(name) or ("/" in word.replace("\\", "/") and bool(_SUFFIX.match(PurePosixPath(name).suffix)))


def _titled(text: str) -> Mention | None:
    line = _LINE.match(text)
    if line is None:
        return None
    title = bool(line["heading"] or line["bold"])
    path = _path(line["rest"].strip(), sure=title and bool(line["label"]))
    if path is None:
        return None
    return Mention(path, Form.HEADING if title or line["label"] else Form.LINE)


def _path(rest: str, *, sure: bool) -> str | None:
    if sure and looks_like_path(rest.replace(" ", "_").rstrip("*")):
        return rest.rstrip("*")
    found = _QUOTED.match(rest) or _BARE.match(rest)
    if found is None or not _AFTER.match(found["after"] or ""):
        return None
    path = found["path"].strip()
    return path if sure or looks_like_path(path) else None


def _inline(text: str) -> Mention | None:
    words = [word.rstrip(".") for word in _WORD.findall(text)]
    paths = set(filter(looks_like_path, words))
    if len(paths) != 1:
        return None
    if not any(map(str.isalnum, "".join(word for word in words if word not in paths))):
        return Mention(paths.pop(), Form.LINE)
    announced = text.endswith((":", ".")) and _STRESSED.search(text)
    return Mention(paths.pop(), Form.INLINE) if announced or text.startswith(("#", "**")) else None


def _keyed(info: str) -> str | None:
    found = _KEYED.search(info)
    return next(filter(None, found.groups())) if found else None


def _listed(words: list[str]) -> str | None:
    return next((word for word in (word.strip("\"'()") for word in words) if _is_path_word(word)), None)


def _is_path_word(word: str) -> bool:
    return ("." in word or "/" in word) and looks_like_path(word)
