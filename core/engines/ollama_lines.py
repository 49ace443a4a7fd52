"""An ``/api/chat`` stream as it comes: lines of JSON to pieces. No I/O."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.engines.failures import Failures
from core.engines.fields import count_of, list_of, number_of, object_of, read_object, text_of
from core.engines.protocol import Finished, Piece, Request, Text, Thinking
from core.engines.remote import Answer, continues
from core.wire import NdjsonDecoder, WireError

NANOSECONDS = 1e9
UNKNOWN_END = "Ollama did not say why it stopped: the answer may be cut off."


@dataclass(slots=True)
class Line:
    """What a line says; ``error`` is None where it has no such key, ``reason`` where it is missing.

    Not frozen, which would double the cost of making one for each piece.
    """

    content: str = ""
    thinking: str = ""
    calls_tool: bool = False
    done: bool = False
    reason: str | None = None
    error: Any = None
    prompt_tokens: int | None = None
    tokens: int | None = None
    seconds: float | None = None


class OllamaAnswer(Answer):
    """Only a line that says ``done`` makes an answer: a stream that merely ends was cut off by Ollama itself."""

    def __init__(self, failures: Failures, request: Request) -> None:
        self._failures, self._model = failures, request.model
        self._may_be_empty = continues(request.messages)
        self._decoder = NdjsonDecoder()
        self._wrote = self._thought = self._called_tool = False

    def feed(self, data: bytes) -> Iterator[Piece]:
        """See ``Answer``."""
        for line in self._decoder.feed(data):
            yield from self._pieces(read_line(line))

    def close(self) -> Iterator[Piece]:
        """See ``Answer``; a last line without a line end counts where it is whole."""
        try:
            for line in self._decoder.close():
                yield from self._pieces(read_line(line))
        except WireError as error:
            raise self._failures.of_kind("incomplete", self._model) from error
        if not self.complete:
            raise self._failures.of_kind("incomplete", self._model)

    def _pieces(self, line: Line) -> Iterator[Piece]:
        self.began = True
        self._called_tool |= line.calls_tool
        if line.thinking:
            self._thought = True
            yield Thinking(line.thinking)
        if line.content:
            self._wrote = True
            yield Text(line.content)
        if line.error is not None:
            raise self._failures.of_error(line.error, self._model)
        if line.done:
            self.complete = True
            yield self._finished(line)

    def _finished(self, line: Line) -> Finished:
        if line.reason in ("load", "unload") or not (self._wrote or self._may_be_empty):
            raise self._failures.of_kind(self._nothing(), self._model)
        return Finished(
            reason="length" if line.reason == "length" else "stop",
            prompt_tokens=line.prompt_tokens,
            tokens=line.tokens,
            seconds=line.seconds,
            warning=None if line.reason in ("stop", "length") else UNKNOWN_END,
        )

    def _nothing(self) -> str:
        if self._called_tool:
            return "tool_call"
        return "only_thinking" if self._thought else "empty"


def read_line(text: str) -> Line:
    """Read a line; unknown keys and missing ones are no fault. Raises WireError where it is no JSON object."""
    fields = read_object(text)
    message = object_of(fields.get("message"))
    line = Line(
        content=text_of(message.get("content")),
        thinking=text_of(message.get("thinking")),
        calls_tool=bool(list_of(message.get("tool_calls"))),
        error=_error(fields),
    )
    if fields.get("done") is True:
        nanoseconds = number_of(fields.get("eval_duration"))
        line.done = True
        line.reason = text_of(fields.get("done_reason")) or None
        line.prompt_tokens = count_of(fields.get("prompt_eval_count"))
        line.tokens = count_of(fields.get("eval_count"))
        line.seconds = None if nanoseconds is None else nanoseconds / NANOSECONDS
    return line


def _error(fields: dict[str, Any]) -> Any:
    """The presence of the key counts, not its truth: ``{"error": ""}`` is an error too."""
    if "error" not in fields:
        return None
    return "" if fields["error"] is None else fields["error"]
