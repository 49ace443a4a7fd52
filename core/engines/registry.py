"""Which engine and model a run uses: the one it asks for, else the one of the settings, else the best that answers."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from core.engines.protocol import Engine, EngineName, Health, ModelInfo
from core.errors import ConfigurationError, InvalidInput
from core.settings import EngineChoice

ENGINE_PREFERENCE = (EngineName.OLLAMA, EngineName.OPENAI, EngineName.EMBEDDED)
HEALTH_TTL = 3.0
"""How long an engine's word about itself is believed: else an unreachable host costs its time-out at each start."""
READY_TTL = 60.0
"""How long a start believes an engine that was ready, and does not wait for its word: it is asked a little later."""
REFRESH_DELAY = 0.5


class EngineRegistry:
    """The engines there are. ``choice`` names one, or ``auto``."""

    def __init__(self, engines: Mapping[EngineName, Engine], choice: EngineChoice) -> None:
        if choice is not EngineChoice.AUTO and EngineName(choice.value) not in engines:
            setting_values = ", ".join(["auto", *(name.value for name in engines)])
            raise ConfigurationError(
                f"LIVEWRIGHT_ENGINE names an engine that is not set up here: choose of {setting_values}."
            )
        self._engines = engines
        self._choice = choice
        self._health_cache: dict[EngineName, tuple[float, Health]] = {}
        self._refresh_tasks: dict[EngineName, asyncio.Task[Health]] = {}
        self._refresh_timers: dict[EngineName, asyncio.TimerHandle] = {}

    @property
    def names(self) -> list[EngineName]:
        """Those that are set up here."""
        return list(self._engines)

    async def default_engine(self) -> Engine:
        """The engine for runs that name no model. ``auto`` takes the first that answers, else the first there is.

        An Ollama that answers wins even without the model: its sentence then says which one to pull.
        """
        return await self._first_ready(self.health)

    async def prepare(self) -> None:
        """Have the engine in use get what it lacks, in the background."""
        (await self.default_engine()).prepare()

    async def choose(self, model: str | None) -> tuple[Engine, str]:
        """The engine and model for a run. Raises InvalidInput where no engine has the model that is asked for."""
        if model is None:
            engine = await self._first_ready(self._cached_health)
            # Only a server that was asked can say what stands in for a default model that it does not have.
            await self._cached_health(engine)
            return engine, engine.default_model
        models = await self.models()
        for candidate in models:
            if _is_same_model(candidate.name, model):
                return self._engines[candidate.engine], candidate.name
        names = ", ".join(candidate.name for candidate in models) or "none at the moment"
        raise InvalidInput.for_field("model", f"No engine has the model {model[:100]!r} now. To choose from: {names}.")

    async def choose_or_default(self, name: EngineName, model: str) -> tuple[Engine, str]:
        """This engine with this model where they are to be had now, else those of a run that names none."""
        engine = self._engines.get(name)
        if engine and any(_is_same_model(found.name, model) for found in await engine.models()):
            return engine, model
        return await self.choose(None)

    async def models(self) -> list[ModelInfo]:
        """Every model that can be used now, those of the current engine first."""
        default = await self.default_engine()
        engines = sorted(self._engines.values(), key=lambda engine: engine is not default)
        model_lists = await asyncio.gather(*(engine.models() for engine in engines))
        return [model for models in model_lists for model in models]

    async def health(self, engine: Engine) -> Health:
        """The engine's health, at most a few seconds old; however many want it at once, the engine is asked once."""
        checked_at, health = self._health_cache.get(engine.name, (float("-inf"), None))
        if health is not None and time.monotonic() - checked_at <= HEALTH_TTL:
            return health
        return await asyncio.shield(self._refresh_health(engine))

    def invalidate_health(self, name: EngineName) -> None:
        """Have an engine asked again before the next start: it has failed a run."""
        self._health_cache.pop(name, None)

    async def close(self) -> None:
        """Close every engine."""
        for timer in self._refresh_timers.values():
            timer.cancel()
        for task in self._refresh_tasks.values():
            task.cancel()
        await asyncio.gather(*self._refresh_tasks.values(), return_exceptions=True)
        await asyncio.gather(*(engine.close() for engine in self._engines.values()))

    async def _first_ready(self, get_health: Callable[[Engine], Awaitable[Health]]) -> Engine:
        if self._choice is not EngineChoice.AUTO:
            return self._engines[EngineName(self._choice.value)]
        candidates = [self._engines[name] for name in ENGINE_PREFERENCE if name in self._engines]
        for engine in candidates:
            if (await get_health(engine)).engine_ready:
                return engine
        return candidates[0]

    async def _cached_health(self, engine: Engine) -> Health:
        checked_at, health = self._health_cache.get(engine.name, (float("-inf"), None))
        age = time.monotonic() - checked_at
        if health is None or not health.engine_ready or age > READY_TTL:
            return await self.health(engine)
        if age > HEALTH_TTL and engine.name not in self._refresh_timers:
            timer = asyncio.get_running_loop().call_later(REFRESH_DELAY, self._refresh_now, engine)
            self._refresh_timers[engine.name] = timer
        return health

    def _refresh_now(self, engine: Engine) -> None:
        del self._refresh_timers[engine.name]
        self._refresh_health(engine)

    def _refresh_health(self, engine: Engine) -> asyncio.Task[Health]:
        if (task := self._refresh_tasks.get(engine.name)) is None:
            task = asyncio.create_task(self._check_health(engine), name=f"health of {engine.name}")
            self._refresh_tasks[engine.name] = task
            task.add_done_callback(lambda _: self._refresh_tasks.pop(engine.name, None))
        return task

    async def _check_health(self, engine: Engine) -> Health:
        health = await engine.health()
        self._health_cache[engine.name] = time.monotonic(), health
        return health


def _is_same_model(name: str, requested: str) -> bool:
    """Ollama's rule, good for all: no regard to case, and no tag is the tag ``latest``."""
    return name.casefold().removesuffix(":latest") == requested.strip().casefold().removesuffix(":latest")
