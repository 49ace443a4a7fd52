"""Why an engine cannot go on, as sentences of ours.

What a server says is only searched, never shown: it holds paths, JSON within JSON and lines of a log.
"""

import json
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from core.errors import EngineError

Words = Sequence[tuple[str, tuple[str, ...]]]
"""A kind and the lower-case words of which one is enough; the first row that fits counts."""

LLAMA_WORDS: Words = (
    ("prompt_too_long", ("exceed_context_size", "exceeds the available context", "exceeds the context length")),
    ("prompt_too_long", ("longer than the context length", "maximum context length", "prompt is too long")),
    ("out_of_memory", ("requires more system memory", "out-of-memory", "out of memory", "cudamalloc failed")),
    ("out_of_memory", ("failed to allocate", "unable to allocate", "insufficient memory")),
    ("no_prefill", ("prefill is incompatible", "prefill is not supported", "or more assistant messages")),
    ("no_prefill", ("last message must", "last role", "last message cannot", "end with a user message")),
    ("no_prefill", ("conversation roles must alternate", "continue_final_message", "final assistant message")),
)
"""What llama.cpp says, and what is built on it; vLLM says the same in its own words."""

_PROMPT_SIZE = re.compile(
    r'n_prompt_tokens\\*"\s*:\s*(\d+)|request \((\d+) tokens\)|\((\d+) in the messages|has (\d+) input tokens'
)
_WINDOW_SIZE = re.compile(
    r'n_ctx\\*"\s*:\s*(\d+)|context size \((\d+) tokens\)|maximum context length is (\d+) tokens', re.IGNORECASE
)


class PromptTooLong(EngineError):
    """``tokens`` is the length of the prompt, where the server told it."""

    def __init__(self, message: str, tokens: int | None) -> None:
        super().__init__("prompt_too_long", message)
        self.tokens = tokens


@dataclass(frozen=True, slots=True)
class Failures:
    """The sentences of one kind of server by the kind of failure, and the words and statuses they are known by.

    A sentence may name ``{model}``, ``{status}``, ``{url}`` and ``{numbers}``, which is empty or begins with a colon.
    ``foreign`` is the kind for an answer that no such server gives. All know ``engine_failed``.
    """

    sentences: Mapping[str, str]
    retryable: Set[str]
    words: Words = LLAMA_WORDS
    statuses: Mapping[int, str] | None = None
    foreign: str = "engine_failed"

    def of_kind(self, kind: str, model: str = "", *, status: int = 200, url: str = "", said: str = "") -> EngineError:
        """The error with the sentence that belongs to ``kind``; ``said`` is searched for numbers."""
        kind = kind if kind in self.sentences else "engine_failed"
        tokens, window = _size(_PROMPT_SIZE, said), _size(_WINDOW_SIZE, said)
        numbers = f": it has {tokens} tokens where {window} fit" if tokens and window else ""
        sentence = self.sentences[kind].format(model=model, numbers=numbers, status=status, url=url)
        if kind == "prompt_too_long":
            return PromptTooLong(sentence, tokens)
        return EngineError(kind, sentence, retryable=kind in self.retryable)

    def of_status(self, status: int, body: bytes, model: str) -> EngineError:
        """The error of an answer with ``status`` whose body begins with ``body``."""
        text = body.decode("utf-8", "replace")
        fallback = (self.statuses or {}).get(status, "engine_failed" if status >= 400 else self.foreign)
        # A page of HTML may say anything ("server busy" too): only JSON is the server itself speaking.
        spoken = text.lstrip().startswith("{") and (status >= 400 or (status == 200 and '"error"' in text))
        kind = self._kind(text, fallback) if spoken else fallback
        return self.of_kind(kind, model, status=status, said=text)

    def of_error(self, error: Any, model: str) -> EngineError:
        """The error that a stream which began well brings as JSON of any type."""
        text = error if isinstance(error, str) else json.dumps(error)
        return self.of_kind(self._kind(text, "engine_failed"), model, said=text)

    def _kind(self, text: str, fallback: str) -> str:
        lowered = text.lower()
        return next((kind for kind, words in self.words if any(word in lowered for word in words)), fallback)


def _size(pattern: re.Pattern[str], said: str) -> int | None:
    found = pattern.search(said)
    return int(found[found.lastindex or 0]) if found else None
