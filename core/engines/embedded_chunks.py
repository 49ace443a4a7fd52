"""llama.cpp's chunks, read into pieces. Pure."""

from collections.abc import Iterator
from typing import Any

from core.engines.protocol import Finished, Loading, Piece, Request, Text, Thinking
from core.errors import EngineError

SENTENCES = {
    "engine_failed": "The embedded engine could not go on because of an error of its own. Start the run again.",
    "incomplete": "The embedded engine was stopped before the model had finished. Continue this run, or restart it.",
    "empty": "The model returned nothing. Try again, or choose another model.",
}


def failure(kind: str) -> EngineError:
    """The error whose sentence belongs to ``kind``."""
    return EngineError(kind, SENTENCES[kind], retryable=True)


class Answer:
    """One answer as it comes: chunks in, pieces out, and at the end how it finished."""

    def __init__(self, request: Request) -> None:
        last = request.messages[-1:]
        # A model may have nothing to add to a text it goes on from.
        self._may_be_empty = bool(last) and last[0].role == "assistant"
        self._wrote = False
        self._reason: str | None = None
        self._usage: dict[str, Any] = {}
        self._milliseconds: float | None = None

    def pieces(self, chunk: dict[str, Any]) -> Iterator[Piece]:
        """Yield what a chunk brings. Raises EngineError where it brings an error."""
        if "error" in chunk:
            raise _failed(chunk["error"])
        self._usage = chunk.get("usage") or self._usage
        self._milliseconds = (chunk.get("timings") or {}).get("predicted_ms", self._milliseconds)
        progress = chunk.get("prompt_progress")
        if progress and progress["total"]:
            yield Loading("reading the prompt", progress["processed"] / progress["total"])
        for choice in chunk.get("choices") or ():
            self._reason = choice.get("finish_reason") or self._reason
            yield from self._delta(choice.get("delta") or {})

    def finished(self) -> Finished:
        """How it ended. Raises EngineError where it did not end by itself, or wrote nothing."""
        if self._reason is None:
            raise failure("incomplete")
        if not (self._wrote or self._may_be_empty):
            raise failure("empty")
        return Finished(
            reason="length" if self._reason == "length" else "stop",
            prompt_tokens=self._usage.get("prompt_tokens"),
            tokens=self._usage.get("completion_tokens"),
            seconds=None if self._milliseconds is None else self._milliseconds / 1000,
        )

    def _delta(self, delta: dict[str, Any]) -> Iterator[Piece]:
        if thinking := delta.get("reasoning_content"):
            yield Thinking(thinking)
        if content := delta.get("content"):
            self._wrote = True
            yield Text(content)


def _failed(error: Any) -> EngineError:
    if isinstance(error, dict) and error.get("type") == "exceed_context_size_error":
        had, window = error.get("n_prompt_tokens"), error.get("n_ctx")
        message = f"The prompt is too long: it has {had} tokens where {window} fit. Shorten it, or use another engine."
        return EngineError("prompt_too_long", message)
    return failure("engine_failed")
