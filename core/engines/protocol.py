"""What an engine is: it turns messages into a stream of events and says how the stream ended.

An engine never retries after its first ``TextDelta`` and never changes a character of the model's text. A stream ends
in exactly one of three ways: it yields one ``StreamEnd`` and stops, it raises ``EngineError``, or it is cancelled
(the task, or ``aclose`` on the generator). Cancelling tells the model to stop.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol, runtime_checkable

Role = Literal["system", "user", "assistant"]


class EngineName(StrEnum):
    """The engines as settings and runs name them; ``none`` marks text that was uploaded, not generated."""

    OLLAMA = "ollama"
    OPENAI = "openai"
    EMBEDDED = "embedded"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation. A last ``assistant`` message is a prefix that the model continues."""

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
    """One generation. ``model`` is a name as the engine's ``models()`` lists it.

    Requests of one ``project_id`` have the beginning of their prompts in common, which a server may have read already.
    """

    model: str
    messages: tuple[Message, ...]
    sampling: Sampling = field(default_factory=Sampling)
    project_id: int | None = None


class ProgressPhase(StrEnum):
    """What happens before a model writes; the values are those of docs/contract.md."""

    WAITING = "waiting"
    LOADING = "loading"
    READING = "reading"
    THINKING = "thinking"


@dataclass(frozen=True, slots=True)
class Progress:
    """Nothing is written yet: what happens now, and how many tokens of the prompt are read, of how many, if known.

    ``note`` is what else a person should know, as the end of a sentence.
    """

    phase: ProgressPhase
    done: int | None = None
    total: int | None = None
    note: str = ""

    @property
    def fraction(self) -> float | None:
        """The part that is done, from 0 to 1."""
        return None if not self.total or self.done is None else min(self.done / self.total, 1.0)


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next characters of the model, not normalised: ``core.text`` handles lone surrogates, NUL and CR.

    ``tokens`` counts the model's pieces in ``text``: pieces that arrive together are passed on as one.
    """

    text: str
    tokens: int = 1


@dataclass(frozen=True, slots=True)
class ThinkingDelta:
    """What a reasoning model says before or between its text; never part of a run's text."""

    text: str


@dataclass(frozen=True, slots=True)
class StreamEnd:
    """The model is done: ``stop`` if it finished by itself, ``length`` if a token limit cut it.

    ``prompt_tokens`` and ``completion_tokens`` are the engine's own counts, None if it gave none;
    ``generation_seconds`` is the time spent on ``completion_tokens``. ``warning`` is a sentence for the user.
    """

    finish_reason: Literal["stop", "length"]
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    generation_seconds: float | None = None
    warning: str | None = None


EngineEvent = Progress | TextDelta | ThinkingDelta | StreamEnd
EventStream = AsyncGenerator[EngineEvent, None]


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model that can be used now. ``context`` is its largest window in tokens, ``size`` its weights in bytes.

    ``server`` is the address of the server that has it, None on this machine; ``parameters`` is how many there are,
    such as ``7.6B``; ``quantization`` is their format, such as ``Q4_K_M``; ``loaded`` says whether it is in memory.
    None stands for what is not known.
    """

    name: str
    engine: EngineName
    context: int | None = None
    size: int | None = None
    server: str | None = None
    parameters: str | None = None
    quantization: str | None = None
    loaded: bool | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the engine answers and has its model; the message of whatever is not ready says what to do.

    ``servers`` has each of them where there are several.

    ``advice`` says how to get a better model, None if this engine cannot offer one. ``download_progress`` is a
    download of weights in progress: bytes downloaded, bytes in all.
    """

    engine_ready: bool
    engine_message: str
    model: str | None
    model_ready: bool
    model_message: str
    advice: str | None = None
    download_progress: tuple[int, int] | None = None
    servers: tuple["ServerHealth", ...] = ()


@dataclass(frozen=True, slots=True)
class ServerHealth:
    """How one of several servers of an engine is; the message of one that is not ready says what to do."""

    url: str
    ready: bool
    message: str


class Engine(Protocol):
    """One source of generated text. Every method may be called at any time, by many tasks at once."""

    @property
    def name(self) -> EngineName:
        """Which engine this is."""

    @property
    def default_model(self) -> str:
        """The model for runs that name none."""

    def set_default_model(self, model: str | None) -> None:
        """Use this model, one of ``models``, for runs that name none; None goes back to that of the start."""

    async def health(self) -> Health:
        """Ask the engine for its state, within 2 seconds. Raises nothing."""

    async def models(self) -> list[ModelInfo]:
        """The models usable now, the default first; empty if the engine does not answer. Raises nothing."""

    async def described_models(self) -> list[ModelInfo]:
        """The same with all that the engine knows of them, for which it may be asked more. Raises nothing."""

    async def context_window(self, model: str) -> int | None:
        """The tokens that prompt and answer of one run may have together, None if unknown. Raises nothing."""

    def generate(self, request: GenerationRequest) -> EventStream:
        """Yield ``Progress``*, then ``TextDelta``/``ThinkingDelta``*, then one ``StreamEnd``. Raises EngineError.

        Wrap it in ``aclosing``: ``break`` alone leaves the model running, closing stops it.
        """

    def prepare(self) -> None:
        """Start to fetch, in the background, what the best model needs; called for the engine in use."""

    async def close(self) -> None:
        """Stop what is running and release sockets, threads and memory."""


@dataclass(frozen=True, slots=True)
class PullProgress:
    """How far the fetching of a model has come, in bytes; None where that is not known. ``status`` is a few words."""

    status: str
    completed: int | None = None
    total: int | None = None


@runtime_checkable
class KeepsModels(Protocol):
    """An engine that can fetch models and remove them; ``server`` names one of several, None leaves the choice."""

    async def pull_target(self, model: str, server: str | None = None) -> str | None:
        """The server that a pull of this model goes to, None on this machine. Raises InvalidInput."""

    def pull(self, model: str, server: str | None = None) -> AsyncGenerator[PullProgress, None]:
        """Fetch a model; ends when it is there. Raises EngineError. Closing it stops, and keeps what was fetched."""

    async def remove(self, model: str, server: str | None = None) -> None:
        """Remove a model, from every server that has it. Raises NotFound, InvalidInput, EngineError."""


@runtime_checkable
class ReadsAhead(Protocol):
    """An engine that can read a prompt before it is asked, so that the answer begins at once."""

    def read_ahead(self, request: GenerationRequest) -> None:
        """Begin to read the prompt of a run that is likely to come, while no run is there; the latest call counts.

        Any run ends the reading, and keeps what was read.
        """
