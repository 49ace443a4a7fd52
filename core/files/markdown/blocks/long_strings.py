"""Whether code stands inside a string or a comment of several lines: a fence or a marker there is text."""

import re
from dataclasses import dataclass

_LINE_STRINGS = r""""(?:[^"\\\n]++|\\.)*+"?|'(?:[^'\\\n]++|\\.)*+'?"""
_TRIPLE = r"\"{3}|'{3}"
_REGEX = r"(?<=[(,=:\[!&|?;])[ \t]*+/(?![*/])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*+\])++/"
"""A regular expression of JavaScript may hold quotes; a division follows a value."""


@dataclass(frozen=True, slots=True)
class StringSyntax:
    """``lexemes`` finds what may open a string; the group ``long`` is what opens one of several lines.

    ``is_careful`` where broken code or a mistake here is likely: a blank line after a fence then means that it is the
    end of the block, unless a fence in the string is open.
    """

    lexemes: re.Pattern[str]
    is_careful: bool = True


_HASH_TRIPLE = StringSyntax(re.compile(rf"#[^\n]*+|(?P<long>{_TRIPLE})|{_LINE_STRINGS}"), is_careful=False)
_C_TRIPLE = StringSyntax(re.compile(rf"//[^\n]*+|(?P<long>/\*|{_TRIPLE})|{_LINE_STRINGS}"))
_TEMPLATES = StringSyntax(re.compile(rf"//[^\n]*+|(?P<long>/\*|`)|{_REGEX}|[{{}}]|{_LINE_STRINGS}"))
_RUST = StringSyntax(re.compile(r"//[^\n]*+|\br(?P<long>#*+\")|\"(?:[^\"\\\n]++|\\.)*+\"?|'(?:\\.|[^'\\\n])'"))
_HEREDOCS = StringSyntax(re.compile(rf"(?<!\S)#[^\n]*+|{_LINE_STRINGS}|<<<?[-~]?(?P<long>['\"]?[A-Z_]\w*+)"))
SYNTAXES = {
    **dict.fromkeys(("python", "elixir", "toml", "graphql"), _HASH_TRIPLE),
    **dict.fromkeys(("java", "kotlin", "swift", "scala", "dart", "groovy", "csharp"), _C_TRIPLE),
    **dict.fromkeys(("javascript", "typescript", "jsx", "tsx", "vue", "svelte", "go"), _TEMPLATES),
    **dict.fromkeys(("shell", "ruby", "php"), _HEREDOCS),
    "rust": _RUST,
}
"""By language of a file."""
_TEMPLATE_END = re.compile(r"\\.|^[ \t]*+`{3}[^\n]*+|(?P<code>\$\{)|(?P<end>`)", re.MULTILINE | re.DOTALL)
"""A fence in a template would end and begin templates, if the code were right."""


class LongStrings:
    """Reads code in pieces; only whole lines count."""

    def __init__(self, syntax: StringSyntax) -> None:
        self.is_careful = syntax.is_careful
        self._lexemes = syntax.lexemes
        self._partial_line: list[str] = []
        self._end: re.Pattern[str] | None = None
        self._open_braces: list[int] = []

    @property
    def is_inside(self) -> bool:
        """Whether the last whole line ended inside a string."""
        return self._end is not None

    def feed(self, text: str) -> None:
        """The next piece of code."""
        head, newline, rest = text.rpartition("\n")
        if newline:
            self._read("".join((*self._partial_line, head, newline)))
            self._partial_line = []
        self._partial_line.append(rest)

    def _read(self, lines: str) -> None:
        offset = 0
        while token := (self._end or self._lexemes).search(lines, offset):
            offset = token.end()
            if self._end is not None:
                self._read_in_string(token)
            elif token["long"]:
                self._end = _end_of(token["long"])
            elif self._open_braces and token[0] in ("{", "}"):
                self._read_brace(token[0])

    def _read_in_string(self, token: re.Match[str]) -> None:
        if token.lastgroup == "code":
            self._open_braces.append(0)
        if token.lastgroup:
            self._end = None

    def _read_brace(self, brace: str) -> None:
        """A brace in the code of a template: the last one goes back to its text."""
        self._open_braces[-1] += 1 if brace == "{" else -1
        if self._open_braces[-1] < 0:
            self._open_braces.pop()
            self._end = _TEMPLATE_END


def _end_of(opening: str) -> re.Pattern[str]:
    """What ends the string that this opens."""
    if opening == "`":
        return _TEMPLATE_END
    if opening == "/*":
        return re.compile(r"(?P<end>\*/)")
    if (opening.endswith('"') and opening.startswith(("#", '"'))) or opening == "'''":
        hashes = opening.count("#")
        return re.compile(f"(?P<end>{opening[hashes:]}{'#' * hashes})")
    word = opening.strip("'\"")
    return re.compile(rf"(?P<end>^[ \t]*+{word}\b)", re.MULTILINE)
