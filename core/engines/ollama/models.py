"""What Ollama tells about its models, read into values. Pure."""

from dataclasses import dataclass
from typing import Any

from core.engines.protocol import EngineName, Model

UNKNOWN_CONTEXT = 32768


@dataclass(frozen=True, slots=True)
class Details:
    """What ``/api/show`` says of a model; the defaults stand where it says nothing. ``context`` is in tokens."""

    context: int = UNKNOWN_CONTEXT
    thinks: bool = False


def read_details(answer: Any) -> Details:
    """Read the answer of ``/api/show``, in any state."""
    if not isinstance(answer, dict):
        return Details()
    info, capabilities = answer.get("model_info"), answer.get("capabilities")
    lengths = _context_lengths(info) if isinstance(info, dict) else []
    thinks = isinstance(capabilities, list) and "thinking" in capabilities
    return Details(context=lengths[0] if lengths else UNKNOWN_CONTEXT, thinks=thinks)


def read_models(answer: Any, default: str) -> list[Model]:
    """Read the answer of ``/api/tags``, the default first and spelled as ``default``, no embedding models."""
    entries = answer.get("models") if isinstance(answer, dict) else None
    models = [_model(entry, default) for entry in entries or [] if isinstance(entry, dict) and _writes(entry)]
    return sorted((model for model in models if model.name), key=lambda model: model.name != default)


def is_loaded(answer: Any, model: str) -> bool:
    """Whether ``model`` is among those of ``/api/ps``."""
    return any(same_model(loaded.name, model) for loaded in read_models(answer, model))


def same_model(one: str, other: str) -> bool:
    """Ollama compares names without regard to case, and no tag means ``latest``."""
    return short_name(one).lower() == short_name(other).lower()


def short_name(name: str) -> str:
    """The name without the tag that goes without saying."""
    name = name.strip()
    return name[: -len(":latest")] if name.lower().endswith(":latest") else name


def _context_lengths(info: dict[str, Any]) -> list[int]:
    lengths = [value for key, value in info.items() if key.endswith(".context_length")]
    return [int(value) for value in lengths if isinstance(value, int | float) and value >= 1]


def _writes(entry: dict[str, Any]) -> bool:
    capabilities = entry.get("capabilities")
    return not capabilities or "completion" in capabilities


def _model(entry: dict[str, Any], default: str) -> Model:
    name = short_name(str(entry.get("name") or entry.get("model") or ""))
    details = entry.get("details")
    context = details.get("context_length") if isinstance(details, dict) else None
    size = entry.get("size")
    return Model(
        name=default if same_model(name, default) else name,
        engine=EngineName.OLLAMA,
        context=context if isinstance(context, int) else None,
        size=size if isinstance(size, int) else None,
    )
