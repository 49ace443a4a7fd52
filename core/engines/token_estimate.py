"""The token count of a text, estimated before an engine has read it, and the room to keep for an answer."""

from core.engines.protocol import Message

RESERVED_ANSWER_TOKENS = 6144
"""Kept free for an answer without a limit of its own: several files of an app. More would cost 1 GB of cache."""
TOKENS_PER_MESSAGE, TOKENS_PER_PROMPT = 16, 64
"""Allowance for what a chat template adds to each message, and to the prompt as a whole."""


def estimate_prompt_tokens(messages: tuple[Message, ...]) -> int:
    """An upper bound for all but unusual texts; ``estimate_tokens`` says how a text is counted."""
    overhead = TOKENS_PER_MESSAGE * len(messages) + TOKENS_PER_PROMPT
    return sum(estimate_tokens(message.content) for message in messages) + overhead


def estimate_tokens(text: str) -> int:
    """Three UTF-8 bytes count as a token, and each digit as one: tokenizers split numbers into digits."""
    digits = sum(map(text.count, "0123456789"))
    return (len(text.encode("utf-8", "replace")) + 2 * digits) // 3 + 1
