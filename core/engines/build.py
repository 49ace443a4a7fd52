"""The engines that the settings name."""

from core.engines.embedded.engine import EmbeddedEngine
from core.engines.ollama.engine import OllamaEngine
from core.engines.openai.engine import OpenAiEngine
from core.engines.protocol import Engine, EngineName
from core.engines.registry import EngineRegistry
from core.errors import ConfigurationError
from core.settings import EngineChoice, Settings

DEFAULT_MAX_RUNS = {EngineName.EMBEDDED: 1, EngineName.OLLAMA: 2, EngineName.OPENAI: 2}


def max_concurrent_runs(settings: Settings, engine: EngineName) -> int:
    """How many runs an engine takes at once."""
    return settings.max_runs or DEFAULT_MAX_RUNS[engine]


def build_engines(settings: Settings) -> EngineRegistry:
    """The engines that the settings name. Raises ConfigurationError."""
    slots = max_concurrent_runs(settings, EngineName.EMBEDDED)
    embedded = EmbeddedEngine(settings.home, settings.embedded_model, slots)
    engines: dict[EngineName, Engine] = {
        EngineName.OLLAMA: OllamaEngine(
            settings.ollama_host,
            settings.model,
            key=settings.ollama_api_key,
            keep_alive=settings.ollama_keep_alive,
            home=settings.home,
        ),
        EngineName.EMBEDDED: embedded,
    }
    if settings.openai_url:
        engines[EngineName.OPENAI] = OpenAiEngine(settings.openai_url, settings.openai_key, settings.model)
    elif settings.engine is EngineChoice.OPENAI:
        raise ConfigurationError(
            "LIVEWRIGHT_ENGINE is openai: name the server in LIVEWRIGHT_OPENAI_URL, such as http://127.0.0.1:8000."
        )
    if settings.engine is EngineChoice.EMBEDDED and embedded.is_disabled:
        raise ConfigurationError(
            "LIVEWRIGHT_ENGINE is embedded, and LIVEWRIGHT_EMBEDDED_MODEL is off: set it to auto, or choose another "
            "engine."
        )
    return EngineRegistry(engines, settings.engine)
