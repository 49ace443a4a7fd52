"""Whether code stands inside a string of several lines, in languages with triple quotes: a fence there is text."""

import re

_LEXEMES = re.compile(r"""#[^\n]*+|"{3}|'{3}|"(?:[^"\\\n]++|\\.)*+"?|'(?:[^'\\\n]++|\\.)*+'?""")
LANGUAGES = frozenset({"python", "elixir", "toml"})


class LongStrings:
    """Reads code in pieces; only whole lines count."""

    def __init__(self) -> None:
        self._partial_line: list[str] = []
        self._delimiter = ""

    @property
    def is_inside(self) -> bool:
        """Whether the last whole line ended inside a string."""
        return self._delimiter != ""

    def feed(self, text: str) -> None:
        """The next piece of code."""
        head, newline, rest = text.rpartition("\n")
        if newline:
            self._read("".join((*self._partial_line, head, newline)))
            self._partial_line = []
        self._partial_line.append(rest)

    def _read(self, lines: str) -> None:
        offset = 0
        while offset < len(lines):
            if self._delimiter:
                end = lines.find(self._delimiter, offset)
                if end < 0:
                    return
                offset, self._delimiter = end + 3, ""
            elif token := _LEXEMES.search(lines, offset):
                offset = token.end()
                self._delimiter = token[0] if token[0] in ('"""', "'''") else ""
            else:
                return
