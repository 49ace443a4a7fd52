"""An answer of ``/v1/chat/completions`` as it comes: server-sent events to pieces. No I/O.

The shapes are OpenAI's, with what vLLM, llama.cpp, LM Studio and Ollama make of them: an error is ``data:
{"error": …}``, an ``event: error`` or a field ``error:`` (llama.cpp of 2025); ``[DONE]`` follows a failure too.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from core.engines.http.error_mapping import Failures
from core.engines.http.json_access import count_of, list_of, number_of, object_of, read_object, text_of
from core.engines.http.response_decoder import Answer, continues
from core.engines.protocol import Finished, Loading, Piece, Request, Text, Thinking
from core.errors import EngineError
from core.wire import Event, SseDecoder, WireError

MEASURABLE = 0.001
"""Seconds: llama.cpp gives a microsecond for a single token."""
GOOD = ("stop", "length")
BAD = {"tool_calls": "tool_call", "function_call": "tool_call", "content_filter": "filtered"}


class ChatAnswer(Answer):
    """Only a finish reason that is known to be good makes an answer; whatever follows it cannot spoil it."""

    def __init__(self, failures: Failures, request: Request, clock: Callable[[], float] = time.monotonic) -> None:
        self._failures, self._model, self._clock = failures, request.model, clock
        self._may_be_empty = continues(request.messages)
        self._decoder = _Decoder()
        self._reason = ""
        self._wrote = False
        self._usage: dict[str, Any] = {}
        self._milliseconds: float | None = None
        self._times = (0.0, 0.0)

    def feed(self, data: bytes) -> Iterator[Piece]:
        """See ``Answer``."""
        for event in self._decoder.feed(data):
            yield from self._pieces(event)

    def close(self) -> Iterator[Piece]:
        """See ``Answer``; an event that no blank line ends counts where it is whole."""
        with suppress(WireError):
            for piece in self.feed(b"\n\n"):
                yield piece
                if isinstance(piece, Finished):
                    return
        yield self._finished()

    def _pieces(self, event: Event) -> Iterator[Piece]:
        data = event.data.strip()
        if data == "[DONE]":
            yield self._finished()
        elif data:
            chunk = _object(event.event, data)
            if (error := _error(event, chunk)) is not None:
                yield self._finished(self._failures.of_error(error, self._model))
            yield from self._chunk(chunk)

    def _chunk(self, chunk: dict[str, Any]) -> Iterator[Piece]:
        self._usage = object_of(chunk.get("usage")) or self._usage
        self._milliseconds = number_of(object_of(chunk.get("timings")).get("predicted_ms")) or self._milliseconds
        progress = object_of(chunk.get("prompt_progress"))
        if not self.began and (total := number_of(progress.get("total"))):
            yield Loading("reading the prompt", (number_of(progress.get("processed")) or 0) / total)
        for choice in map(object_of, list_of(chunk.get("choices"))[:1]):
            if not self.complete:
                yield from self._delta(object_of(choice.get("delta")))
                self._end(choice.get("finish_reason"))

    def _delta(self, delta: dict[str, Any]) -> Iterator[Piece]:
        thinking = text_of(delta.get("reasoning_content")) or text_of(delta.get("reasoning"))
        content = text_of(delta.get("content"))
        if thinking or content:
            now = self._clock()
            self._times = (self._times[0] if self.began else now, now)
            self.began = True
        if thinking:
            yield Thinking(thinking)
        if content:
            self._wrote = True
            yield Text(content)

    def _end(self, reason: Any) -> None:
        if reason is None:
            return
        if reason not in GOOD:
            kind = BAD.get(reason, "aborted") if isinstance(reason, str) else "aborted"
            raise self._failures.of_kind(kind, self._model)
        self._reason = reason
        self.complete = True

    def _finished(self, error: EngineError | None = None) -> Finished:
        """How it ended. Raises ``error``, or the one that fits, where it ended badly."""
        if not self.complete:
            raise error or self._failures.of_kind("incomplete", self._model)
        if not (self._wrote or self._may_be_empty):
            raise self._failures.of_kind("only_thinking" if self.began else "empty", self._model)
        first, last = self._times
        seconds = last - first if self._milliseconds is None else self._milliseconds / 1000
        return Finished(
            reason="length" if self._reason == "length" else "stop",
            prompt_tokens=count_of(self._usage.get("prompt_tokens")),
            tokens=count_of(self._usage.get("completion_tokens")),
            seconds=seconds if seconds > MEASURABLE else None,
        )


class _Decoder(SseDecoder):
    """Reads the field ``error:``, which the standard does not know, as an event of that name."""

    def _field(self, name: str, value: str) -> None:
        if name == "error":
            super()._field("event", "error")
            name = "data"
        super()._field(name, value)


def _object(event: str, data: str) -> dict[str, Any]:
    try:
        return read_object(data)
    except WireError:
        if event == "error":
            return {"error": data}
        raise


def _error(event: Event, chunk: dict[str, Any]) -> Any:
    """What an event says went wrong, None where it is none of that kind; an empty error is one too."""
    if event.event == "error":
        return chunk.get("error", chunk)
    return chunk.get("error")
