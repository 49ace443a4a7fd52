"""The errors of Ollama: their sentences for the user, and how each is recognised.

The phrases are those of Ollama 0.6 to 0.33 (``server/routes.go``, ``server/sched.go``, ``llm/llama_server.go``,
``llm/status.go``).
"""

from core.engines.http.error_mapping import LLAMA_ERROR_PATTERNS, ErrorMapping, ErrorPatterns

ERROR_MESSAGES = {
    "prompt_too_long": "The prompt is too long for {model}{numbers}. Shorten it, or choose a model that takes more.",
    "out_of_memory": "There is not enough memory for {model}. Choose a smaller model, or close what else uses memory.",
    "engine_busy": "Ollama is busy with other requests. Try again in a moment.",
    "load_timeout": "{model} did not finish loading. Try again, or choose a smaller model.",
    "engine_crashed": "Ollama's model process stopped unexpectedly. Try again; if it happens again, see Ollama's log.",
    "incomplete": "Ollama ended the stream before the model had finished, as it does where a model repeats itself. "
    "Continue this run, or start it again.",
    "connection_lost": "The connection to Ollama broke in the middle of the answer. "
    "Continue this run, or generate again.",
    "idle": "Ollama went silent in the middle of the answer. Try again; if it hangs again, restart Ollama.",
    "empty": "{model} returned nothing. Try again, or choose another model.",
    "only_thinking": "{model} only thought and wrote nothing. Choose a model that thinks less, or ask for less.",
    "tool_call": "{model} called a tool instead of writing. Try again, or choose another model.",
    "model_unsupported": "This version of Ollama cannot run {model}. Update Ollama, or choose another model.",
    "no_thinking": "{model} cannot be told whether to think. Choose another model.",
    "no_conversation": "{model} cannot answer in a conversation. Choose another model.",
    "model_not_found": "Ollama does not have {model}. Run `ollama pull {model}`, or choose another model.",
    "bad_model_name": "{model} is not a name that Ollama takes. Choose a model from its list.",
    "cloud_disabled": "{model} runs in Ollama's cloud, which is disabled. Choose a local model.",
    "not_signed_in": "{model} runs in Ollama's cloud. Run `ollama signin`, or choose a local model.",
    "sign_in_needed": "What stands in front of Ollama asks for a sign-in: put name and password into OLLAMA_HOST.",
    "forbidden_origin": "Ollama refused the name it was called by (403). Let the proxy in front of it send "
    "`Host: localhost:11434`, or set OLLAMA_HOST to its own address.",
    "bad_option": "Ollama refused an option of this run. Remove the option, or update Ollama.",
    "no_prefill": "{model} cannot go on with an answer that was cut. Generate it again.",
    "bad_request": "Ollama did not understand the request ({status}). Update Ollama.",
    "not_ollama": "What answers at OLLAMA_HOST is not Ollama. Check the address; no path such as /v1 may follow it.",
    "protocol": "What answers at OLLAMA_HOST does not speak Ollama's language. Check the address, or update Ollama.",
    "gateway": "A proxy answered instead of Ollama ({status}). Check that Ollama runs behind it, and its time limit.",
    "engine_unreachable": "Ollama does not answer at {url}: start it with `ollama serve`, or set OLLAMA_HOST "
    "(from a container use host.docker.internal).",
    "engine_failed": "Ollama could not go on because of an error of its own. Its log says why.",
}

RETRYABLE_KINDS = {
    "engine_unreachable", "engine_busy", "load_timeout", "engine_crashed", "incomplete", "connection_lost", "idle",
    "empty", "only_thinking", "tool_call", "gateway", "engine_failed",
}  # fmt: skip

ERROR_PATTERNS: ErrorPatterns = (
    *LLAMA_ERROR_PATTERNS,
    ("engine_busy", ("server busy", "maximum pending requests", "request canceled")),
    ("load_timeout", ("timed out waiting for llama",)),
    ("incomplete", ("token repeat limit",)),
    ("engine_crashed", ("unexpectedly stopped", "has terminated", "encountered while running")),
    ("model_unsupported", ("may be incompatible", "no longer compatible", "not currently supported")),
    ("no_thinking", ("does not support thinking",)),
    ("no_conversation", ("does not support",)),
    ("bad_model_name", ("model is required", "invalid model name")),
    ("cloud_disabled", ("cloud is disabled",)),
    ("not_signed_in", ("signin_url",)),
    ("bad_option", ("must be of type",)),
    ("model_not_found", ("try pulling it first", "' not found", '" not found')),
)

KIND_BY_STATUS = {
    400: "bad_request", 401: "sign_in_needed", 403: "forbidden_origin", 404: "not_ollama", 405: "not_ollama",
    413: "prompt_too_long", 429: "engine_busy", 499: "engine_busy", 502: "gateway", 503: "engine_busy", 504: "gateway",
}  # fmt: skip
"""The error kind of a status whose body contains no known phrase."""

OLLAMA_ERRORS = ErrorMapping(
    ERROR_MESSAGES, RETRYABLE_KINDS, ERROR_PATTERNS, KIND_BY_STATUS, wrong_server_kind="not_ollama"
)
