"""Names of accounts: which are allowed, which are the same, and which look alike. No I/O."""

import hashlib
import unicodedata
from functools import cache

from confusable_homoglyphs.confusables import confusables_data

from core.errors import InvalidInput

MIN_USERNAME_LENGTH, MAX_USERNAME_LENGTH = 2, 64
USERNAME_RULE = (
    f"A name has {MIN_USERNAME_LENGTH} to {MAX_USERNAME_LENGTH} letters, digits, dots, underscores or hyphens."
)
MAX_NAME_KEY_LENGTH = 128
"""Characters of the column; folding makes some names longer than they are, as ``ß`` becomes ``ss``."""
MAX_DECOMPOSITION = 4
"""Characters of which normalisation makes one. Names are cut to as many before: marks in a row take it quadratic time.
"""
_LEFT_TO_RIGHT_MARK = "\u200e"
_INVISIBLE_LETTERS = "\u115f\u1160"
"""Hangul fillers: letters to Unicode, and nothing to the eye. NFKC turns the other fillers into these."""


def check_username(name: str) -> str:
    """The name as it is kept. Raises InvalidInput."""
    name = unicodedata.normalize("NFC", name.strip()[: MAX_DECOMPOSITION * MAX_USERNAME_LENGTH + 1])
    # Letters of any script, but no white space, no control and nothing that Markdown or HTML reads.
    has_valid_length = MIN_USERNAME_LENGTH <= len(name) <= MAX_USERNAME_LENGTH
    if not has_valid_length or not all(c.isalnum() or c in "._-" for c in name) or _has_invisible_letter(name):
        raise InvalidInput.for_field("username", USERNAME_RULE)
    return name


def name_key(name: str) -> str:
    """What two spellings of one name have in common: they differ in case and normalisation alone."""
    beginning = name.strip()[: MAX_DECOMPOSITION * MAX_NAME_KEY_LENGTH]
    return unicodedata.normalize("NFC", beginning).casefold()[:MAX_NAME_KEY_LENGTH]


def name_skeletons(name: str) -> set[str]:
    """Hashes of what a name looks like; names that share one can be taken for each other.

    In the manner of Unicode's TR39, section 4, without regard to case. It is done for the name as it was written and
    in lower case: ``Ida`` looks like ``lda``, and ``ida`` does not.
    """
    return {hashlib.sha256(_skeleton(text).encode()).hexdigest() for text in (name, name.casefold())}


def _skeleton(text: str) -> str:
    # NFKC first: full-width and styled letters become the plain ones that they look like.
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text))
    prototypes = _prototypes()
    looks = "".join(prototypes.get(character, character) for character in decomposed)
    return unicodedata.normalize("NFD", looks.casefold())


@cache
def _prototypes() -> dict[str, str]:
    """What stands for each character that looks like others.

    The package lists for each character or sequence those that Unicode's ``confusables.txt`` has on a line with it, so
    the prototype is the one with the longest list; where two have only each other, it is the smaller one. Sequences of
    several characters (``rn`` for ``m``) are always prototypes.
    """
    prototypes: dict[str, str] = {}
    for listed_text, listed_entries in confusables_data.items():
        text = _without_mark(listed_text)
        alternatives = [_without_mark(entry["c"]) for entry in listed_entries]
        if len(text) == 1:
            prototypes[text] = min((text, *alternatives), key=_prototype_order)
    return prototypes


def _prototype_order(text: str) -> tuple[int, int, str]:
    return -len(text), -len(_entries_of(text)), text


def _entries_of(text: str) -> list[dict[str, str]]:
    return confusables_data.get(text) or confusables_data.get(f"{_LEFT_TO_RIGHT_MARK}{text}{_LEFT_TO_RIGHT_MARK}") or []


def _without_mark(text: str) -> str:
    return text.strip(_LEFT_TO_RIGHT_MARK)


def _has_invisible_letter(name: str) -> bool:
    return any(c in _INVISIBLE_LETTERS for c in unicodedata.normalize("NFKC", name))
