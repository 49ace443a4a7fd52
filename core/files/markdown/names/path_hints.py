"""Paths of blocks as models write them: before a block, after its fence, or in its first line."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from pathlib import PurePosixPath

from core.files.languages import suffix_of
from core.files.markdown.names.file_names import FILE_LABELS, is_file_name
from core.files.markdown.names.plain_text import plain_text, strip_html_tags


class HintForm(Enum):
    """Where a path stands, which tells how certainly the next block is that file."""

    HEADING = auto()  # a title: also if a paragraph stands between it and the block
    LINE = auto()  # alone on its line: if no other text follows
    INLINE = auto()  # inside a title or a sentence: if the block's language agrees


@dataclass(frozen=True, slots=True)
class PathHint:
    """A path as the model wrote it, not yet safe."""

    path: str
    form: HintForm


@dataclass(frozen=True, slots=True)
class FenceInfo:
    """What stands after an opening fence; ``language`` is empty where there is none."""

    language: str
    path: str | None


_PATH_LINE = re.compile(
    r"^(?:>\s*)?(?P<heading>#{1,6}\s*)?(?:[-*+]\s+)?(?:(?:step\s*|\()?\d+[.):]+\s*|[a-h][.)]\s+)?(?P<bold>\*{1,3})?\s*"
    rf"(?P<label>(?:{FILE_LABELS})(?: ?\d{{1,3}})?\*{{0,3}}\s?[:\uff1a]\s*)?\**\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
_OPENING_QUOTES = "\"'\u201c\u201e\u2018\u201a\u00ab\u300c\u300e\u300a"
_CLOSING_QUOTES = "\"'\u201d\u201c\u2019\u2018\u00bb\u300d\u300f\u300b"
_QUOTED_PATH = re.compile(
    rf"^(?:(?P<quote>`+)|[{_OPENING_QUOTES}])(?P<path>[^`{_OPENING_QUOTES}{_CLOSING_QUOTES}]+)"
    rf"(?(quote)(?P=quote)|[{_CLOSING_QUOTES}])(?P<after>.*)$"
)
_BARE_PATH = re.compile("^(?P<path>[^\\s*`]+?)(?P<after>[:\uff1a]?\\*+.*|[:\uff1a]|[:\uff1a]?\\s.*)?$")
_AFTER_PATH = re.compile("^[\\s:\uff1a*]*(?:$|[(\\[{\uff08\u2014\u2013-])")
_WIDE_PUNCTUATION = "\u3001\u3002\uff0c\uff1a\uff1b\uff08\uff09"
_WORD = re.compile(rf"[^\s`*<>|,:;!()\[\]{{}}{_WIDE_PUNCTUATION}{_OPENING_QUOTES}{_CLOSING_QUOTES}]+")
_EMPHASIS = re.compile(rf"`[^`]+`|\*\*[^*]+\*\*|[{_OPENING_QUOTES}][^\s{_CLOSING_QUOTES}]+[{_CLOSING_QUOTES}]")
_LAST_IS_LABELLED = re.compile(r"[:\uff1a]\**\s*[^\s:\uff1a]+$")
_BRACKETED = re.compile(r"^<([^<>\s]++)>:?$")
_COMMENT_SIGNS = ("<!--", "//", "/*")
_FILE_MARKER = re.compile(r"^#{1,6} ?FILE: ?(?=\S)")
_COMMENT_PATH = re.compile(
    r"^\s*+(?:#++|//[/!]?+|--(?:\[\[)?+|/\*++|\*|<!--|<%#|\{#|\{-|\{\{!(?:--)?+|\(\*|;++|%++|::|'|[Rr][Ee][Mm]\s"
    r"|[rRuU]?\"\"\"|[rRuU]?''')"
    rf"\s*+(?:[=*~-]{{2,}}+\s*+)?+(?:@?(?:{FILE_LABELS})\s?[:\uff1a\s]\s*+)?+(?P<quote>`?+)(?P<path>[^\s`:]+?)(?P=quote)[:,]?+"
    r"(?:\s*+(?:[=*~-]{2,}+(?![>/])\s*+)?+(?:\*/|-->|%>|#\}|-\}|--\}\}|\}\}|\*\)|\]\]|\"\"\"|'''|#)?+\s*+$|(?P<described>(?:\s*+[(\u2013\u2014]|\s++-{1,2}\s|(?<=:)\s)\s*+\S))",
    re.IGNORECASE,
)
"""Possessive: otherwise a line of stars and blanks takes time in proportion to the third power of its length."""
_PATH_SHAPE = re.compile(r"^(?:[A-Za-z]:\\)?[\w.@+$()\[\]~/\\-]+$")
_WRITTEN_PATH = re.compile(r"^(?:[\w.@+()\[\]-]++[ /\\]?(?!$))*+[\w.@+()\[\]-]++$")
_UNDERSCORED = re.compile(r"^(?P<sign>_{1,2})(?=[^_])(?P<path>\S+[^_])(?P=sign):?$")
_RULE = re.compile(r"^[-=*#/~<>+]{2,}.*[-=*#/~<>+]{2,}$")
_RULE_WORDS = frozenset({"begin", "start", "beginning", "of", "file", "new"})
_ANNOUNCEMENT = re.compile(
    r"^(?:here|now|next|then|and|finally|(?:creat|updat|chang|rewrit)ed?|add(?:ed)?|edit(?:ed)?|modif(?:y|ied)|this is"
    r"|(?:the )?(?:new |full |complete |final )?contents? (?:of|for)|in(?:side)?|for)\b",
    re.IGNORECASE,
)
_FOLLOWING = re.compile(
    r"\bthe following\b|\bas follows\b|\blooks? (?:like this|as follows)\b|\b(?:with|has|contains) (?:this|these)\b"
    r"|\bcode below\b|\bcontents? below\b",
    re.IGNORECASE,
)
"""In a sentence with one path: the block after it is that file."""
_KNOWN_FOLDER = re.compile(
    r"^(?:\./)?(?:bin|sbin|scripts?|nginx|etc|conf(?:ig|\.d)?|docker|hooks|cron(?:\.\w++)?|deploy|tools|infra|ops"
    r"|sites-(?:available|enabled)|\.[a-z]++)/(?:[\w.-]++/)*+[a-z][\w.-]*+$"
)
"""Where files without an extension lie. Other words with a slash are titles: ``Input/Output``."""
_CAPITAL_FOLDER = re.compile(
    r"^(?!(?:Add|Backend|Client|Component|Create|Edit|File|For|Frontend|In|Main|Modify|New|Server|Step|The|Tests?|Update)\b)"
    r"(?:[A-Z][\w-]*+ )++[A-Z][\w-]*+/\S++$"
)
"""A path with a blank in a folder's name, and no verb before a folder."""
_SUFFIX = re.compile(r"^\.[A-Za-z][A-Za-z0-9]{0,9}$")
_FRAMEWORK_NAME = re.compile(
    r"^(?:node|vue|next|nuxt|react|express|angular|three|chart|d3|asp)\.(?:js|net)$", re.IGNORECASE
)

MAX_PATH_LINE_LENGTH = 400
"""A longer line names no file. The bound keeps every pattern here cheap on a line of a megabyte."""


def find_path_hint(line: str) -> PathHint | None:
    """The path that a line of prose gives the next block, if any."""
    text = line.strip()
    if not text or len(text) > MAX_PATH_LINE_LENGTH:
        return None
    if text.startswith(_COMMENT_SIGNS) and (path := comment_path(text)):
        return PathHint(path, HintForm.LINE)
    bracketed = _BRACKETED.match(text)
    text = bracketed[1] if bracketed and looks_like_path(bracketed[1]) else strip_html_tags(plain_text(text))
    return _line_hint(text) or _inline_hint(text) if text else None


def is_file_marker(line: str) -> bool:
    """Whether the line is ``### FILE: path``: no file holds such a line, so it ends a block that was not closed."""
    return len(line) <= MAX_PATH_LINE_LENGTH and _FILE_MARKER.match(line) is not None


def comment_path(line: str) -> str | None:
    """The path in a comment that holds nothing else, or a description after it: ``# a.py - helpers``."""
    match = _match_comment(line)
    return match["path"] if match else None


def is_described_path(line: str) -> bool:
    """Whether the path in a comment has a description behind it: of a file that is known, it may be a part only."""
    match = _match_comment(line)
    return match is not None and match["described"] is not None


def _match_comment(line: str) -> re.Match[str] | None:
    match = _COMMENT_PATH.match(line[:MAX_PATH_LINE_LENGTH])
    return match if match and looks_like_path(match["path"]) else None


@lru_cache(maxsize=4096)  # prose has few words again and again, and each is asked several times
def looks_like_path(word: str) -> bool:
    """Whether a word looks like the path of a file: by its extension, its name, or a folder in it."""
    if not _PATH_SHAPE.match(word) or _FRAMEWORK_NAME.match(word):
        return False
    path = word.replace("\\", "/")
    name = PurePosixPath(path).name if "/" in path or path == "." else path
    return is_file_name(name) or ("/" in path and bool(_SUFFIX.match(suffix_of(name))))


def may_be_path(text: str) -> bool:
    """Whether a text that stands where only a path may stand can be one: ``bin/run``, ``my app.py``."""
    if len(text) > MAX_PATH_LINE_LENGTH or not _WRITTEN_PATH.match(text):
        return False
    return "/" in text or looks_like_path(text.replace(" ", "_"))


def path_words(text: str) -> list[str]:
    """The words of a line without quotes and punctuation: each may be a path."""
    return [word.rstrip(".") for word in _WORD.findall(text)]


def _line_hint(text: str) -> PathHint | None:
    line = _PATH_LINE.match(text)
    if line is None:
        return None
    is_title = bool(line["heading"] or line["bold"])
    path = _parse_path(line["rest"].strip(), is_labelled=is_title and bool(line["label"]))
    if path is None:
        return None
    is_heading = is_title or line["label"] or text.startswith("`")
    return PathHint(path, HintForm.HEADING if is_heading else HintForm.LINE)


def _parse_path(rest: str, *, is_labelled: bool) -> str | None:
    if is_labelled and looks_like_path(rest.replace(" ", "_").rstrip("*")):
        return rest.rstrip("*")
    if underscored := _UNDERSCORED.match(rest):
        rest = underscored["path"]
    if path := _path_with_signs(rest):
        return path
    match = _QUOTED_PATH.match(rest) or _BARE_PATH.match(rest)
    if match is None or not _AFTER_PATH.match(match["after"] or ""):
        return None
    path = match["path"].strip()
    return path if is_labelled or looks_like_path(path) or _KNOWN_FOLDER.match(path) else None


def _path_with_signs(rest: str) -> str | None:
    """A title that is a path with a comma or, in the name of a folder, a blank."""
    path = rest.rstrip("*: ").strip("`")
    if _CAPITAL_FOLDER.match(path):
        return path if looks_like_path(path.replace(" ", "_")) else None
    parts = path.split(",")
    is_one = len(parts) > 1 and not any(map(str.isspace, path)) and not all(map(looks_like_path, parts))
    return path if is_one and looks_like_path("_".join(parts)) else None


def _inline_hint(text: str) -> PathHint | None:
    words = path_words(text)
    paths = set(filter(looks_like_path, words))
    if len(paths) != 1:
        return None
    others = {word.casefold() for word in words} - {path.casefold() for path in paths}
    if _RULE.match(text):
        others -= _RULE_WORDS
    if not any(map(str.isalnum, "".join(others))):
        return PathHint(paths.pop(), HintForm.LINE)
    is_announced = _announces_path(text, words[-1] in paths)
    return PathHint(paths.pop(), HintForm.INLINE) if is_announced or text.startswith(("#", "**", "|")) else None


def _announces_path(text: str, is_last: bool) -> bool:
    if text.endswith((":", "\uff1a")) or _FOLLOWING.search(text):
        return True
    has_emphasis = _EMPHASIS.search(text) is not None
    if text.endswith((".", "\u3002")):
        return has_emphasis
    return is_last and any((has_emphasis, _LAST_IS_LABELLED.search(text), _ANNOUNCEMENT.match(text)))
