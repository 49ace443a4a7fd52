"""What Ollama is asked for: the body of ``/api/chat``, and how to ask again after a refusal. No I/O."""

from dataclasses import dataclass, replace
from typing import Any

from core.engines.continuation import add_continue_request
from core.engines.http.error_mapping import PromptTooLong
from core.engines.messages import encode_messages, is_continuation
from core.engines.ollama.models import ModelDetails
from core.engines.protocol import EngineEvent, GenerationRequest, StreamEnd
from core.engines.token_estimate import RESERVED_ANSWER_TOKENS, estimate_prompt_tokens
from core.errors import EngineError

MIN_WINDOW = 4096
"""Tokens of the smallest context window that is asked for."""
MAX_ESTIMATE_FACTOR = 4
"""How many times the estimate a prompt may have in tokens: one for each byte, and a reserve."""

TRUNCATED_PROMPT_WARNING = (
    "Ollama seems to have dropped a part of the prompt: it was too long for its window. Shorten it."
)


@dataclass(frozen=True, slots=True)
class ChatAttempt:
    """One way to ask. ``prompt_tokens`` is an estimate; ``window`` is the context window to load the model with.

    ``keep_alive`` is how long the model stays in memory afterwards, in Ollama's notation; None leaves that to Ollama.
    ``disables_thinking`` tells the model not to think. ``has_larger_window`` is set when the window was raised after a
    refusal. ``cut_answer`` is the answer whose rest is asked for, if the server refused to continue it.
    """

    request: GenerationRequest
    max_window: int
    prompt_tokens: int
    window: int
    disables_thinking: bool
    has_larger_window: bool = False
    cut_answer: str | None = None
    keep_alive: str | int | None = None

    @classmethod
    def initial(
        cls, request: GenerationRequest, details: ModelDetails, min_window: int, keep_alive: str | int | None = None
    ) -> "ChatAttempt":
        """The first way to ask. ``min_window`` is the window that the model has now: another one means reloading it."""
        prompt_tokens = estimate_prompt_tokens(request.messages)
        window = max(fitting_window(prompt_tokens, request.sampling.max_tokens, details.context_length), min_window)
        return cls(request, details.context_length, prompt_tokens, window, details.can_think, keep_alive=keep_alive)

    def fallback_for(self, error: EngineError) -> "ChatAttempt | None":
        """How to ask again after a refusal before any text, None if nothing else can help."""
        # Once only: a second refusal shows that the model itself has no more room.
        if isinstance(error, PromptTooLong) and not self.has_larger_window and self.window < self.max_window:
            return self._with_larger_window(error.prompt_tokens)
        if error.error_code == "no_thinking" and self.disables_thinking:
            return replace(self, disables_thinking=False)
        if error.error_code == "no_prefill" and is_continuation(self.request.messages):
            continuation = replace(self.request, messages=add_continue_request(self.request.messages))
            return replace(self, request=continuation, cut_answer=self.request.messages[-1].content)
        return None

    def _with_larger_window(self, counted_tokens: int | None) -> "ChatAttempt | None":
        """The same with room for the prompt, whose tokens Ollama may have counted; None if the model has none."""
        prompt_tokens = counted_tokens or min(MAX_ESTIMATE_FACTOR * self.prompt_tokens, self.max_window)
        window = max(fitting_window(prompt_tokens, self.request.sampling.max_tokens, self.max_window), self.window)
        if window <= max(self.window, counted_tokens or 0):
            return None
        return replace(self, prompt_tokens=prompt_tokens, window=window, has_larger_window=True)

    def body(self) -> dict[str, Any]:
        """The body of ``/api/chat``."""
        # At least a quarter of the window: the prompt's length is an estimate on the safe side.
        answer_tokens = max(self.window - self.prompt_tokens, self.window // 4)
        sampling = self.request.sampling
        options = {
            "num_ctx": self.window,
            "num_predict": min(sampling.max_tokens or answer_tokens, answer_tokens),
            "temperature": sampling.temperature,
            "seed": sampling.seed,
        }
        body = {
            "model": self.request.model,
            "messages": encode_messages(self.request.messages),
            "stream": True,
            "truncate": False,  # an error, rather than a prompt that is cut without a word
            "options": {name: value for name, value in options.items() if value is not None},
        }
        if self.keep_alive is not None:
            body["keep_alive"] = self.keep_alive
        return body | ({"think": False} if self.disables_thinking else {})

    def with_warning(self, event: EngineEvent) -> EngineEvent:
        """The same event; a ``StreamEnd`` gets a warning of what Ollama does not report as an error."""
        if not isinstance(event, StreamEnd) or event.warning:
            return event
        if looks_truncated(event.prompt_tokens, self.window, self.prompt_tokens):
            return replace(event, warning=TRUNCATED_PROMPT_WARNING)
        used_tokens = (event.prompt_tokens or 0) + (event.completion_tokens or 0)
        if event.finish_reason == "length" and used_tokens >= self.window - 1:
            full_warning = f"The model's window of {self.window} tokens was full. Continue this run, or ask for less."
            return replace(event, warning=full_warning)
        return event


def fitting_window(prompt_tokens: int, answer_tokens: int | None, max_window: int) -> int:
    """The smallest power of two from ``MIN_WINDOW`` that holds prompt and answer, at most ``max_window``.

    A short answer gets the usual reserve: a window that moved with its limit would have the model reloaded.
    """
    window = MIN_WINDOW
    while window < prompt_tokens + max(RESERVED_ANSWER_TOKENS, answer_tokens or 0):
        window *= 2
    return min(window, max_window)


def looks_truncated(prompt_tokens: int | None, window: int, prompt_estimate: int) -> bool:
    """Whether Ollama seems to have truncated the prompt silently.

    It then reports half the window plus 2 (0.30 and later) or the whole window (earlier) as the prompt's length.
    """
    return prompt_tokens in (window // 2 + 2, window) and prompt_estimate > window // 2
