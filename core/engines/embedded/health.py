"""What the embedded engine says about itself: its weights, their download, and how to get a better model."""

from core.engines.embedded.download import WeightsDownload
from core.engines.embedded.weights import QWEN, SMOLLM2, Weights
from core.engines.protocol import Health


def describe_health(model_setting: str, available: list[Weights], download: WeightsDownload) -> Health:
    """The health with these weights, best first; ``model_setting`` is as ``parse_model_setting`` returns it."""
    if model_setting == "off":
        disabled_message = "The embedded engine is switched off (LIVEWRIGHT_EMBEDDED_MODEL=off)."
        return Health(False, disabled_message, None, False, "It has no model.")
    engine = "The embedded engine runs on this machine."
    if not available:
        message = download.problem or f"{QWEN} is not there yet."
        return Health(True, engine, QWEN, False, message, _better_model_advice(download), download.progress)
    name = available[0].name
    if name != SMOLLM2:
        return Health(True, engine, name, True, f"{name} is there.")
    weak_message = "smollm2 only shows that things work: it is too small to write a working app."
    return Health(True, engine, name, True, weak_message, _better_model_advice(download), download.progress)


def _better_model_advice(download: WeightsDownload) -> str:
    ollama_hint = "start Ollama with `ollama serve` and run `ollama pull qwen2.5-coder`"
    if download.progress:
        return f"{QWEN} is being fetched and is used from the next run on; or {ollama_hint}."
    if download.problem:
        return f"{download.problem} Or {ollama_hint}."
    return f"For a better model {ollama_hint}, or set LIVEWRIGHT_EMBEDDED_MODEL to the path of a GGUF."
