"""What Ollama says about its models. No I/O."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.engines.http.json_access import as_count, as_object, as_text
from core.engines.model_names import is_same_model, without_latest
from core.engines.protocol import EngineName, ModelInfo

DEFAULT_CONTEXT_LENGTH = 32768
PINNED_YEARS = 10


@dataclass(frozen=True, slots=True)
class ModelDetails:
    """What ``/api/show`` says of a model, with defaults for what it leaves out. ``context_length`` is in tokens,
    ``is_context_known`` says that it is no default.
    """

    context_length: int = DEFAULT_CONTEXT_LENGTH
    can_think: bool = False
    is_context_known: bool = False


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model that is in memory: its context window in tokens, and whether somebody keeps it there for ever."""

    window: int = 0
    is_pinned: bool = False


def parse_details(response: Any) -> ModelDetails:
    """Read the JSON of ``/api/show``, whatever its shape."""
    if not isinstance(response, dict):
        return ModelDetails()
    info, capabilities = response.get("model_info"), response.get("capabilities")
    context_lengths = _context_lengths(info) if isinstance(info, dict) else []
    can_think = isinstance(capabilities, list) and "thinking" in capabilities
    return ModelDetails(
        context_length=context_lengths[0] if context_lengths else DEFAULT_CONTEXT_LENGTH,
        can_think=can_think,
        is_context_known=bool(context_lengths),
    )


def parse_models(response: Any, default: str, server: str | None = None) -> list[ModelInfo]:
    """Read the JSON of ``/api/tags``: ``default`` first and spelled so; embedding models are left out."""
    entries = response.get("models") if isinstance(response, dict) else None
    models = [
        _parse_model(entry, default, server)
        for entry in entries or []
        if isinstance(entry, dict) and _can_generate(entry)
    ]
    return sorted((model for model in models if model.name), key=lambda model: model.name != default)


def parse_loaded(response: Any, model: str) -> LoadedModel | None:
    """What ``/api/ps`` says of ``model``; None where it is not in memory."""
    entries = response.get("models") if isinstance(response, dict) else None
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and is_same_model(_parse_model(entry, model).name, model):
            window = entry.get("context_length")
            return LoadedModel(window if isinstance(window, int) else 0, _is_pinned(entry.get("expires_at")))
    return None


def missing_model_message(model: str, models: list[ModelInfo]) -> str:
    """What to do about a default model that is not among ``models``."""
    if not models:
        return f"Ollama does not have {model}. Run `ollama pull {model}`."
    return f"Ollama does not have {model}. Run `ollama pull {model}`, or choose {models[0].name}, which is there."


def _is_pinned(expires_at: Any) -> bool:
    """Whether a model stays until it is unloaded by hand: Ollama then gives a date some three hundred years ahead."""
    year = str(expires_at)[:4]
    return year.isascii() and year.isdigit() and int(year) > datetime.now(UTC).year + PINNED_YEARS


def _context_lengths(info: dict[str, Any]) -> list[int]:
    lengths = [value for key, value in info.items() if key.endswith(".context_length")]
    return [int(value) for value in lengths if isinstance(value, int | float) and value >= 1]


def _can_generate(entry: dict[str, Any]) -> bool:
    capabilities = entry.get("capabilities")
    # Older versions of Ollama do not list capabilities: then every model counts.
    return not capabilities or "completion" in capabilities


def _parse_model(entry: dict[str, Any], default: str, server: str | None = None) -> ModelInfo:
    name = without_latest(str(entry.get("name") or entry.get("model") or ""))
    details = as_object(entry.get("details"))
    return ModelInfo(
        name=default if is_same_model(name, default) else name,
        engine=EngineName.OLLAMA,
        context=as_count(details.get("context_length")) or None,
        size=as_count(entry.get("size")),
        server=server,
        parameters=as_text(details.get("parameter_size")) or None,
        quantization=as_text(details.get("quantization_level")) or None,
    )
