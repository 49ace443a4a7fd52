"""Brackets without their other half, in languages whose strings and comments are like those of C."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.review.checking.problem import Problem, problem_at

CLOSING_BRACKETS = {"(": ")", "[": "]", "{": "}"}
NON_SPACE = re.compile(r"\S")

# What has no end goes on to the end of the text: looking for the end again from each beginning would be quadratic.
COMMENT_PATTERN = r"//[^\n]*|/\*.*?(?:\*/|\Z)"
STRING_PATTERN = r'(?<!\\)(?:"""(?:\\.|(?!""").)*+"""|"(?:\\.|[^"\\\n])*+")'
"""The look-behind keeps each quote of a string without an end from being tried as the beginning of one: they are all
escaped, or one of them would be its end."""
CHAR_LITERAL_PATTERN = r"|'(?:\\[^\n']*+|\\'|[^\\'\n])'"
BRACKET_PATTERN = r"|(?P<bracket>[(){}\[\]])"
EXTRA_LITERAL_PATTERNS = {
    "cpp": r'R"(?P<mark>[^\s()\\]{0,16})\(.*?(?:\)(?P=mark)"|\Z)|\d[\d\']*',
    "csharp": r'[@$]{1,2}"(?:[^"]|"")*+"',
    "go": r"`[^`]*+`",
    "rust": r'\bb?r(?P<mark>#*+)"(?:.*?"(?P=mark)|.*+)',
    "swift": r'(?<!#)(?P<mark>#++)"(?:.*?"(?P=mark)|.*+)',
}
"""Literals of one language alone."""
C_LIKE_LANGUAGES = ("c", "cpp", "csharp", "go", "java", "kotlin", "rust", "swift")
TOKEN_PATTERNS = {
    language: re.compile(
        "|".join(filter(None, (EXTRA_LITERAL_PATTERNS.get(language), COMMENT_PATTERN, STRING_PATTERN)))
        + CHAR_LITERAL_PATTERN
        + BRACKET_PATTERN,
        re.DOTALL,
    )
    for language in C_LIKE_LANGUAGES
}


@dataclass(frozen=True, slots=True)
class _Bracket:
    """``indent`` is that of its line, in characters."""

    sign: str
    offset: int
    indent: int


def find_mismatch(language: str, text: str) -> Problem | None:
    """The first bracket without its other half; None where all match, and for other languages."""
    open_brackets: list[_Bracket] = []
    suspect: _Bracket | None = None
    for bracket in _brackets(language, text) if language in TOKEN_PATTERNS else ():
        if bracket.sign in CLOSING_BRACKETS:
            open_brackets.append(bracket)
            continue
        if not open_brackets:
            return problem_at(text, bracket.offset, f"`{bracket.sign}` closes nothing.")
        opening = open_brackets.pop()
        if CLOSING_BRACKETS[opening.sign] != bracket.sign:
            message = f"`{bracket.sign}` where `{CLOSING_BRACKETS[opening.sign]}` was expected."
            return problem_at(text, bracket.offset, message)
        # The first alone: a forgotten bracket shifts every pair after it.
        if suspect is None and opening.indent > bracket.indent:
            suspect = opening
    if not open_brackets:
        return None
    # The forgotten bracket is often another: one that was closed by a line with less indentation than its own.
    forgotten = suspect or open_brackets[-1]
    return problem_at(text, forgotten.offset, f"`{forgotten.sign}` is never closed.")


def _brackets(language: str, text: str) -> Iterator[_Bracket]:
    line_start = line_end = indent = 0
    for match in TOKEN_PATTERNS[language].finditer(text):
        if not match["bracket"]:
            continue
        if match.start() >= line_end:
            # From the last line on: from the beginning of the text each time would be quadratic.
            line_start = text.rfind("\n", line_start, match.start()) + 1 or line_start
            line_end = text.find("\n", match.start())
            line_end = len(text) if line_end < 0 else line_end
            indent = _indent_at(text, line_start)
        yield _Bracket(match[0], match.start(), indent)


def _indent_at(text: str, line_start: int) -> int:
    code = NON_SPACE.search(text, line_start)
    return code.start() - line_start if code else 0
