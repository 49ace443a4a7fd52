"""Texts that differ in their layout alone, and texts that differ in more."""

from core.review.formatting.token_gate import tokens_of


def same(language: str, before: str, after: str) -> bool:
    """Whether both have the same tokens; they must be readable."""
    tokens = tokens_of(language, before)
    assert tokens is not None, before
    return tokens == tokens_of(language, after)
