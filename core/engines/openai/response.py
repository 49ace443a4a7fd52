"""Decodes a streamed answer of ``/v1/chat/completions``, which is server-sent events. No I/O.

The shapes are OpenAI's and what vLLM, llama.cpp, LM Studio and Ollama make of them: an error is ``data: {"error": …}``,
an ``event: error`` or a field ``error:`` (llama.cpp of 2025); ``[DONE]`` also follows a failure.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from core.engines.http.error_mapping import ErrorMapping
from core.engines.http.json_access import as_count, as_list, as_number, as_object, as_text, parse_object
from core.engines.http.response_decoder import ResponseDecoder
from core.engines.messages import is_continuation
from core.engines.protocol import EngineEvent, GenerationRequest, Progress, StreamEnd, TextDelta, ThinkingDelta
from core.errors import EngineError
from core.wire import SseDecoder, SseEvent, WireError

MIN_MEASURABLE_SECONDS = 0.001
"""A shorter time is no measurement: llama.cpp reports a microsecond for a single token."""
NORMAL_FINISH_REASONS = ("stop", "length")
KIND_BY_FINISH_REASON = {"tool_calls": "tool_call", "function_call": "tool_call", "content_filter": "filtered"}


class ChatDecoder(ResponseDecoder):
    """An answer is good if and only if it has a good finish reason; what follows that is ignored."""

    def __init__(
        self, errors: ErrorMapping, request: GenerationRequest, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._errors, self._model, self._clock = errors, request.model, clock
        self._may_be_empty = is_continuation(request.messages)
        self._sse_decoder = _LenientSseDecoder()
        self._finish_reason = ""
        self._has_text = False
        self._usage: dict[str, Any] = {}
        self._server_milliseconds: float | None = None
        self._first_delta_at = self._last_delta_at = 0.0

    def feed(self, data: bytes) -> Iterator[EngineEvent]:
        """See ``ResponseDecoder``."""
        for sse_event in self._sse_decoder.feed(data):
            yield from self._decode_event(sse_event)

    def close(self) -> Iterator[EngineEvent]:
        """See ``ResponseDecoder``. A last event without its blank line counts if it is whole."""
        with suppress(WireError):
            for event in self.feed(b"\n\n"):
                yield event
                if isinstance(event, StreamEnd):
                    return
        yield self._stream_end()

    def _decode_event(self, sse_event: SseEvent) -> Iterator[EngineEvent]:
        data = sse_event.data.strip()
        if data == "[DONE]":
            yield self._stream_end()
        elif data:
            chunk = _parse_data(sse_event.event, data)
            if (error := _reported_error(sse_event, chunk)) is not None:
                yield self._stream_end(self._errors.from_payload(error, self._model))
            yield from self._decode_chunk(chunk)

    def _decode_chunk(self, chunk: dict[str, Any]) -> Iterator[EngineEvent]:
        self._usage = as_object(chunk.get("usage")) or self._usage
        self._server_milliseconds = (
            as_number(as_object(chunk.get("timings")).get("predicted_ms")) or self._server_milliseconds
        )
        progress = as_object(chunk.get("prompt_progress"))
        # Once the model writes, how much of the prompt it has read is no news.
        if not self.has_started and (total := as_number(progress.get("total"))):
            yield Progress("reading the prompt", (as_number(progress.get("processed")) or 0) / total)
        for choice in map(as_object, as_list(chunk.get("choices"))[:1]):
            if not self.is_complete:
                yield from self._decode_delta(as_object(choice.get("delta")))
                self._set_finish_reason(choice.get("finish_reason"))

    def _decode_delta(self, delta: dict[str, Any]) -> Iterator[EngineEvent]:
        thinking = as_text(delta.get("reasoning_content")) or as_text(delta.get("reasoning"))
        content = as_text(delta.get("content"))
        if thinking or content:
            self._last_delta_at = self._clock()
            if not self.has_started:
                self._first_delta_at = self._last_delta_at
            self.has_started = True
        if thinking:
            yield ThinkingDelta(thinking)
        if content:
            self._has_text = True
            yield TextDelta(content)

    def _set_finish_reason(self, reason: Any) -> None:
        if reason is None:
            return
        if reason not in NORMAL_FINISH_REASONS:
            kind = KIND_BY_FINISH_REASON.get(reason, "aborted") if isinstance(reason, str) else "aborted"
            raise self._errors.from_kind(kind, self._model)
        self._finish_reason = reason
        self.is_complete = True

    def _stream_end(self, error: EngineError | None = None) -> StreamEnd:
        """The end of a good answer. Raises ``error``, or the one that fits, for a bad one."""
        if not self.is_complete:
            raise error or self._errors.from_kind("incomplete", self._model)
        if not (self._has_text or self._may_be_empty):
            raise self._errors.from_kind("only_thinking" if self.has_started else "empty", self._model)
        return StreamEnd(
            finish_reason="length" if self._finish_reason == "length" else "stop",
            prompt_tokens=as_count(self._usage.get("prompt_tokens")),
            completion_tokens=as_count(self._usage.get("completion_tokens")),
            generation_seconds=self._generation_seconds(),
        )

    def _generation_seconds(self) -> float | None:
        """The server's own time if it reports one, else the time from the first delta to the last."""
        if self._server_milliseconds is not None:
            seconds = self._server_milliseconds / 1000
        else:
            seconds = self._last_delta_at - self._first_delta_at
        return seconds if seconds > MIN_MEASURABLE_SECONDS else None


class _LenientSseDecoder(SseDecoder):
    """Reads the field ``error:``, which the standard does not have, as the data of an event ``error``."""

    def _process_field(self, name: str, value: str) -> None:
        if name == "error":
            super()._process_field("event", "error")
            name = "data"
        super()._process_field(name, value)


def _parse_data(event_type: str, data: str) -> dict[str, Any]:
    try:
        return parse_object(data)
    except WireError:
        if event_type == "error":
            return {"error": data}
        raise


def _reported_error(sse_event: SseEvent, chunk: dict[str, Any]) -> Any:
    """The error that an event reports, empty ones included; None if it reports none."""
    if sse_event.event == "error":
        return chunk.get("error", chunk)
    return chunk.get("error")
