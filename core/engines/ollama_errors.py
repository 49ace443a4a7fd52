"""What Ollama says when it cannot go on, as sentences of ours.

The words come from Ollama 0.6 to 0.33 (``server/routes.go``, ``server/sched.go``, ``llm/llama_server.go``,
``llm/status.go``). They are only searched, never shown: they hold paths, JSON within JSON and lines of a log.
"""

import json
import re
from typing import Any

from core.errors import EngineError

SENTENCES = {
    "prompt_too_long": "The prompt is too long for {model}{numbers}. Shorten it, or choose a model that takes more.",
    "out_of_memory": "There is not enough memory for {model}. Choose a smaller model, or close what else uses memory.",
    "engine_busy": "Ollama is busy with other requests. Try again in a moment.",
    "load_timeout": "{model} did not finish loading. Try again, or choose a smaller model.",
    "engine_crashed": "Ollama's model process stopped unexpectedly. Try again; if it happens again, see Ollama's log.",
    "incomplete": "Ollama ended the stream before the model had finished. Continue this run, or start it again.",
    "connection_lost": "The connection to Ollama broke in the middle of the answer. Continue this run, or restart it.",
    "idle": "Ollama went silent in the middle of the answer. Try again; if it hangs again, restart Ollama.",
    "empty": "{model} returned nothing. Try again, or choose another model.",
    "model_unsupported": "This version of Ollama cannot run {model}. Update Ollama, or choose another model.",
    "no_conversation": "{model} cannot answer in a conversation. Choose another model.",
    "model_not_found": "Ollama does not have {model}. Run `ollama pull {model}`, or choose another model.",
    "bad_model_name": "{model} is not a name that Ollama takes. Choose a model from its list.",
    "cloud_disabled": "{model} runs in Ollama's cloud, which is disabled. Choose a local model.",
    "not_signed_in": "{model} runs in Ollama's cloud. Run `ollama signin`, or choose a local model.",
    "sign_in_needed": "What stands in front of Ollama asks for a sign-in: put name and password into OLLAMA_HOST.",
    "forbidden_origin": "Ollama refused the name it was called by (403). Let the proxy in front of it send "
    "`Host: localhost:11434`, or set OLLAMA_HOST to its own address.",
    "bad_option": "Ollama refused an option of this run. Remove the option, or update Ollama.",
    "bad_request": "Ollama did not understand the request ({status}). Update Ollama.",
    "not_ollama": "What answers at OLLAMA_HOST is not Ollama. Check the address; no path such as /v1 may follow it.",
    "protocol": "What answers at OLLAMA_HOST does not speak Ollama's language. Check the address, or update Ollama.",
    "gateway": "A proxy answered instead of Ollama ({status}). Check that Ollama runs behind it, and its time limit.",
    "engine_failed": "Ollama could not go on because of an error of its own. Its log says why.",
}
"""What a person reads, by kind; ``{numbers}`` is empty or begins with a colon."""

RETRYABLE = {
    "engine_busy", "load_timeout", "engine_crashed", "incomplete", "connection_lost", "idle", "empty", "gateway",
    "engine_failed",
}  # fmt: skip

WORDS = (
    ("prompt_too_long", ("exceed_context_size", "exceeds the available context", "exceeds the context length")),
    ("prompt_too_long", ("longer than the context length",)),
    ("out_of_memory", ("requires more system memory", "out-of-memory", "out of memory", "cudamalloc failed")),
    ("out_of_memory", ("failed to allocate", "unable to allocate", "insufficient memory")),
    ("engine_busy", ("server busy", "maximum pending requests", "request canceled")),
    ("load_timeout", ("timed out waiting for llama",)),
    ("incomplete", ("token repeat limit",)),
    ("engine_crashed", ("unexpectedly stopped", "has terminated", "encountered while running")),
    ("model_unsupported", ("may be incompatible", "no longer compatible", "not currently supported")),
    ("no_conversation", ("does not support",)),
    ("bad_model_name", ("model is required", "invalid model name")),
    ("cloud_disabled", ("cloud is disabled",)),
    ("not_signed_in", ("signin_url",)),
    ("bad_option", ("must be of type",)),
    ("model_not_found", ("try pulling it first", "' not found", '" not found')),
)
"""A kind and the lower-case words of which one is enough; the first row that fits counts."""

STATUSES = {
    400: "bad_request", 401: "sign_in_needed", 403: "forbidden_origin", 404: "not_ollama", 405: "not_ollama",
    413: "prompt_too_long", 429: "engine_busy", 499: "engine_busy", 502: "gateway", 503: "engine_busy", 504: "gateway",
}  # fmt: skip
"""The kind of a status whose body says nothing known."""


def from_status(status: int, body: bytes, model: str) -> EngineError:
    """The error of an answer with ``status`` whose body begins with ``body``."""
    text = body.decode("utf-8", "replace")
    if status < 400:
        return of_kind("not_ollama", model)
    fallback = STATUSES.get(status, "engine_failed")
    # A page of HTML may say anything ("server busy" too): only JSON is Ollama speaking.
    kind = _kind(text, fallback) if text.lstrip().startswith("{") else fallback
    return of_kind(kind, model, numbers=_numbers(text), status=status)


def from_line(error: Any, model: str) -> EngineError:
    """The error of a line ``{"error": …}`` inside a stream that began well; ``error`` may be of any type."""
    text = error if isinstance(error, str) else json.dumps(error)
    return of_kind(_kind(text, "engine_failed"), model, numbers=_numbers(text))


def of_kind(kind: str, model: str, *, numbers: str = "", status: int = 200) -> EngineError:
    """The error with the sentence that belongs to ``kind``."""
    sentence = SENTENCES[kind].format(model=model, numbers=numbers, status=status)
    return EngineError(kind, sentence, retryable=kind in RETRYABLE)


def unreachable(url: str) -> EngineError:
    """Nothing listens at ``url``, which holds no password."""
    return EngineError("engine_unreachable", no_answer(url), retryable=True)


def no_answer(url: str) -> str:
    """What to do where Ollama does not answer at ``url``, which holds no password."""
    return (
        f"Ollama does not answer at {url}: start it with `ollama serve`, or set OLLAMA_HOST "
        "(from a container use host.docker.internal)."
    )


def _kind(text: str, fallback: str) -> str:
    lowered = text.lower()
    return next((kind for kind, words in WORDS if any(word in lowered for word in words)), fallback)


def _numbers(text: str) -> str:
    """The sizes that llama.cpp states, as JSON (perhaps within a JSON string) or as words."""
    prompt = re.search(r'n_prompt_tokens\\*"\s*:\s*(\d+)|request \((\d+) tokens\)', text)
    window = re.search(r'n_ctx\\*"\s*:\s*(\d+)|context size \((\d+) tokens\)', text)
    if not (prompt and window):
        return ""
    return f": it has {prompt[prompt.lastindex or 1]} tokens where {window[window.lastindex or 1]} fit"
