"""Why an engine cannot go on, as sentences of ours.

What a server says is only searched, never shown: it holds paths, JSON within JSON and lines of a log.
"""

import json
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from core.errors import EngineError

ErrorPatterns = Sequence[tuple[str, tuple[str, ...]]]
"""A kind and the lower-case words of which one is enough; the first row that fits counts."""

LLAMA_ERROR_PATTERNS: ErrorPatterns = (
    ("prompt_too_long", ("exceed_context_size", "exceeds the available context", "exceeds the context length")),
    ("prompt_too_long", ("longer than the context length", "maximum context length", "prompt is too long")),
    ("out_of_memory", ("requires more system memory", "out-of-memory", "out of memory", "cudamalloc failed")),
    ("out_of_memory", ("failed to allocate", "unable to allocate", "insufficient memory")),
    ("no_prefill", ("prefill is incompatible", "prefill is not supported", "or more assistant messages")),
    ("no_prefill", ("last message must", "last role", "last message cannot", "end with a user message")),
    ("no_prefill", ("conversation roles must alternate", "continue_final_message", "final assistant message")),
)
"""What llama.cpp says, and what is built on it; vLLM says the same in its own words."""

_PROMPT_TOKENS_PATTERN = re.compile(
    r'n_prompt_tokens\\*"\s*:\s*(\d+)|request \((\d+) tokens\)|\((\d+) in the messages|has (\d+) input tokens'
)
_WINDOW_TOKENS_PATTERN = re.compile(
    r'n_ctx\\*"\s*:\s*(\d+)|context size \((\d+) tokens\)|maximum context length is (\d+) tokens', re.IGNORECASE
)


class PromptTooLong(EngineError):
    """``prompt_tokens`` is the length of the prompt, where the server told it."""

    def __init__(self, message: str, prompt_tokens: int | None) -> None:
        super().__init__("prompt_too_long", message)
        self.prompt_tokens = prompt_tokens


@dataclass(frozen=True, slots=True)
class ErrorMapping:
    """The sentences of one kind of server by the kind of failure, and the words and statuses they are known by.

    A sentence may name ``{model}``, ``{status}``, ``{url}`` and ``{numbers}``, which is empty or begins with a colon.
    ``wrong_server_kind`` is the kind for an answer that no such server gives. All know ``engine_failed``.
    """

    messages: Mapping[str, str]
    retryable_kinds: Set[str]
    patterns: ErrorPatterns = LLAMA_ERROR_PATTERNS
    kind_by_status: Mapping[int, str] | None = None
    wrong_server_kind: str = "engine_failed"

    def from_kind(
        self, kind: str, model: str = "", *, status: int = 200, url: str = "", server_text: str = ""
    ) -> EngineError:
        """The error with the sentence that belongs to ``kind``; ``server_text`` is searched for numbers."""
        kind = kind if kind in self.messages else "engine_failed"
        prompt_tokens, window = (
            _parse_token_count(_PROMPT_TOKENS_PATTERN, server_text),
            _parse_token_count(_WINDOW_TOKENS_PATTERN, server_text),
        )
        numbers = f": it has {prompt_tokens} tokens where {window} fit" if prompt_tokens and window else ""
        message = self.messages[kind].format(model=model, numbers=numbers, status=status, url=url)
        if kind == "prompt_too_long":
            return PromptTooLong(message, prompt_tokens)
        return EngineError(kind, message, retryable=kind in self.retryable_kinds)

    def from_status(self, status: int, body: bytes, model: str) -> EngineError:
        """The error of an answer with ``status`` whose body begins with ``body``."""
        text = body.decode("utf-8", "replace")
        fallback = (self.kind_by_status or {}).get(status, "engine_failed" if status >= 400 else self.wrong_server_kind)
        # A page of HTML may say anything ("server busy" too): only JSON is the server itself speaking.
        is_server_error = text.lstrip().startswith("{") and (status >= 400 or (status == 200 and '"error"' in text))
        kind = self._match_kind(text, fallback) if is_server_error else fallback
        return self.from_kind(kind, model, status=status, server_text=text)

    def from_payload(self, payload: Any, model: str) -> EngineError:
        """The error that a stream which began well brings as JSON of any type."""
        text = payload if isinstance(payload, str) else json.dumps(payload)
        return self.from_kind(self._match_kind(text, "engine_failed"), model, server_text=text)

    def _match_kind(self, text: str, fallback: str) -> str:
        lowered = text.lower()
        return next((kind for kind, phrases in self.patterns if any(phrase in lowered for phrase in phrases)), fallback)


def _parse_token_count(pattern: re.Pattern[str], server_text: str) -> int | None:
    match = pattern.search(server_text)
    return int(match[match.lastindex or 0]) if match else None
