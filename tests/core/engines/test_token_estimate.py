"""How many tokens a text will have."""

import pytest

from core.engines.protocol import Message
from core.engines.token_estimate import estimate_prompt_tokens, estimate_tokens


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 1), ("abc", 2), ("é" * 3, 3), ("\ud83d", 1), ("123456", 7), ("x" * 3000, 1001)]
)
def test_three_bytes_or_a_digit_are_a_token(text: str, tokens: int) -> None:
    assert estimate_tokens(text) == tokens


def test_each_message_of_a_prompt_has_an_allowance() -> None:
    assert estimate_prompt_tokens(()) == 64
    assert estimate_prompt_tokens((Message("user", "abc"), Message("user", "abc"))) == 64 + 2 * (16 + 2)
