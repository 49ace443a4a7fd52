"""What a server is asked, and how its answer is read as it comes; of any server that streams pieces. No I/O."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

from core.engines.protocol import Message, Piece, Text
from core.errors import EngineError
from core.wire import WireError


class Answer(ABC):
    """An answer as it comes: bytes in, pieces out, the last of which is ``Finished``. No I/O."""

    began = False
    """Whether the model writes: silence from now on means that it hangs."""
    complete = False
    """Whether the model has finished, whatever comes now."""

    @abstractmethod
    def feed(self, data: bytes) -> Iterator[Piece]:
        """Yield what is certain by now. Raises EngineError and WireError."""

    @abstractmethod
    def close(self) -> Iterator[Piece]:
        """Nothing more comes: yield the rest. Raises EngineError where that makes no whole answer."""


def together(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """The same, with texts that follow each other as one: at full speed a read brings hundreds."""
    held: list[Text] = []
    try:
        for piece in pieces:
            if isinstance(piece, Text):
                held.append(piece)
                continue
            if held:
                yield _joined(held)
                held = []
            yield piece
    except (EngineError, WireError):
        if held:
            yield _joined(held)
        raise
    if held:
        yield _joined(held)


def _joined(texts: list[Text]) -> Text:
    if len(texts) == 1:
        return texts[0]
    return Text("".join([text.text for text in texts]), sum([text.tokens for text in texts]))


def conversation(messages: tuple[Message, ...]) -> list[dict[str, str]]:
    """The messages as JSON that every server can read: half of a surrogate pair, which some refuse, becomes U+FFFD."""
    return [
        {
            "role": message.role,
            "content": message.content.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"),
        }
        for message in messages
    ]


def continues(messages: tuple[Message, ...]) -> bool:
    """Whether the model goes on from a text of its own, so that it may have nothing to add to it."""
    return bool(messages) and messages[-1].role == "assistant"
