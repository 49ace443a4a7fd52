"""What Ollama is asked for: the window, the room for an answer, and what to ask for when that was refused. Pure."""

from dataclasses import dataclass, replace
from typing import Any

from core.engines.continuation import asking_for_the_rest
from core.engines.http.error_mapping import PromptTooLong
from core.engines.http.response_decoder import continues, conversation
from core.engines.ollama.models import Details
from core.engines.protocol import Finished, Piece, Request
from core.engines.token_estimate import estimated_tokens
from core.errors import EngineError

SMALLEST_WINDOW = 4096
ANSWER_BUDGET = 6144
"""Tokens kept free for an answer without a limit of its own: several files of an app, and no 1 GB of cache."""
DENSEST = 4
"""How many times more tokens than estimated a prompt may have: a byte each, and then some."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to ask. ``prompt`` is how many tokens it is believed to have, ``window`` how many are asked for.

    ``think`` is whether to forbid the model to think; ``grown`` whether this attempt has a larger window than the
    first one; ``cut`` the answer whose rest is asked for, where the server does not go on in the middle of one.
    """

    request: Request
    context: int
    prompt: int
    window: int
    think: bool
    grown: bool = False
    cut: str | None = None

    @classmethod
    def first(cls, request: Request, details: Details, largest: int) -> "Attempt":
        """The way to begin with. ``largest`` is the window that was asked for before.

        It stays: another value makes Ollama load the model again.
        """
        prompt = estimated_tokens(request.messages)
        window = max(window_for(prompt, request.sampling.max_tokens, details.context), largest)
        return cls(request, details.context, prompt, window, details.thinks)

    def after(self, error: EngineError) -> "Attempt | None":
        """What to try when this was refused before anything was written, None where nothing else can help."""
        if isinstance(error, PromptTooLong) and not self.grown and self.window < self.context:
            prompt = error.tokens or min(DENSEST * self.prompt, self.context)
            window = max(window_for(prompt, self.request.sampling.max_tokens, self.context), self.window)
            fits = window > max(self.window, error.tokens or 0)
            return replace(self, prompt=prompt, window=window, grown=True) if fits else None
        if error.kind == "no_thinking" and self.think:
            return replace(self, think=False)
        if error.kind == "no_prefill" and continues(self.request.messages):
            rest = replace(self.request, messages=asking_for_the_rest(self.request.messages))
            return replace(self, request=rest, cut=self.request.messages[-1].content)
        return None

    def body(self) -> dict[str, Any]:
        """The body of ``/api/chat``."""
        room = max(self.window - self.prompt, self.window // 4)
        sampling = self.request.sampling
        options = {
            "num_ctx": self.window,
            "num_predict": min(sampling.max_tokens or room, room),
            "temperature": sampling.temperature,
            "seed": sampling.seed,
        }
        body = {
            "model": self.request.model,
            "messages": conversation(self.request.messages),
            "stream": True,
            "truncate": False,
            "options": {name: value for name, value in options.items() if value is not None},
        }
        return body | ({"think": False} if self.think else {})

    def warned(self, piece: Piece) -> Piece:
        """The same piece; the last one says what went wrong without a word."""
        if not isinstance(piece, Finished) or piece.warning:
            return piece
        if looks_cut(piece.prompt_tokens, self.window, self.prompt):
            cut = "Ollama seems to have dropped a part of the prompt: it was too long for its window. Shorten it."
            return replace(piece, warning=cut)
        if piece.reason == "length" and (piece.prompt_tokens or 0) + (piece.tokens or 0) >= self.window - 1:
            full = f"The model's window of {self.window} tokens was full. Continue this run, or ask for less."
            return replace(piece, warning=full)
        return piece


def window_for(prompt: int, answer: int | None, context: int) -> int:
    """The smallest step (4096, 8192, …) that holds ``prompt`` and ``answer`` tokens, at most ``context``."""
    window = SMALLEST_WINDOW
    while window < prompt + (ANSWER_BUDGET if answer is None else answer):
        window *= 2
    return min(window, context)


def looks_cut(prompt_tokens: int | None, window: int, estimate: int) -> bool:
    """Whether Ollama seems to have cut the prompt without saying so.

    It then reports half the window plus 2 (0.30 and later) or the whole window (earlier) as the prompt's length.
    """
    return prompt_tokens in (window // 2 + 2, window) and estimate > window // 2
