"""Which engine and model a run uses: those it asks for, else those of the settings, else the best that answers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from core.engines.health_cache import HealthCache
from core.engines.model_names import is_same_model
from core.engines.protocol import Engine, EngineName, Health, ModelInfo
from core.errors import ConfigurationError, InvalidInput
from core.settings import EngineChoice

ENGINE_PREFERENCE = (EngineName.OLLAMA, EngineName.OPENAI, EngineName.EMBEDDED)
MAX_SHOWN_MODEL_NAME_LENGTH = 100
"""Characters of an unknown model's name that an error repeats."""


class EngineRegistry:
    """The engines that are set up. ``choice`` names one of them, or ``auto``. Raises ConfigurationError."""

    def __init__(self, engines: Mapping[EngineName, Engine], choice: EngineChoice) -> None:
        if choice is not EngineChoice.AUTO and EngineName(choice.value) not in engines:
            setting_values = ", ".join(["auto", *(name.value for name in engines)])
            raise ConfigurationError(
                f"LIVEWRIGHT_ENGINE names an engine that is not set up here: choose of {setting_values}."
            )
        self._engines = engines
        self._choice = choice
        self._health_cache = HealthCache()
        self._preferred: EngineName | None = None

    @property
    def names(self) -> list[EngineName]:
        """The engines that are set up."""
        return list(self._engines)

    @property
    def all(self) -> list[Engine]:
        """The engines that are set up, in the order of the settings."""
        return list(self._engines.values())

    def find(self, name: EngineName) -> Engine | None:
        """The engine of this name, None if it is not set up."""
        return self._engines.get(name)

    def prefer(self, name: EngineName | None, model: str | None) -> None:
        """Have runs that name no model use this one while its engine answers; None goes back to the settings."""
        self._preferred = name if name in self._engines else None
        for engine in self._engines.values():
            engine.set_default_model(model if engine.name == self._preferred else None)
            self._health_cache.invalidate(engine.name)

    async def default_engine(self) -> Engine:
        """The engine for runs that name no model. ``auto`` takes the first that answers, else the first there is.

        An Ollama that answers wins even without the model: its message then says which one to pull.
        """
        return await self._first_ready(self.health)

    async def prepare(self) -> None:
        """Let the engine in use fetch what it lacks, in the background."""
        (await self.default_engine()).prepare()

    async def choose(self, model: str | None, name: EngineName | None = None) -> tuple[Engine, str]:
        """The engine and model for a run; ``name`` is the engine where only one will do for the model.

        Raises InvalidInput if none has the model that is asked for.
        """
        if model is None:
            engine = await self._first_ready(self._health_cache.get_for_start)
            # ``default_model`` may be a substitute, which is only known after a health check.
            await self._health_cache.get_for_start(engine)
            return engine, engine.default_model
        models = [each for each in await self.models() if name in (None, each.engine)]
        for candidate in models:
            if is_same_model(candidate.name, model):
                return self._engines[candidate.engine], candidate.name
        names = ", ".join(candidate.name for candidate in models) or "none at the moment"
        who = f"The engine {name} has no model" if name else "No engine has the model"
        message = f"{who} {model[:MAX_SHOWN_MODEL_NAME_LENGTH]!r} now. To choose from: {names}."
        raise InvalidInput.for_field("model", message)

    async def choose_or_default(self, name: EngineName, model: str) -> tuple[Engine, str]:
        """This engine and model if both can be used now, else those of a run that names none."""
        engine = self._engines.get(name)
        if engine and any(is_same_model(found.name, model) for found in await engine.models()):
            return engine, model
        return await self.choose(None)

    async def models(self) -> list[ModelInfo]:
        """Every model that can be used now, those of the default engine first."""
        model_lists = await asyncio.gather(*(engine.models() for engine in await self._default_first()))
        return [model for models in model_lists for model in models]

    async def described_models(self) -> list[ModelInfo]:
        """The same with all that is known of them."""
        model_lists = await asyncio.gather(*(engine.described_models() for engine in await self._default_first()))
        return [model for models in model_lists for model in models]

    async def _default_first(self) -> list[Engine]:
        default = await self.default_engine()
        return sorted(self._engines.values(), key=lambda engine: engine is not default)

    async def health(self, engine: Engine) -> Health:
        """The engine's health, at most a few seconds old; concurrent callers share one check."""
        return await self._health_cache.get(engine)

    def invalidate_health(self, name: EngineName) -> None:
        """Check an engine again before the next start: it has failed a run."""
        self._health_cache.invalidate(name)

    async def close(self) -> None:
        """Close every engine."""
        # First: a check that runs would find its engine closed.
        await self._health_cache.close()
        await asyncio.gather(*(engine.close() for engine in self._engines.values()))

    async def _first_ready(self, get_health: Callable[[Engine], Awaitable[Health]]) -> Engine:
        if self._preferred and (await get_health(self._engines[self._preferred])).engine_ready:
            return self._engines[self._preferred]
        if self._choice is not EngineChoice.AUTO:
            return self._engines[EngineName(self._choice.value)]
        candidates = [self._engines[name] for name in ENGINE_PREFERENCE if name in self._engines]
        # In turn, not all at once: mostly the first answers, and the others are left alone.
        for engine in candidates:
            if (await get_health(engine)).engine_ready:
                return engine
        # None answers: the preferred one then says in its health what to do.
        return candidates[0]
