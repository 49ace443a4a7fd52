"""What Ollama says about its models. No I/O."""

from dataclasses import dataclass
from typing import Any

from core.engines.model_names import is_same_model, without_latest
from core.engines.protocol import EngineName, ModelInfo

DEFAULT_CONTEXT_LENGTH = 32768


@dataclass(frozen=True, slots=True)
class ModelDetails:
    """What ``/api/show`` says of a model, with defaults for what it leaves out. ``context_length`` is in tokens."""

    context_length: int = DEFAULT_CONTEXT_LENGTH
    can_think: bool = False


def parse_details(response: Any) -> ModelDetails:
    """Read the JSON of ``/api/show``, whatever its shape."""
    if not isinstance(response, dict):
        return ModelDetails()
    info, capabilities = response.get("model_info"), response.get("capabilities")
    context_lengths = _context_lengths(info) if isinstance(info, dict) else []
    can_think = isinstance(capabilities, list) and "thinking" in capabilities
    return ModelDetails(
        context_length=context_lengths[0] if context_lengths else DEFAULT_CONTEXT_LENGTH, can_think=can_think
    )


def parse_models(response: Any, default: str) -> list[ModelInfo]:
    """Read the JSON of ``/api/tags``: ``default`` first and spelled so; embedding models are left out."""
    entries = response.get("models") if isinstance(response, dict) else None
    models = [
        _parse_model(entry, default) for entry in entries or [] if isinstance(entry, dict) and _can_generate(entry)
    ]
    return sorted((model for model in models if model.name), key=lambda model: model.name != default)


def is_loaded(response: Any, model: str) -> bool:
    """Whether ``/api/ps`` lists ``model``, that is, whether it is in memory."""
    return any(is_same_model(loaded.name, model) for loaded in parse_models(response, model))


def _context_lengths(info: dict[str, Any]) -> list[int]:
    lengths = [value for key, value in info.items() if key.endswith(".context_length")]
    return [int(value) for value in lengths if isinstance(value, int | float) and value >= 1]


def _can_generate(entry: dict[str, Any]) -> bool:
    capabilities = entry.get("capabilities")
    # Older versions of Ollama do not list capabilities: then every model counts.
    return not capabilities or "completion" in capabilities


def _parse_model(entry: dict[str, Any], default: str) -> ModelInfo:
    name = without_latest(str(entry.get("name") or entry.get("model") or ""))
    details = entry.get("details")
    context = details.get("context_length") if isinstance(details, dict) else None
    size = entry.get("size")
    return ModelInfo(
        name=default if is_same_model(name, default) else name,
        engine=EngineName.OLLAMA,
        context=context if isinstance(context, int) else None,
        size=size if isinstance(size, int) else None,
    )
