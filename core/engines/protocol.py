"""What an engine is: something that turns messages into a stream of pieces and says how it ended.

An engine never retries after its first ``TextDelta``, never changes a character of it, and ends a stream in exactly
one of three ways: it yields one ``StreamEnd`` and stops, it raises ``EngineError``, or it is cancelled
(the task, or ``aclose`` on the generator), in which case the model has been told to stop.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol

Role = Literal["system", "user", "assistant"]


class EngineName(StrEnum):
    """The engines, by the name that settings and runs use; ``none`` has what a person brought along."""

    OLLAMA = "ollama"
    OPENAI = "openai"
    EMBEDDED = "embedded"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation. A last ``assistant`` message is a prefix that the model goes on from."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Sampling:
    """How to choose tokens; None leaves the engine's default."""

    temperature: float | None = None
    seed: int | None = None
    max_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """One generation. ``model`` is one of the engine's own names, as ``models()`` lists them."""

    model: str
    messages: tuple[Message, ...]
    sampling: Sampling = field(default_factory=Sampling)


@dataclass(frozen=True, slots=True)
class Progress:
    """Nothing is written yet: what is going on, as a short phrase, and how far (0 to 1) where that is known."""

    message: str
    fraction: float | None = None


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next characters as the model gave them; ``core.text`` has yet to see to lone surrogates, NUL and CR.

    ``completion_tokens`` is how many pieces of the model's they came in: what arrives together is handed on together.
    """

    text: str
    tokens: int = 1


@dataclass(frozen=True, slots=True)
class ThinkingDelta:
    """What a reasoning model says to itself; never part of a run's text."""

    text: str


@dataclass(frozen=True, slots=True)
class StreamEnd:
    """The model is done. ``finish_reason`` is ``stop`` where it finished by itself, ``length`` where a limit cut it.

    ``prompt_tokens`` and ``completion_tokens`` are the engine's own counts (None where it gave none),
    ``generation_seconds`` the time it spent on ``completion_tokens``. ``warning`` is a sentence about something that
    the person should know.
    """

    finish_reason: Literal["stop", "length"]
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    generation_seconds: float | None = None
    warning: str | None = None


EngineEvent = Progress | TextDelta | ThinkingDelta | StreamEnd


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model that can be used now. ``context`` is the largest window in tokens, ``size`` the weights in bytes."""

    name: str
    engine: EngineName
    context: int | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the engine answers, and with which model; a message of what is not ready says what to do.

    ``advice`` says how to get a better model, None where nothing better is to be had this way.
    ``download_progress`` is a fetch of weights under way: bytes had, bytes in all.
    """

    engine_ready: bool
    engine_message: str
    model: str | None
    model_ready: bool
    model_message: str
    advice: str | None = None
    download_progress: tuple[int, int] | None = None


class Engine(Protocol):
    """One source of generated text. Every method may be called at any time, by many tasks at once."""

    @property
    def name(self) -> EngineName:
        """Which engine this is."""

    @property
    def default_model(self) -> str:
        """The model used where a run names none."""

    async def health(self) -> Health:
        """Ask the engine how it is, within 2 seconds; raises nothing."""

    async def models(self) -> list[ModelInfo]:
        """The models usable now, the default first; empty where the engine does not answer. Raises nothing."""

    async def context_window(self, model: str) -> int | None:
        """The tokens of prompt and answer together that a run of this model can have; None where nobody tells.

        Raises nothing.
        """

    def generate(self, request: GenerationRequest) -> AsyncGenerator[EngineEvent, None]:
        """Yield ``Progress``*, then ``TextDelta``/``ThinkingDelta``*, then one ``StreamEnd``; raises EngineError.

        Wrap it in ``aclosing``: leaving the loop by ``break`` does not stop the model, closing does.
        """

    def prepare(self) -> None:
        """Begin, in the background, to get what is lacking for the best model; called when this engine is in use."""

    async def close(self) -> None:
        """Stop what is running and let go of sockets, threads and memory."""
