"""The messages of a conversation as every chat API takes them."""

from core.engines.protocol import Message


def encode_messages(messages: tuple[Message, ...]) -> list[dict[str, str]]:
    """The messages as JSON objects; a lone surrogate, which some servers refuse, becomes U+FFFD."""
    return [
        {
            "role": message.role,
            "content": message.content.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"),
        }
        for message in messages
    ]


def is_continuation(messages: tuple[Message, ...]) -> bool:
    """Whether the model continues its own text: an empty answer is then no failure."""
    return bool(messages) and messages[-1].role == "assistant"
