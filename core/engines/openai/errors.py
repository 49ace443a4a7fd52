"""The errors of OpenAI-compatible servers: their sentences for the user, and how each is recognised.

The phrases are those of vLLM, llama.cpp's server and LM Studio, as of 2026.
"""

from core.engines.http.error_mapping import LLAMA_ERROR_PATTERNS, ErrorMapping, ErrorPatterns

ERROR_MESSAGES = {
    "prompt_too_long": "The prompt is too long for {model}{numbers}. Shorten it, or serve the model with a larger "
    "window (vLLM: --max-model-len, llama.cpp: -c).",
    "out_of_memory": "The server has not enough memory for {model}. Choose a smaller model, or a smaller window.",
    "engine_busy": "The server is busy or still loads its model. Try again in a moment.",
    "aborted": "The server broke the answer off. Continue this run, or start it again; its log says why.",
    "incomplete": "The server ended the stream before the model had finished. Continue this run, or start it again; "
    "the server's log says why.",
    "connection_lost": "The connection to the server broke in the middle of the answer. Continue this run, or "
    "generate again.",
    "idle": "The server went silent in the middle of the answer. Try again; if it hangs again, restart the server.",
    "empty": "{model} returned nothing: the prompt may be too long for its window. Shorten it, or choose another "
    "model.",
    "only_thinking": "{model} only thought and wrote nothing. Choose a model that thinks less, or ask for less.",
    "tool_call": "{model} called a tool instead of writing. Try again, or choose another model.",
    "filtered": "The server's content filter cut the answer off. Change the requirements, or use another server.",
    "model_not_found": "The server does not have {model}. Choose a model that it lists, or set LIVEWRIGHT_MODEL.",
    "bad_key": "The server refused the key ({status}). Set LIVEWRIGHT_OPENAI_KEY to one that it takes.",
    "no_prefill": "{model} cannot go on with an answer that was cut. Generate it again.",
    "bad_request": "The server did not understand the request ({status}). Update the server, or choose another model.",
    "not_openai": "What answers at LIVEWRIGHT_OPENAI_URL is not an OpenAI-compatible server. Check the address.",
    "protocol": "What LIVEWRIGHT_OPENAI_URL streams is not OpenAI's format. Check the address, or update the server.",
    "gateway": "A proxy answered instead of the server ({status}). Check that the server runs, and the time limit.",
    "engine_unreachable": "Nothing answers at {url}: start the server, or correct LIVEWRIGHT_OPENAI_URL "
    "(from a container use host.docker.internal).",
    "engine_failed": "The server could not go on because of an error of its own. Its log says why.",
}

RETRYABLE_KINDS = {
    "engine_busy", "aborted", "incomplete", "connection_lost", "idle", "empty", "only_thinking", "tool_call",
    "gateway", "engine_unreachable", "engine_failed",
}  # fmt: skip

ERROR_PATTERNS: ErrorPatterns = (
    *LLAMA_ERROR_PATTERNS,
    ("model_not_found", ("model_not_found", "does not exist", "model not found", "' not found", '" not found')),
    ("model_not_found", ("no models loaded",)),
    ("engine_busy", ("loading model", "overloaded", "too many requests", "queue is full")),
    ("bad_key", ("invalid api key", "invalid_api_key", "incorrect api key")),
)

KIND_BY_STATUS = {
    400: "bad_request", 401: "bad_key", 403: "bad_key", 404: "not_openai", 405: "not_openai", 413: "prompt_too_long",
    422: "bad_request", 429: "engine_busy", 502: "gateway", 503: "engine_busy", 504: "gateway",
}  # fmt: skip
"""The error kind of a status whose body contains no known phrase."""

OPENAI_ERRORS = ErrorMapping(
    ERROR_MESSAGES, RETRYABLE_KINDS, ERROR_PATTERNS, KIND_BY_STATUS, wrong_server_kind="not_openai"
)
