"""The normalisation of a model's text, applied once, where it enters the product; the same rule for user input.

Line ends become ``\\n``; NUL and lone surrogates become U+FFFD. Everything else stays as it is.
"""

import re

from core.errors import InvalidInput

REPLACEMENT_CHARACTER = "\N{REPLACEMENT CHARACTER}"

UNSTORABLE_MESSAGE = "This holds a character that no text has (NUL, or half of a surrogate pair): remove it."

_NEEDS_NORMALIZING = re.compile("[\0\r\ud800-\udfff]")
_SURROGATE_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_LINE = re.compile(r"[^\n]*+\n|[^\n]++")
_NUL_OR_SURROGATE = re.compile("[\0\ud800-\udfff]")


class TextNormalizer:
    """Normalises a text that comes in pieces; the result does not depend on where it is cut.

    All that ``feed`` and ``close`` return, joined, can be encoded as UTF-8. Only a high surrogate at the end of a
    piece is held back, until its other half can follow; a ``\\r`` there is not.
    """

    def __init__(self) -> None:
        self._high_surrogate = ""
        self._after_cr = False

    def feed(self, text: str) -> str:
        """The normal form of the next piece, as far as it is certain."""
        if not text:
            return ""
        if self._after_cr and text[0] == "\n":
            text = text[1:]
        self._after_cr = False
        if self._high_surrogate or _NEEDS_NORMALIZING.search(text):
            return self._normalize(text)
        return text

    def close(self) -> str:
        """The normal form of what was held back. Nothing may be fed afterwards."""
        held, self._high_surrogate = self._high_surrogate, ""
        return REPLACEMENT_CHARACTER if held else ""

    def _normalize(self, text: str) -> str:
        text = self._high_surrogate + text
        self._high_surrogate = ""
        if "\ud800" <= text[-1:] <= "\udbff":
            text, self._high_surrogate = text[:-1], text[-1]
        elif text.endswith("\r"):
            self._after_cr = True
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return _NUL_OR_SURROGATE.sub(REPLACEMENT_CHARACTER, _SURROGATE_PAIR.sub(_join_surrogates, text))


def check_storable(field: str, text: str) -> None:
    """Refuse user input that ``TextNormalizer`` would change to U+FFFD. Raises InvalidInput."""
    if _NUL_OR_SURROGATE.search(text):
        raise InvalidInput.for_field(field, UNSTORABLE_MESSAGE)


def pluralize(number: int, noun: str) -> str:
    """``1 file``, ``4 files``, ``1,284 tokens``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def split_lines(text: str) -> tuple[str, ...]:
    """The lines with their line ends. Unlike ``splitlines``, a form feed and its like end no line."""
    return tuple(_LINE.findall(text))


def _join_surrogates(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le")
