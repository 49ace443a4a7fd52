"""An engine in this process whose every piece, pause and failure a test writes down before; nothing sleeps."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator

from core.engines.protocol import EngineName, Finished, Health, Loading, Model, Piece, Request, Text, Thinking

STOP = Finished("stop")


class Gate:
    """A pause: the engine says that it has ``reached`` it, and goes on when the test opens it."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self._opened = asyncio.Event()

    def open(self) -> None:
        """Let the engine, and whoever comes later, pass."""
        self._opened.set()

    async def passed(self) -> None:
        """Wait as the engine does."""
        self.reached.set()
        await self._opened.wait()


Act = Piece | Gate | Exception


def says(*texts: str, end: Finished = STOP) -> tuple[Act, ...]:
    """A script: these texts, and the end."""
    return (*map(Text, texts), end)


class ScriptedEngine:
    """Plays one script for each call, the last of them for all further calls."""

    def __init__(self, *script: Act, name: EngineName = EngineName.OLLAMA, model: str = "scripted") -> None:
        self.requests: list[Request] = []
        self.ended = 0
        """How many calls have come to an end, whichever."""
        self.prepared = 0
        self.closed = False
        self.ready = True
        self.known = [model]
        self.room: int | None = None
        self._name = name
        self._scripts: deque[tuple[Act, ...]] = deque([script or says("hello")])

    def play(self, *scripts: tuple[Act, ...]) -> None:
        """Play these from now on, one for each call."""
        self._scripts = deque(scripts)

    @property
    def name(self) -> EngineName:
        """The engine it stands for."""
        return self._name

    @property
    def default_model(self) -> str:
        """The first of those it knows."""
        return self.known[0]

    async def health(self) -> Health:
        """Ready, unless the test says otherwise."""
        return Health(self.ready, "as scripted", self.default_model, self.ready, "as scripted")

    async def models(self) -> list[Model]:
        """What the test says."""
        return [Model(name, self._name) for name in self.known] if self.ready else []

    async def window(self, model: str) -> int | None:  # noqa: ARG002
        """What the test says."""
        return self.room

    async def generate(self, request: Request) -> AsyncGenerator[Piece, None]:
        """Play the script whose turn it is."""
        self.requests.append(request)
        script = self._scripts.popleft() if len(self._scripts) > 1 else self._scripts[0]
        try:
            for act in script:
                match act:
                    case Gate():
                        await act.passed()
                    case Loading() | Text() | Thinking() | Finished():
                        yield act
                    case _:
                        raise act
        finally:
            self.ended += 1

    def prepare(self) -> None:
        """Count that it was asked to."""
        self.prepared += 1

    async def close(self) -> None:
        """Remember it."""
        self.closed = True
