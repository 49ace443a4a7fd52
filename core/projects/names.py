"""Names made from what somebody wrote: short, and cut between words. Pure."""

import re

MAX_MADE_NAME_LENGTH = 40
MAX_READ_LENGTH = 400
"""Characters of a line that a name is made from: it is made again at each drawing of the versions."""
FALLBACK_NAME = "New project"
_CLAUSE_END = re.compile(r"[.:;!?()\[\]|/]|,\s|\s[-\u2013\u2014]+\s")
_RELATIVE = re.compile(r"\s(?:that|which|where|with|who|so|because)\s", re.IGNORECASE)
_SAYS_NOTHING = frozenset(["app", "application", "page", "program", "simple app", "site", "tool", "web app", "website"])
"""Of these a name tells what they do."""
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_REQUEST = re.compile(
    r"^(?:please\s+)?(?:(?:can|could|would) you\s+)?(?:please\s+)?"
    r"(?:(?:i|we)(?:\s+(?:want|need|would like)|['\u2019]d like)(?:\s+to\s+(?:build|make|create|have))?|"
    r"(?:build|make|create|write|generate|design|develop|give)(?=\s))"
    r"(?:\s+(?:me|us))?\s+",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:an?|the|my|our|some)\s+", re.IGNORECASE)
_OPEN_ENDS = frozenset(
    ["a", "an", "and", "at", "by", "for", "from", "in", "my", "of", "on", "or", "our", "the", "to", "with"]
)
"""Words that a name does not end with."""


def name_from_prompt(prompt: str) -> str:
    """What a project is called whose maker only said what it should do: ``Slow-reading book club``."""
    line = next((line[:MAX_READ_LENGTH] for line in prompt.splitlines() if any(map(str.isalnum, line))), "")
    text = " ".join("".join(char if char.isprintable() else " " for char in line).split()).lstrip("#*->_ \"'\u201c")
    text = _ARTICLE.sub("", _REQUEST.sub("", text))
    clause = next((clause.strip() for clause in _CLAUSE_END.split(text) if clause.strip()), "")
    head = _RELATIVE.split(clause)[0]
    words = (clause if head.lower() in _SAYS_NOTHING else head).split(" ")
    while len(words) > 1 and len(" ".join(words)) > MAX_MADE_NAME_LENGTH:
        words.pop()
    while len(words) > 1 and words[-1].lower() in _OPEN_ENDS:
        words.pop()
    name = " ".join(words)[:MAX_MADE_NAME_LENGTH].strip(" ,'\"\u201d*_`")
    return name[:1].upper() + name[1:] or FALLBACK_NAME


def excerpt(text: str, length: int) -> str:
    """The beginning of a text in one line of at most ``length`` characters, cut between words and marked as cut."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    head, space, _ = line[:length].rpartition(" ")
    return f"{(head if space else line[: length - 1]).rstrip(' ,;:.')}\u2026"


def split_sentences(text: str) -> list[str]:
    """The sentences and lines of a text, without the white space between them."""
    return [sentence.strip() for sentence in _SENTENCE_END.split(text) if sentence.strip()]
