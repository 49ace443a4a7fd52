"""Which engine and model a run uses: the one it asks for, else the one of the settings, else the best that answers."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from core.engines.protocol import Engine, EngineName, Health, Model
from core.errors import ConfigurationError, Invalid
from core.settings import EngineChoice

BEST_FIRST = (EngineName.OLLAMA, EngineName.OPENAI, EngineName.EMBEDDED)
HEALTH_SECONDS = 3.0
"""How long an engine's word about itself is believed: else an unreachable host costs its time-out at each start."""
READY_SECONDS = 60.0
"""How long a start believes an engine that was ready, and does not wait for its word: it is asked a little later."""
LATER_SECONDS = 0.5


class Engines:
    """The engines there are. ``choice`` names one, or ``auto``."""

    def __init__(self, engines: Mapping[EngineName, Engine], choice: EngineChoice) -> None:
        if choice is not EngineChoice.AUTO and EngineName(choice.value) not in engines:
            there = ", ".join(["auto", *(name.value for name in engines)])
            raise ConfigurationError(f"LIVEWRIGHT_ENGINE names an engine that is not set up here: choose of {there}.")
        self._engines = engines
        self._choice = choice
        self._health: dict[EngineName, tuple[float, Health]] = {}
        self._asking: dict[EngineName, asyncio.Task[Health]] = {}
        self._later: dict[EngineName, asyncio.TimerHandle] = {}

    @property
    def names(self) -> list[EngineName]:
        """Those that are set up here."""
        return list(self._engines)

    async def current(self) -> Engine:
        """The engine for runs that name no model. ``auto`` takes the first that answers, else the first there is.

        An Ollama that answers wins even without the model: its sentence then says which one to pull.
        """
        return await self._best(self.health)

    async def prepare(self) -> None:
        """Have the engine in use get what it lacks, in the background."""
        (await self.current()).prepare()

    async def choose(self, model: str | None) -> tuple[Engine, str]:
        """The engine and model for a run. Raises Invalid where no engine has the model that is asked for."""
        if model is None:
            engine = await self._best(self._word)
            # Only a server that was asked can say what stands in for a default model that it does not have.
            await self._word(engine)
            return engine, engine.default_model
        known = await self.models()
        for found in known:
            if _same(found.name, model):
                return self._engines[found.engine], found.name
        names = ", ".join(found.name for found in known) or "none at the moment"
        raise Invalid.of("model", f"No engine has the model {model[:100]!r} now. To choose from: {names}.")

    async def choose_again(self, name: EngineName, model: str) -> tuple[Engine, str]:
        """This engine with this model where they are to be had now, else those of a run that names none."""
        engine = self._engines.get(name)
        if engine and any(_same(found.name, model) for found in await engine.models()):
            return engine, model
        return await self.choose(None)

    async def models(self) -> list[Model]:
        """Every model that can be used now, those of the current engine first."""
        current = await self.current()
        engines = sorted(self._engines.values(), key=lambda engine: engine is not current)
        found = await asyncio.gather(*(engine.models() for engine in engines))
        return [model for models in found for model in models]

    async def health(self, engine: Engine) -> Health:
        """The engine's health, at most a few seconds old; however many want it at once, the engine is asked once."""
        asked, health = self._health.get(engine.name, (float("-inf"), None))
        if health is not None and time.monotonic() - asked <= HEALTH_SECONDS:
            return health
        return await asyncio.shield(self._asked(engine))

    def doubt(self, name: EngineName) -> None:
        """Have an engine asked again before the next start: it has failed a run."""
        self._health.pop(name, None)

    async def close(self) -> None:
        """Close every engine."""
        for later in self._later.values():
            later.cancel()
        for asking in self._asking.values():
            asking.cancel()
        await asyncio.gather(*self._asking.values(), return_exceptions=True)
        await asyncio.gather(*(engine.close() for engine in self._engines.values()))

    async def _best(self, ask: Callable[[Engine], Awaitable[Health]]) -> Engine:
        if self._choice is not EngineChoice.AUTO:
            return self._engines[EngineName(self._choice.value)]
        present = [self._engines[name] for name in BEST_FIRST if name in self._engines]
        for engine in present:
            if (await ask(engine)).engine_ready:
                return engine
        return present[0]

    async def _word(self, engine: Engine) -> Health:
        asked, health = self._health.get(engine.name, (float("-inf"), None))
        age = time.monotonic() - asked
        if health is None or not health.engine_ready or age > READY_SECONDS:
            return await self.health(engine)
        if age > HEALTH_SECONDS and engine.name not in self._later:
            later = asyncio.get_running_loop().call_later(LATER_SECONDS, self._ask_now, engine)
            self._later[engine.name] = later
        return health

    def _ask_now(self, engine: Engine) -> None:
        del self._later[engine.name]
        self._asked(engine)

    def _asked(self, engine: Engine) -> asyncio.Task[Health]:
        if (asking := self._asking.get(engine.name)) is None:
            asking = asyncio.create_task(self._ask(engine), name=f"health of {engine.name}")
            self._asking[engine.name] = asking
            asking.add_done_callback(lambda _: self._asking.pop(engine.name, None))
        return asking

    async def _ask(self, engine: Engine) -> Health:
        health = await engine.health()
        self._health[engine.name] = time.monotonic(), health
        return health


def _same(name: str, asked: str) -> bool:
    """Ollama's rule, good for all: no regard to case, and no tag is the tag ``latest``."""
    return name.casefold().removesuffix(":latest") == asked.strip().casefold().removesuffix(":latest")
