"""An engine whose events, pauses and failures a test scripts beforehand; it never sleeps."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator

from core.engines.protocol import (
    EngineEvent,
    EngineName,
    GenerationRequest,
    Health,
    ModelInfo,
    Progress,
    PullProgress,
    StreamEnd,
    TextDelta,
    ThinkingDelta,
)

GIGABYTE = 10**9
FINISHED_STOP = StreamEnd("stop")


class Gate:
    """A pause: ``reached`` is set once the engine waits here, until the test opens it."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self._opened = asyncio.Event()

    def open(self) -> None:
        """Let the engine pass, now and later."""
        self._opened.set()

    async def wait(self) -> None:
        """Wait until the test opens it."""
        self.reached.set()
        await self._opened.wait()


ScriptStep = EngineEvent | Gate | Exception


def text_script(*texts: str, finish: StreamEnd = FINISHED_STOP) -> tuple[ScriptStep, ...]:
    """A script: these texts, and the end."""
    return (*map(TextDelta, texts), finish)


class ScriptedEngine:
    """Plays one script per generation, and the last of them for all further ones."""

    def __init__(self, *script: ScriptStep, name: EngineName = EngineName.OLLAMA, model: str = "scripted") -> None:
        self.requests: list[GenerationRequest] = []
        self.ended_count = 0
        """How many generations have ended, in whatever way."""
        self.health_check_count = 0
        self.health_gate: Gate | None = None
        """Where each health check waits."""
        self.prepare_count = 0
        self.closed = False
        self.ready = True
        self._initial_model = model
        self.model_names = [model]
        self.window_tokens: int | None = None
        self.pull_steps = [PullProgress("pulling", number * GIGABYTE, 4 * GIGABYTE) for number in range(4)]
        self.pull_gate: Gate | None = None
        """Where each pull waits, after its steps."""
        self.pull_failure: Exception | None = None
        self._name = name
        self._scripts: deque[tuple[ScriptStep, ...]] = deque([script or text_script("hello")])

    def play(self, *scripts: tuple[ScriptStep, ...]) -> None:
        """Play these from now on, one per generation."""
        self._scripts = deque(scripts)

    @property
    def name(self) -> EngineName:
        """The engine that it stands for."""
        return self._name

    @property
    def default_model(self) -> str:
        """The first of ``model_names``."""
        return self.model_names[0]

    def set_default_model(self, model: str | None) -> None:
        """Put this one first, or the model of the beginning."""
        first = model or self._initial_model
        self.model_names.sort(key=lambda name: name != first)

    async def health(self) -> Health:
        """Ready, unless the test says otherwise."""
        self.health_check_count += 1
        if self.health_gate:
            await self.health_gate.wait()
        return Health(self.ready, "as scripted", self.default_model, self.ready, "as scripted")

    async def models(self) -> list[ModelInfo]:
        """``model_names``, as long as it is ready."""
        return [ModelInfo(name, self._name) for name in self.model_names] if self.ready else []

    async def described_models(self) -> list[ModelInfo]:
        """The same."""
        return await self.models()

    async def context_window(self, model: str) -> int | None:  # noqa: ARG002
        """``window_tokens``."""
        return self.window_tokens

    async def generate(self, request: GenerationRequest) -> AsyncGenerator[EngineEvent, None]:
        """Play the next script."""
        self.requests.append(request)
        script = self._scripts.popleft() if len(self._scripts) > 1 else self._scripts[0]
        try:
            for step in script:
                match step:
                    case Gate():
                        await step.wait()
                    case Progress() | TextDelta() | ThinkingDelta() | StreamEnd():
                        yield step
                    case _:
                        raise step
        finally:
            self.ended_count += 1

    async def pull_target(self, model: str, server: str | None = None) -> str | None:  # noqa: ARG002
        """The server that is asked for."""
        return server

    async def pull(self, model: str, server: str | None = None) -> AsyncGenerator[PullProgress, None]:  # noqa: ARG002
        """``pull_steps``, the gate, and the failure; the model is there if there is none."""
        for step in self.pull_steps:
            yield step
        if self.pull_gate:
            await self.pull_gate.wait()
        if self.pull_failure:
            raise self.pull_failure
        self.model_names.append(model)

    async def remove(self, model: str, server: str | None = None) -> None:  # noqa: ARG002
        """Forget the model."""
        self.model_names.remove(model)

    def prepare(self) -> None:
        """Count the call."""
        self.prepare_count += 1

    async def close(self) -> None:
        """Remember the call."""
        self.closed = True
