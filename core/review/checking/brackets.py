"""Brackets that do not match, in languages whose strings and comments are like C's."""

import re
from collections.abc import Iterator

from core.review.checking.problem import Problem, problem_at

CLOSING = {"(": ")", "[": "]", "{": "}"}

COMMENTS = r"//[^\n]*|/\*.*?\*/"
STRINGS = r'"""(?:\\.|(?!""").)*+"""|"(?:\\.|[^"\\\n])*+"'
SIGN = r"|'(?:\\[^\n']*+|\\'|[^\\'\n])'"
BRACKET = r"|(?P<bracket>[(){}\[\]])"
OWN = {
    "cpp": r'R"(?P<mark>[^\s()\\]*)\(.*?\)(?P=mark)"|\d[\d\']*',
    "csharp": r'[@$]{1,2}"(?:[^"]|"")*+"',
    "go": r"`[^`]*+`",
    "rust": r'\bb?r(?P<mark>#*)".*?"(?P=mark)',
    "swift": r'(?P<mark>#+)".*?"(?P=mark)',
}
"""Further texts of a language, in which brackets are no brackets."""
LANGUAGES = ("c", "cpp", "csharp", "go", "java", "kotlin", "rust", "swift")
PATTERNS = {
    language: re.compile("|".join(filter(None, (OWN.get(language), COMMENTS, STRINGS))) + SIGN + BRACKET, re.DOTALL)
    for language in LANGUAGES
}


def mismatch(language: str, text: str) -> Problem | None:
    """The first bracket without its other half; None where all match, or the language's are not known."""
    if language not in PATTERNS:
        return None
    opened: list[int] = []
    suspect: int | None = None
    for place in _brackets(language, text):
        sign = text[place]
        if sign in CLOSING:
            opened.append(place)
        elif not opened:
            return problem_at(text, place, f"`{sign}` closes nothing.")
        elif CLOSING[text[opened[-1]]] != sign:
            return problem_at(text, place, f"`{sign}` where `{CLOSING[text[opened[-1]]]}` was expected.")
        else:
            open_place = opened.pop()
            if suspect is None and _indent(text, open_place) > _indent(text, place):
                suspect = open_place
    if not opened:
        return None
    # The bracket left over is often not the one forgotten: that one was closed by a line that stands further left.
    place = opened[-1] if suspect is None else suspect
    return problem_at(text, place, f"`{text[place]}` is never closed.")


def _brackets(language: str, text: str) -> Iterator[int]:
    for match in PATTERNS[language].finditer(text):
        if match["bracket"]:
            yield match.start()


def _indent(text: str, place: int) -> int:
    line = text[text.rfind("\n", 0, place) + 1 : place + 1]
    return len(line) - len(line.lstrip())
