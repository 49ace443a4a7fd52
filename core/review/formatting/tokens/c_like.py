"""The tokens of languages whose strings and comments are like those of C."""

import re
from collections.abc import Iterator

C_LIKE_LANGUAGES = frozenset({"c", "cpp", "csharp", "go", "java", "protobuf", "rust"})
WITH_PREPROCESSOR = frozenset({"c", "cpp", "csharp"})

# What has no end goes on to the end of the text, so that no end is looked for twice.
COMMENT = r"//[^\n]*+|/\*.*?(?:\*/|\Z)"
OPERATOR = (
    r"<<=|->\*|\.\.\.|\.\.=|<=>|\?\?=|&&=|\|\|=|===|!==|\*\*=|::|->|=>|\+\+|--|<<|<=|>=|==|!=|&&|\|\||\?\?|\?\.|\.\."
    r"|:=|<-|\+=|-=|\*=|/=|%=|&=|\|=|\^=|&\^"
)
WORD = r"[\w$@]++"
OPEN_STRING = r'"(?:\\.|[^"\\\n])*+"?|\'(?:\\.|[^\'\\\n])*+\'?'
STRINGS = {
    "c": rf"\w*+(?:{OPEN_STRING})\w*+",
    "cpp": rf'\w*+R"(?P<mark>[^\s()\\]{{0,16}})\(.*?(?:\)(?P=mark)"\w*+|\Z)|\w*+(?:{OPEN_STRING})\w*+|\d[\w.\']*+',
    # A string with code in it ends where the scanner below finds its end.
    "csharp": rf'(?P<interpolated>@?\$++@?"++)|(?P<raw>"{{3,}}).*?(?:(?P=raw)"*+\w*+|\Z)|@"(?:[^"]|"")*+"?|(?:{OPEN_STRING})\w*+',
    "go": rf"`[^`]*+`?|{OPEN_STRING}",
    "java": rf'"""(?:\\.|(?!""").)*+(?:"""|\Z)|{OPEN_STRING}',
    "protobuf": OPEN_STRING,
    "rust": r'\w?r(?P<mark>#*+)"(?:.*?"(?P=mark)\w*+|.*+)|\w?"(?:\\.|[^"\\])*+"?|\w?\'(?:\\[^\n\']*+|[^\'\\\n])\'|\'\w++',
}
LEXERS = {
    language: re.compile(rf"(?P<comment>{COMMENT})|(?P<string>{string})|{OPERATOR}|{WORD}|(?P<line>\n)|\S", re.DOTALL)
    for language, string in STRINGS.items()
}
MAX_INTERPOLATION_DEPTH = 50
"""Strings inside the code of strings."""


def c_like_tokens(language: str, text: str) -> list[str] | None:
    """The tokens with the text of strings and comments; of these, the indentation of each line may differ.

    A preprocessor's line has a token at its end. None where strings are nested too deep.
    """
    tokens: list[str] = []
    in_directive = False
    at_line_start = True
    for kind, token, glued in _scan(language, text):
        if kind == "line":
            if in_directive and not token.startswith("\\"):
                tokens.append("<end of line>")
                in_directive = False
            at_line_start = True
            continue
        if token == "\\" and in_directive:
            continue
        if at_line_start and token == "#" and language in WITH_PREPROCESSOR:
            in_directive = True
        at_line_start = False
        # ``#define A(x)`` is not ``#define A (x)``.
        tokens.append("<glued>(" if in_directive and token == "(" and glued and _defines(tokens) else token)
    return _without_trailing_commas(tokens) if language == "rust" else tokens


def comment_text(comment: str) -> str:
    """A comment without what its place makes: the white space around each of its lines."""
    return "\n".join(line.strip() for line in comment.split("\n"))


def _defines(tokens: list[str]) -> bool:
    return len(tokens) > 1 and tokens[-2] == "define"


def _scan(language: str, text: str) -> Iterator[tuple[str, str, bool]]:
    """Kind, text, and whether it follows the token before without a space. A continued line has a ``\\`` for its text."""
    lexer = LEXERS[language]
    position = 0
    while match := lexer.search(text, position):
        start, end = match.span()
        glued = start == position
        kind = match.lastgroup or ""
        if match["comment"] is not None:
            yield "comment", comment_text(match[0]), glued
        elif match["line"] is not None:
            yield "line", "\\" if text[:start][-1:] == "\\" else "\n", glued
        elif language == "csharp" and match["interpolated"] is not None:
            end = _interpolated_end(text, start, match["interpolated"])
            yield "string", text[start:end], glued
        else:
            yield kind, match[0], glued
        position = end


def _interpolated_end(text: str, start: int, opening: str) -> int:
    """The end of a string of C# that holds code; an empty one ends with its opening."""
    quotes = len(opening) - len(opening.rstrip('"'))
    if quotes == 2:
        return start + len(opening)
    is_raw, is_verbatim = quotes >= 3, "@" in opening
    position, depth = start + len(opening), 0
    while position < len(text):
        char = text[position]
        if depth == 0 and is_raw and text.startswith('"' * quotes, position):
            return position + quotes
        if char == "\\" and not (is_raw or is_verbatim or depth):
            position += 2
            continue
        if char == '"' and not is_raw and depth == 0:
            if not (is_verbatim and text.startswith('""', position)):
                return position + 1
            position += 1
        elif char == "\n" and not (is_raw or is_verbatim or depth):
            return position
        elif char == "{":
            depth += 1
        elif char == "}":
            depth = max(depth - 1, 0)
        position += 1
    return position


def _without_trailing_commas(tokens: list[str]) -> list[str]:
    """Without the comma before a closing bracket, but for that of a tuple of one."""
    kept: list[str] = []
    commas = [0]
    for token in tokens:
        if token in "([{" and token:
            commas.append(0)
        elif token == ",":
            commas[-1] += 1
        elif token in (")", "]", "}"):
            if kept and kept[-1] == "," and (token != ")" or commas[-1] > 1):
                kept.pop()
            if len(commas) > 1:
                commas.pop()
        kept.append(token)
    return kept
