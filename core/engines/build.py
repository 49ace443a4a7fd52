"""The engines that the settings name."""

from core.engines.embedded.engine import EmbeddedEngine
from core.engines.http.address import redact_url
from core.engines.ollama.engine import KEY_VARIABLE as OLLAMA_KEY_VARIABLE
from core.engines.ollama.engine import OllamaEngine
from core.engines.ollama.host import base_url
from core.engines.openai.engine import KEY_VARIABLE as OPENAI_KEY_VARIABLE
from core.engines.openai.engine import OpenAiEngine, split_base_url
from core.engines.protocol import Engine, EngineName
from core.engines.registry import EngineRegistry
from core.engines.servers.addresses import split_addresses, split_keys
from core.engines.servers.ollama_group import OllamaGroup
from core.engines.servers.server_group import ServerGroup
from core.errors import ConfigurationError
from core.settings import EngineChoice, Settings

DEFAULT_MAX_RUNS = {EngineName.EMBEDDED: 1, EngineName.OLLAMA: 2, EngineName.OPENAI: 2}
"""Of one server."""
RETRY_DELAYS = (0.3, 1.0)
"""Seconds between attempts at a server that is busy or does not answer."""
GROUP_RETRY_DELAYS = (0.3,)
"""The same where another server can be asked instead."""


def max_concurrent_runs(settings: Settings, engine: EngineName) -> int:
    """How many runs an engine takes at once; as many more by default as it has servers."""
    addresses = {EngineName.OLLAMA: settings.ollama_host, EngineName.OPENAI: settings.openai_url}.get(engine)
    servers = len(split_addresses(addresses)) if addresses else 1
    return settings.max_runs or DEFAULT_MAX_RUNS[engine] * servers


def build_engines(settings: Settings) -> EngineRegistry:
    """The engines that the settings name. Raises ConfigurationError."""
    slots = max_concurrent_runs(settings, EngineName.EMBEDDED)
    embedded = EmbeddedEngine(settings.home, settings.embedded_model, slots)
    engines: dict[EngineName, Engine] = {EngineName.OLLAMA: _build_ollama(settings), EngineName.EMBEDDED: embedded}
    if settings.openai_url:
        engines[EngineName.OPENAI] = _build_openai(settings, settings.openai_url)
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


def _build_ollama(settings: Settings) -> Engine:
    """The engine for one server, or that for several."""
    hosts = split_addresses(settings.ollama_host)
    keys = split_keys(settings.ollama_api_key, len(hosts), OLLAMA_KEY_VARIABLE)
    engines = {
        redact_url(base_url(host)): OllamaEngine(
            host,
            settings.model,
            key=key,
            keep_alive=settings.ollama_keep_alive,
            # The windows of one server are remembered: another one holds its models with others.
            home=settings.home if host is hosts[0] else None,
            retry_delays=_retry_delays(hosts),
        )
        for host, key in zip(hosts, keys, strict=True)
    }
    return OllamaGroup(engines, settings.model) if len(engines) > 1 else next(iter(engines.values()))


def _build_openai(settings: Settings, urls: str) -> Engine:
    """The same for OpenAI-compatible servers."""
    addresses = split_addresses(urls)
    keys = split_keys(settings.openai_key, len(addresses), OPENAI_KEY_VARIABLE)
    engines = {
        redact_url(split_base_url(url)[0]): OpenAiEngine(
            url, key, settings.model, retry_delays=_retry_delays(addresses)
        )
        for url, key in zip(addresses, keys, strict=True)
    }
    return ServerGroup(engines, settings.model) if len(engines) > 1 else next(iter(engines.values()))


def _retry_delays(addresses: list[str]) -> tuple[float, ...]:
    return GROUP_RETRY_DELAYS if len(addresses) > 1 else RETRY_DELAYS
