"""The whole normal form of a text, to compare pieces with."""

from core.text import TextNormalizer


def normalize(text: str) -> str:
    """All of the text at once."""
    normalizer = TextNormalizer()
    return normalizer.feed(text) + normalizer.close()
