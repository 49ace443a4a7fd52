"""What ``/v1/models`` of an OpenAI-compatible server lists."""

from typing import Any

from core.engines.http.json_access import as_count, as_object, as_text
from core.engines.model_size import format_parameters
from core.engines.protocol import EngineName, ModelInfo


def parse_models(entries: list[Any], default: str, server: str | None = None) -> list[ModelInfo]:
    """The models of the list, ``default`` first; entries without a name are left out."""
    models = [_parse_model(as_object(entry), server) for entry in entries]
    return sorted((model for model in models if model.name), key=lambda model: model.name != default)


def _parse_model(entry: dict[str, Any], server: str | None) -> ModelInfo:
    """vLLM gives the window as ``max_model_len``, llama.cpp in ``meta``, with size and number of parameters."""
    meta = as_object(entry.get("meta"))
    context = as_count(entry.get("max_model_len")) or as_count(meta.get("n_ctx")) or as_count(meta.get("n_ctx_train"))
    return ModelInfo(
        as_text(entry.get("id")),
        EngineName.OPENAI,
        context,
        as_count(meta.get("size")),
        server,
        format_parameters(as_count(meta.get("n_params"))),
    )
