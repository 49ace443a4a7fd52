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
C_PREFIX = r"(?:\b(?:u8|[uUL]))?"
STRINGS = {
    "c": rf"{C_PREFIX}(?:{OPEN_STRING})\w*+",
    "cpp": rf'{C_PREFIX}R"(?P<mark>[^\s()\\]{{0,16}})\(.*?(?:\)(?P=mark)"\w*+|\Z)'
    rf"|{C_PREFIX}(?:{OPEN_STRING})\w*+|\d[\w.']*+",
    # A string with code in it ends where the scanner below finds its end.
    "csharp": r'(?P<interpolated>@?\$++@?"++)|(?P<raw>"{3,}).*?(?:(?P=raw)"*+\w*+|\Z)|@"(?:[^"]|"")*+"?'
    rf"|(?:{OPEN_STRING})\w*+",
    "go": rf"`[^`]*+`?|{OPEN_STRING}",
    "java": rf'"""(?:\\.|(?!""").)*+(?:"""|\Z)|{OPEN_STRING}',
    "protobuf": OPEN_STRING,
    "rust": r'\w?r(?P<mark>#*+)"(?:.*?"(?P=mark)\w*+|.*+)|\w?"(?:\\.|[^"\\])*+"?'
    r"|\w?'(?:\\.[^\n']*+|[^'\\\n])'|'\w++",
}
LEXERS = {
    language: re.compile(rf"(?P<comment>{COMMENT})|(?P<string>{string})|{OPERATOR}|{WORD}|(?P<line>\n)|\S", re.DOTALL)
    for language, string in STRINGS.items()
}
PLAIN_PARTS = re.compile(r'\\.|[{}"\n]', re.DOTALL)
VERBATIM_PARTS = re.compile(r'""|[{}"]')
RAW_PARTS = re.compile(r'[{}]|"{3,}')
"""What matters inside a string of C# with code in it: escapes, brackets, and what may end it."""


def c_like_tokens(language: str, text: str) -> list[str]:
    """The tokens, strings and comments with their text; the lines of a comment are without their indentation.

    A preprocessor's line has a token at its end.
    """
    tokens: list[str] = []
    in_directive = False
    at_line_start = True
    for kind, part, glued in _scan(language, text):
        if kind == "line":
            if in_directive and not part.startswith("\\"):
                tokens.append("<end of line>")
                in_directive = False
            at_line_start = True
            continue
        if part == "\\" and in_directive:
            continue
        if at_line_start and part == "#" and language in WITH_PREPROCESSOR:
            in_directive = True
        at_line_start = False
        # ``#define A(x)`` is not ``#define A (x)``.
        tokens.append("<glued>(" if in_directive and part == "(" and glued and _defines(tokens) else part)
    return _without_trailing_commas(tokens) if language == "rust" else tokens


def comment_text(comment: str) -> str:
    """A comment without what its place makes: the white space around each of its lines."""
    return "\n".join(line.strip() for line in comment.split("\n"))


def _defines(tokens: list[str]) -> bool:
    return len(tokens) > 1 and tokens[-2] == "define"


def _scan(language: str, text: str) -> Iterator[tuple[str, str, bool]]:
    """Kind, text, and whether it follows the one before without a space. The text of a continued line is ``\\``."""
    lexer = LEXERS[language]
    position = 0
    while match := lexer.search(text, position):
        start, end = match.span()
        glued = start == position
        kind = match.lastgroup or ""
        if match["comment"] is not None:
            yield "comment", comment_text(match[0]), glued
        elif match["line"] is not None:
            yield "line", "\\" if text[start - 1 : start] == "\\" else "\n", glued
        elif language == "csharp" and match["interpolated"] is not None:
            end = _interpolated_end(text, start, match["interpolated"])
            yield "string", text[start:end], glued
        else:
            yield kind, match[0], glued
        position = end


def _interpolated_end(text: str, start: int, opening: str) -> int:
    """The end of a string of C# that holds code; an empty one ends with its opening."""
    quotes = len(opening) - len(opening.rstrip('"'))
    position = start + len(opening)
    if quotes == 2:
        return position
    kind = RAW_PARTS if quotes > 2 else VERBATIM_PARTS if "@" in opening else PLAIN_PARTS
    depth = 0
    for match in kind.finditer(text, position):
        sign = match[0]
        if sign in ("{", "}"):
            depth = max(depth + (1 if sign == "{" else -1), 0)
        elif depth == 0 and (sign in ('"', "\n") or (quotes > 2 and len(sign) >= quotes)):
            return match.start() if sign == "\n" else match.end()
    return len(text)


def _without_trailing_commas(tokens: list[str]) -> list[str]:
    """Without the comma before a closing bracket, but for that of a tuple of one."""
    kept: list[str] = []
    commas = [0]
    for part in tokens:
        if part in ("(", "[", "{"):
            commas.append(0)
        elif part == ",":
            commas[-1] += 1
        elif part in (")", "]", "}"):
            if kept and kept[-1] == "," and (part != ")" or commas[-1] > 1):
                kept.pop()
            if len(commas) > 1:
                commas.pop()
        kept.append(part)
    return kept
