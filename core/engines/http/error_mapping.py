"""From a server's error to an ``EngineError`` with a sentence for the user.

A server's own words are only searched for known phrases, never shown: they hold paths, nested JSON and log lines.
"""

import json
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from core.errors import EngineError

ErrorPatterns = Sequence[tuple[str, tuple[str, ...]]]
"""Rows of an error kind and the lower-case phrases that show it; one phrase is enough, the first row wins."""

LLAMA_ERROR_PATTERNS: ErrorPatterns = (
    ("prompt_too_long", ("exceed_context_size", "exceeds the available context", "exceeds the context length")),
    ("prompt_too_long", ("longer than the context length", "maximum context length", "prompt is too long")),
    ("out_of_memory", ("requires more system memory", "out-of-memory", "out of memory", "cudamalloc failed")),
    ("out_of_memory", ("failed to allocate", "unable to allocate", "insufficient memory")),
    ("no_prefill", ("prefill is incompatible", "prefill is not supported", "or more assistant messages")),
    ("no_prefill", ("last message must", "last role", "last message cannot", "end with a user message")),
    ("no_prefill", ("conversation roles must alternate", "continue_final_message", "final assistant message")),
)
"""The phrases of llama.cpp, of the servers built on it, and of vLLM."""

_PROMPT_TOKENS_PATTERN = re.compile(
    r'n_prompt_tokens\\*"\s*:\s*(\d+)|request \((\d+) tokens\)|\((\d+) in the messages|has (\d+) input tokens'
)
_WINDOW_TOKENS_PATTERN = re.compile(
    r'n_ctx\\*"\s*:\s*(\d+)|context size \((\d+) tokens\)|maximum context length is (\d+) tokens', re.IGNORECASE
)


class PromptTooLong(EngineError):
    """The prompt exceeds the model's window. ``prompt_tokens`` is its length, None if the server did not say."""

    def __init__(self, message: str, prompt_tokens: int | None) -> None:
        super().__init__("prompt_too_long", message)
        self.prompt_tokens = prompt_tokens


@dataclass(frozen=True, slots=True)
class ErrorMapping:
    """The sentence of each error kind for one kind of server, and the phrases and statuses that show the kind.

    A sentence may contain ``{model}``, ``{status}``, ``{url}`` and ``{numbers}``, which is empty or starts with a
    colon. ``wrong_server_kind`` is the kind for a response that no such server gives. ``messages`` must have
    ``engine_failed``, which stands for every unknown kind.
    """

    messages: Mapping[str, str]
    retryable_kinds: Set[str]
    patterns: ErrorPatterns = LLAMA_ERROR_PATTERNS
    kind_by_status: Mapping[int, str] = field(default_factory=dict)
    wrong_server_kind: str = "engine_failed"

    def from_kind(
        self, kind: str, model: str = "", *, status: int = 200, url: str = "", server_text: str = ""
    ) -> EngineError:
        """The error with the sentence of ``kind``; ``server_text`` is searched for token counts."""
        # A phrase may be known that this kind of server has no sentence for.
        kind = kind if kind in self.messages else "engine_failed"
        prompt_tokens = _parse_token_count(_PROMPT_TOKENS_PATTERN, server_text)
        window = _parse_token_count(_WINDOW_TOKENS_PATTERN, server_text)
        numbers = f": it has {prompt_tokens} tokens where {window} fit" if prompt_tokens and window else ""
        message = self.messages[kind].format(model=model, numbers=numbers, status=status, url=url)
        if kind == "prompt_too_long":
            return PromptTooLong(message, prompt_tokens)
        return EngineError(kind, message, retryable=kind in self.retryable_kinds)

    def from_status(self, status: int, body: bytes, model: str) -> EngineError:
        """The error for a response with ``status``; ``body`` is the beginning of its body."""
        text = body.decode("utf-8", "replace")
        unknown_kind = "engine_failed" if status >= 400 else self.wrong_server_kind
        fallback = self.kind_by_status.get(status, unknown_kind)
        # An HTML page may contain any phrase ("server busy"): only JSON comes from the server itself.
        is_server_error = text.lstrip().startswith("{") and (status >= 400 or (status == 200 and '"error"' in text))
        kind = self._match_kind(text, fallback) if is_server_error else fallback
        return self.from_kind(kind, model, status=status, server_text=text)

    def from_payload(self, payload: Any, model: str) -> EngineError:
        """The error that a stream reports after a good start; ``payload`` is any JSON value."""
        text = payload if isinstance(payload, str) else json.dumps(payload)
        return self.from_kind(self._match_kind(text, "engine_failed"), model, server_text=text)

    def _match_kind(self, text: str, fallback: str) -> str:
        lowered = text.lower()
        return next((kind for kind, phrases in self.patterns if any(phrase in lowered for phrase in phrases)), fallback)


def _parse_token_count(pattern: re.Pattern[str], server_text: str) -> int | None:
    match = pattern.search(server_text)
    return int(match[match.lastindex or 0]) if match else None
