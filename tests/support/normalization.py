"""The whole normal form of a text, to compare pieces with."""

from core.text import Normalizer


def normalize(text: str) -> str:
    """All of the text at once."""
    normalizer = Normalizer()
    return normalizer.feed(text) + normalizer.close()
