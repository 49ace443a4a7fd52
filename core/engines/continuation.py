"""Continuing a cut answer: without what a server echoes of it, or, where it refuses to go on, by asking for the rest.

A server with the chat template of llama.cpp streams the last ``assistant`` message back before it goes on (seen with
Ollama 0.33 and a model made of a bare GGUF): an exact repetition of all of it is dropped.

A server that refuses a last ``assistant`` message is asked for the rest in a new turn, and the two are joined.
The model is asked to repeat its last line first, so the join is where both texts overlap longest. The repeated part is
left out, and so is a code fence that the model opens again inside an open file. Nothing else is changed; the warning
of the stream's end says where the texts were joined.
"""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from itertools import accumulate
from typing import Protocol

from core.engines.protocol import EngineEvent, EventStream, Message, StreamEnd, TextDelta
from core.errors import EngineError
from core.files.markdown.events import FileClosed
from core.files.markdown.parser import MarkdownParser

MAX_OVERLAP_LENGTH = 4000
"""Characters at the end of the cut answer that are searched for the repeated ones."""
MIN_OVERLAP_LENGTH = 8
"""Characters, blanks apart, of an overlap: shorter ones may be equal by chance."""
MAX_OPENING_LENGTH = 300
"""Characters held back at most while they could be the opening of a file."""

CONTINUE_PROMPT = (
    "Your answer was cut off. Go on from exactly where it stopped: first repeat its last line, then write all that "
    "follows. Do not begin anew, and explain nothing."
)
_FILE_OPENING = re.compile(r"\s*+(?:#++ FILE: [^\n]*\n\s*+)?(?:`{3,}|~{3,})[^\n`]*\n")
_PARTIAL_FILE_OPENING = re.compile(r"\s*+(?:#++[^\n]*+\n?+\s*+)?(?:`{1,}[^\n`]*|~{1,}[^\n]*)?")


def add_continue_request(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """The conversation, whose last message is a cut answer, with a request to continue."""
    return (*messages, Message("user", CONTINUE_PROMPT))


class TextFilter(Protocol):
    """Takes the text of a continuation and returns what of it is new, as soon as that is certain."""

    @property
    def warning(self) -> str | None:
        """What to say at the end of the stream."""

    def feed(self, text: str) -> str:
        """The new part of the next piece."""

    def close(self) -> str:
        """The new part of what was held back."""


def splice_stream(events: EventStream, cut_answer: str) -> AsyncGenerator[EngineEvent, None]:
    """The events of the continuation without the text that ``cut_answer`` ends with. Raises EngineError."""
    return _filter_text(events, Splice(cut_answer))


def drop_echo(events: EventStream, cut_answer: str) -> AsyncGenerator[EngineEvent, None]:
    """The events without a text that repeats all of ``cut_answer`` at their beginning. Raises EngineError."""
    return _filter_text(events, EchoFilter(cut_answer))


async def _filter_text(events: EventStream, text_filter: TextFilter) -> AsyncGenerator[EngineEvent, None]:
    async with aclosing(events) as continuation:
        try:
            async for event in continuation:
                match event:
                    case TextDelta(text):
                        if new_text := text_filter.feed(text):
                            yield replace(event, text=new_text)
                    case StreamEnd():
                        if new_text := text_filter.close():
                            yield TextDelta(new_text)
                        warnings = filter(None, (text_filter.warning, event.warning))
                        yield replace(event, warning=" ".join(warnings) or None)
                    case _:
                        yield event
        except EngineError:
            # What was held back is the model's text, which an error must not lose.
            if new_text := text_filter.close():
                yield TextDelta(new_text)
            raise


class EchoFilter:
    """Holds text back while it repeats ``cut_answer``, and drops it once it has repeated all of it."""

    warning: str | None = None

    def __init__(self, cut_answer: str) -> None:
        self._cut_answer = cut_answer
        # A short answer may be repeated by the model itself, as a line of dashes is.
        self._is_open = len("".join(cut_answer.split())) >= MIN_OVERLAP_LENGTH
        self._repeated_length = 0

    def feed(self, text: str) -> str:
        """The new part of the next piece."""
        if not self._is_open:
            return text
        expected = self._cut_answer[self._repeated_length : self._repeated_length + len(text)]
        if text != expected and not (expected and text.startswith(expected)):
            return self.close() + text
        self._repeated_length += len(expected)
        self._is_open = self._repeated_length < len(self._cut_answer)
        return text[len(expected) :]

    def close(self) -> str:
        """What was held back, and was no repetition of all."""
        was_open, self._is_open = self._is_open, False
        return self._cut_answer[: self._repeated_length] if was_open else ""


class Splice:
    """Joins a continuation to ``cut_answer``: takes its text and returns the new part as soon as that is certain."""

    def __init__(self, cut_answer: str) -> None:
        self._tail = cut_answer[-MAX_OVERLAP_LENGTH:]
        self._is_inside_file = _ends_inside_file(cut_answer)
        self._pending: str | None = ""  # None once the texts are joined
        self._overlap_length = 0

    def feed(self, text: str) -> str:
        """The new part of the next piece; empty while the text may still be a repetition."""
        if self._pending is None:
            return text
        self._pending += text
        return "" if self._is_undecided(self._pending) else self.close()

    def close(self) -> str:
        """The new part of the text held back; empty if nothing is."""
        if self._pending is None:
            return ""
        pending, self._pending = self._strip_opening(self._pending), None
        # The longest first: a shorter overlap may be one by chance.
        self._overlap_length = self._find_overlap(pending[: len(self._tail)])
        return pending[self._overlap_length :]

    @property
    def warning(self) -> str | None:
        """A sentence for the user: the answer consists of two parts."""
        position = (
            f"where {self._overlap_length} characters overlap" if self._overlap_length else "although nothing overlaps"
        )
        return f"The server cannot go on inside an answer: it was asked for the rest, which was joined {position}."

    def _is_undecided(self, pending: str) -> bool:
        if self._is_inside_file and len(pending) < MAX_OPENING_LENGTH and _PARTIAL_FILE_OPENING.fullmatch(pending):
            return True
        rest = self._strip_opening(pending)
        return len(rest) < MAX_OVERLAP_LENGTH and rest in self._tail

    def _strip_opening(self, text: str) -> str:
        opening = _FILE_OPENING.match(text) if self._is_inside_file else None
        return text[opening.end() :] if opening else text

    def _find_overlap(self, beginning: str) -> int:
        """The length of the longest part of ``beginning`` from its start on that the cut answer ends with."""
        solid_counts = list(accumulate(not character.isspace() for character in beginning))
        for length in range(len(beginning), 0, -1):
            if solid_counts[length - 1] >= MIN_OVERLAP_LENGTH and self._tail.endswith(beginning[:length]):
                return length
        return 0


def _ends_inside_file(text: str) -> bool:
    parser = MarkdownParser("text")
    events = [*parser.feed(text), *parser.close()]
    return any(isinstance(event, FileClosed) and not event.is_complete for event in events)
