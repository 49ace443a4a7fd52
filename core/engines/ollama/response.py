"""An ``/api/chat`` stream as it comes: lines of JSON to pieces. No I/O."""

from collections.abc import Iterator
from typing import Any

from core.engines.http.error_mapping import Failures
from core.engines.http.json_access import count_of, list_of, number_of, object_of, read_object, text_of
from core.engines.http.response_decoder import Answer, continues
from core.engines.protocol import Finished, Piece, Request, Text, Thinking
from core.wire import NdjsonDecoder, WireError

NANOSECONDS = 1e9
PLAIN = frozenset({"role", "content"})
"""What there is of a message that neither thinks nor calls a tool."""
UNKNOWN_END = "Ollama did not say why it stopped: the answer may be cut off."


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
            fields = read_object(line)
            if text := _plain(fields):
                self.began = self._wrote = True
                yield Text(text)
            else:
                yield from self._pieces(fields)

    def close(self) -> Iterator[Piece]:
        """See ``Answer``; a last line without a line end counts where it is whole."""
        try:
            for line in self._decoder.close():
                yield from self._pieces(read_object(line))
        except WireError as error:
            raise self._failures.of_kind("incomplete", self._model) from error
        if not self.complete:
            raise self._failures.of_kind("incomplete", self._model)

    def _pieces(self, fields: dict[str, Any]) -> Iterator[Piece]:
        """What a line says, whatever it may be; unknown keys and missing ones are no fault."""
        self.began = True
        message = object_of(fields.get("message"))
        self._called_tool |= bool(list_of(message.get("tool_calls")))
        if thinking := text_of(message.get("thinking")):
            self._thought = True
            yield Thinking(thinking)
        if content := text_of(message.get("content")):
            self._wrote = True
            yield Text(content)
        if "error" in fields:  # the presence of the key counts, not its truth: ``{"error": ""}`` is an error too
            raise self._failures.of_error("" if fields["error"] is None else fields["error"], self._model)
        if fields.get("done") is True:
            self.complete = True
            yield self._finished(fields)

    def _finished(self, fields: dict[str, Any]) -> Finished:
        reason = text_of(fields.get("done_reason"))
        if reason in ("load", "unload") or not (self._wrote or self._may_be_empty):
            raise self._failures.of_kind(self._nothing(), self._model)
        nanoseconds = number_of(fields.get("eval_duration"))
        return Finished(
            reason="length" if reason == "length" else "stop",
            prompt_tokens=count_of(fields.get("prompt_eval_count")),
            tokens=count_of(fields.get("eval_count")),
            seconds=None if nanoseconds is None else nanoseconds / NANOSECONDS,
            warning=None if reason in ("stop", "length") else UNKNOWN_END,
        )

    def _nothing(self) -> str:
        if self._called_tool:
            return "tool_call"
        return "only_thinking" if self._thought else "empty"


def _plain(fields: dict[str, Any]) -> str:
    """The text of a line that says nothing else, as nearly all do; none for any other."""
    message = fields.get("message")
    if fields.get("done") is not False or "error" in fields or not isinstance(message, dict):
        return ""
    return text_of(message.get("content")) if message.keys() <= PLAIN else ""
