"""How many tokens a text will be, before any engine has read it. Pure."""

from core.engines.protocol import Message


def estimate_prompt_tokens(messages: tuple[Message, ...]) -> int:
    """More tokens than the messages will have, save for strange texts: 3 bytes a token, a digit a token of its own."""
    return sum(estimate_tokens(message.content) for message in messages) + 16 * len(messages) + 64


def estimate_tokens(text: str) -> int:
    """The same for a text alone."""
    digits = sum(map(text.count, "0123456789"))
    return (len(text.encode("utf-8", "replace")) + 2 * digits) // 3 + 1
