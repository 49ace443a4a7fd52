"""How a streamed answer is decoded as its bytes arrive, for every kind of server. No I/O."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

from core.engines.protocol import EngineEvent, TextDelta
from core.errors import EngineError
from core.wire import WireError


class ResponseDecoder(ABC):
    """Turns the bytes of one answer into events, the last of which is ``StreamEnd``."""

    has_started = False
    """Whether the model has begun to write: silence from now on means that it hangs."""
    is_complete = False
    """Whether the model has finished: errors from now on do not count."""

    @abstractmethod
    def feed(self, data: bytes) -> Iterator[EngineEvent]:
        """Yield the events that are complete now. Raises EngineError and WireError."""

    @abstractmethod
    def close(self) -> Iterator[EngineEvent]:
        """No more bytes come: yield the remaining events. Raises EngineError if the answer is not whole."""


def merge_text(events: Iterator[EngineEvent]) -> Iterator[EngineEvent]:
    """The same events with adjacent texts joined: a fast model fills one read with hundreds of them.

    An error of ``events`` is raised after the text before it.
    """
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
    return TextDelta("".join([delta.text for delta in deltas]), sum(delta.tokens for delta in deltas))
