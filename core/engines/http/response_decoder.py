"""What a server is asked, and how its answer is read as it comes; of any server that streams pieces. No I/O."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

from core.engines.protocol import EngineEvent, Message, TextDelta
from core.errors import EngineError
from core.wire import WireError


class ResponseDecoder(ABC):
    """An answer as it comes: bytes in, pieces out, the last of which is ``Finished``. No I/O."""

    has_started = False
    """Whether the model writes: silence from now on means that it hangs."""
    is_complete = False
    """Whether the model has finished, whatever comes now."""

    @abstractmethod
    def feed(self, data: bytes) -> Iterator[EngineEvent]:
        """Yield what is certain by now. Raises EngineError and WireError."""

    @abstractmethod
    def close(self) -> Iterator[EngineEvent]:
        """Nothing more comes: yield the rest. Raises EngineError where that makes no whole answer."""


def merge_text(events: Iterator[EngineEvent]) -> Iterator[EngineEvent]:
    """The same, with texts that follow each other as one: at full speed a read brings hundreds."""
    pending: list[TextDelta] = []
    try:
        for event in events:
            if isinstance(event, TextDelta):
                pending.append(event)
                continue
            if pending:
                yield _concat_text(pending)
                pending = []
            yield event
    except (EngineError, WireError):
        if pending:
            yield _concat_text(pending)
        raise
    if pending:
        yield _concat_text(pending)


def _concat_text(deltas: list[TextDelta]) -> TextDelta:
    if len(deltas) == 1:
        return deltas[0]
    return TextDelta("".join([text.text for text in deltas]), sum([text.tokens for text in deltas]))


def encode_messages(messages: tuple[Message, ...]) -> list[dict[str, str]]:
    """The messages as JSON that every server can read: half of a surrogate pair, which some refuse, becomes U+FFFD."""
    return [
        {
            "role": message.role,
            "content": message.content.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"),
        }
        for message in messages
    ]


def is_continuation(messages: tuple[Message, ...]) -> bool:
    """Whether the model goes on from a text of its own, so that it may have nothing to add to it."""
    return bool(messages) and messages[-1].role == "assistant"
