"""Brackets that do not match, in languages whose strings and comments are like C's."""

import re
from collections.abc import Iterator

from core.review.checking.problem import Problem, problem_at

CLOSING_BRACKETS = {"(": ")", "[": "]", "{": "}"}

COMMENT_PATTERN = r"//[^\n]*|/\*.*?\*/"
STRING_PATTERN = r'"""(?:\\.|(?!""").)*+"""|"(?:\\.|[^"\\\n])*+"'
CHAR_LITERAL_PATTERN = r"|'(?:\\[^\n']*+|\\'|[^\\'\n])'"
BRACKET_PATTERN = r"|(?P<bracket>[(){}\[\]])"
EXTRA_LITERAL_PATTERNS = {
    "cpp": r'R"(?P<mark>[^\s()\\]*)\(.*?\)(?P=mark)"|\d[\d\']*',
    "csharp": r'[@$]{1,2}"(?:[^"]|"")*+"',
    "go": r"`[^`]*+`",
    "rust": r'\bb?r(?P<mark>#*)".*?"(?P=mark)',
    "swift": r'(?P<mark>#+)".*?"(?P=mark)',
}
"""Further texts of a language, in which brackets are no brackets."""
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


def find_mismatch(language: str, text: str) -> Problem | None:
    """The first bracket without its other half; None where all match, or the language's are not known."""
    if language not in TOKEN_PATTERNS:
        return None
    open_offsets: list[int] = []
    suspect: int | None = None
    for offset in _bracket_offsets(language, text):
        char = text[offset]
        if char in CLOSING_BRACKETS:
            open_offsets.append(offset)
        elif not open_offsets:
            return problem_at(text, offset, f"`{char}` closes nothing.")
        elif CLOSING_BRACKETS[text[open_offsets[-1]]] != char:
            return problem_at(
                text, offset, f"`{char}` where `{CLOSING_BRACKETS[text[open_offsets[-1]]]}` was expected."
            )
        else:
            open_offset = open_offsets.pop()
            if suspect is None and _indent_at(text, open_offset) > _indent_at(text, offset):
                suspect = open_offset
    if not open_offsets:
        return None
    # The bracket left over is often not the one forgotten: that one was closed by a line that stands further left.
    offset = open_offsets[-1] if suspect is None else suspect
    return problem_at(text, offset, f"`{text[offset]}` is never closed.")


def _bracket_offsets(language: str, text: str) -> Iterator[int]:
    for match in TOKEN_PATTERNS[language].finditer(text):
        if match["bracket"]:
            yield match.start()


def _indent_at(text: str, offset: int) -> int:
    line = text[text.rfind("\n", 0, offset) + 1 : offset + 1]
    return len(line) - len(line.lstrip())
