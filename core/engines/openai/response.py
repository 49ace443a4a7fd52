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
from core.engines.openai.finish_reasons import (
    CUT_ANSWER,
    ERROR_KINDS,
    parse_finish_reason,
    unknown_reason_warning,
)
from core.engines.protocol import (
    EngineEvent,
    GenerationRequest,
    Progress,
    ProgressPhase,
    StreamEnd,
    TextDelta,
    ThinkingDelta,
)
from core.errors import EngineError
from core.wire import SseDecoder, SseEvent, WireError

MIN_MEASURABLE_SECONDS = 0.001
"""A shorter time is no measurement: llama.cpp reports a microsecond for a single token."""
THINKING_PARTS = frozenset({"thinking", "reasoning"})
MAX_WHOLE_ANSWER_BYTES = 64 * 1024 * 1024
"""Of an answer that a server sends as one JSON object; a longer one is no answer."""


class ChatDecoder(ResponseDecoder):
    """An answer is good if it has text and a proper end: a finish reason that is no error, or ``[DONE]``.

    What follows a finish reason is ignored. A server that does not stream sends one JSON object, which is read as well.
    """

    def __init__(
        self, errors: ErrorMapping, request: GenerationRequest, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._errors, self._model, self._clock = errors, request.model, clock
        self._may_be_empty = is_continuation(request.messages)
        self._sse_decoder = _LenientSseDecoder()
        self._finish_reason = ""
        self._is_first_data = True
        self._whole_answer: bytearray | None = None  # None while this is a stream
        self._has_text = False
        self._usage: dict[str, Any] = {}
        self._server_milliseconds: float | None = None
        self._first_delta_at = self._last_delta_at = 0.0

    def feed(self, data: bytes) -> Iterator[EngineEvent]:
        """See ``ResponseDecoder``."""
        if self._is_first_data and (start := data.lstrip()):
            self._is_first_data = False
            if start.startswith(b"{"):
                self._whole_answer = bytearray()
        if self._whole_answer is not None:
            self._whole_answer += data
            if len(self._whole_answer) > MAX_WHOLE_ANSWER_BYTES:
                raise WireError("an answer without an end")
            return
        for sse_event in self._sse_decoder.feed(data):
            yield from self._decode_event(sse_event)

    def close(self) -> Iterator[EngineEvent]:
        """See ``ResponseDecoder``. A last event without its blank line counts if it is whole."""
        if self._whole_answer is not None:
            whole = SseEvent("", self._whole_answer.decode("utf-8", "replace"))
            yield from self._decode_event(whole)
            self.is_complete = True
            yield self._stream_end()
            return
        with suppress(WireError):
            for event in self.feed(b"\n\n"):
                yield event
                if isinstance(event, StreamEnd):
                    return
        yield self._stream_end()

    def _decode_event(self, sse_event: SseEvent) -> Iterator[EngineEvent]:
        data = sse_event.data.strip()
        if data == "[DONE]":
            self.is_complete = True
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
        if not self.has_started and (total := as_count(progress.get("total"))):
            yield Progress(ProgressPhase.READING, as_count(progress.get("processed")) or 0, total)
        for choice in map(as_object, as_list(chunk.get("choices"))[:1]):
            if not self.is_complete:
                yield from self._decode_delta(as_object(choice.get("delta") or choice.get("message")))
                self._set_finish_reason(parse_finish_reason(choice.get("finish_reason")))

    def _decode_delta(self, delta: dict[str, Any]) -> Iterator[EngineEvent]:
        thinking = as_text(delta.get("reasoning_content")) or as_text(delta.get("reasoning"))
        part_thinking, content = _read_content(delta.get("content"))
        thinking += part_thinking
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

    def _set_finish_reason(self, reason: str) -> None:
        if not reason:
            return
        if kind := ERROR_KINDS.get(reason):
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
            finish_reason="length" if self._finish_reason in CUT_ANSWER else "stop",
            prompt_tokens=as_count(self._usage.get("prompt_tokens")),
            completion_tokens=as_count(self._usage.get("completion_tokens")),
            generation_seconds=self._generation_seconds(),
            warning=unknown_reason_warning(self._finish_reason),
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


def _read_content(content: Any) -> tuple[str, str]:
    """Thinking and text of a message's content: a string, or a list of parts (as Mistral's servers send it).

    Raises WireError for anything else: text must not be dropped because it comes in an unknown shape.
    """
    match content:
        case None:
            return "", ""
        case str():
            return "", content
        case list():
            read = [_read_part(part) for part in content]
            return "".join(thinking for thinking, _ in read), "".join(text for _, text in read)
        case {"type": _} | {"text": _}:
            return _read_part(content)
        case _:
            raise WireError("content of an unknown shape")


def _read_part(part: Any) -> tuple[str, str]:
    match part:
        case {"type": str(kind)} if kind in THINKING_PARTS:
            thinking, text = _read_content(part.get(kind) or part.get("text"))
            return thinking + text, ""
        case {"text": str(text)} | str(text):
            return "", text
        case _:
            raise WireError("a part of the content of an unknown shape")


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
