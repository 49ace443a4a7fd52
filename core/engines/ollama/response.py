"""Decodes a streamed answer of Ollama's ``/api/chat``, which is lines of JSON. No I/O."""

from collections.abc import Iterator
from typing import Any

from core.engines.http.error_mapping import ErrorMapping
from core.engines.http.json_access import as_count, as_list, as_number, as_object, as_text, parse_object
from core.engines.http.response_decoder import ResponseDecoder
from core.engines.messages import is_continuation
from core.engines.protocol import EngineEvent, GenerationRequest, StreamEnd, TextDelta, ThinkingDelta
from core.wire import NdjsonDecoder, WireError

NANOSECONDS_PER_SECOND = 1e9
TEXT_ONLY_KEYS = frozenset({"role", "content"})
"""The keys of a message without thinking and tool calls."""
UNKNOWN_END_WARNING = "Ollama did not say why it stopped: the answer may be cut off."


class OllamaDecoder(ResponseDecoder):
    """An answer is whole only with a line that says ``done``: Ollama also ends streams that it breaks off."""

    def __init__(self, errors: ErrorMapping, request: GenerationRequest) -> None:
        self._errors, self._model = errors, request.model
        self._may_be_empty = is_continuation(request.messages)
        self._decoder = NdjsonDecoder()
        self._has_text = self._has_thinking = self._has_tool_call = False

    def feed(self, data: bytes) -> Iterator[EngineEvent]:
        """See ``ResponseDecoder``."""
        for line in self._decoder.feed(data):
            fields = parse_object(line)
            # The fast path of nearly every line; the rest goes through all that a line may have.
            if text := _plain_text(fields):
                self.has_started = self._has_text = True
                yield TextDelta(text)
            else:
                yield from self._decode_line(fields)

    def close(self) -> Iterator[EngineEvent]:
        """See ``ResponseDecoder``. A last line without a line end counts if it is whole."""
        try:
            for line in self._decoder.close():
                yield from self._decode_line(parse_object(line))
        except WireError as error:
            raise self._errors.from_kind("incomplete", self._model) from error
        if not self.is_complete:
            raise self._errors.from_kind("incomplete", self._model)

    def _decode_line(self, fields: dict[str, Any]) -> Iterator[EngineEvent]:
        """The events of any line; unknown and missing keys are no error."""
        self.has_started = True
        message = as_object(fields.get("message"))
        self._has_tool_call |= bool(as_list(message.get("tool_calls")))
        if thinking := as_text(message.get("thinking")):
            self._has_thinking = True
            yield ThinkingDelta(thinking)
        if content := as_text(message.get("content")):
            self._has_text = True
            yield TextDelta(content)
        if "error" in fields:  # ``{"error": ""}`` is an error too
            raise self._errors.from_payload("" if fields["error"] is None else fields["error"], self._model)
        if fields.get("done") is True:
            self.is_complete = True
            yield self._stream_end(fields)

    def _stream_end(self, fields: dict[str, Any]) -> StreamEnd:
        reason = as_text(fields.get("done_reason"))
        if reason in ("load", "unload") or not (self._has_text or self._may_be_empty):
            raise self._errors.from_kind(self._empty_kind(), self._model)
        nanoseconds = as_number(fields.get("eval_duration"))
        return StreamEnd(
            finish_reason="length" if reason == "length" else "stop",
            prompt_tokens=as_count(fields.get("prompt_eval_count")),
            completion_tokens=as_count(fields.get("eval_count")),
            generation_seconds=None if nanoseconds is None else nanoseconds / NANOSECONDS_PER_SECOND,
            warning=None if reason in ("stop", "length") else UNKNOWN_END_WARNING,
        )

    def _empty_kind(self) -> str:
        if self._has_tool_call:
            return "tool_call"
        return "only_thinking" if self._has_thinking else "empty"


def _plain_text(fields: dict[str, Any]) -> str:
    """The text of a line with nothing else in it, as nearly all are; empty for any other line."""
    message = fields.get("message")
    if fields.get("done") is not False or "error" in fields or not isinstance(message, dict):
        return ""
    return as_text(message.get("content")) if message.keys() <= TEXT_ONLY_KEYS else ""
