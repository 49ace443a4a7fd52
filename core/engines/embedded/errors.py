"""The errors of the embedded engine: their sentences for the user, and which of them mean that its process is lost."""

from core.engines.http.error_mapping import ErrorMapping

ERROR_MESSAGES = {
    "prompt_too_long": "The prompt is too long{numbers}. Shorten it, or use another engine.",
    "load_failed": "{model} could not be loaded: the file may be damaged, or the memory too small for it.",
    "connection_lost": "The embedded engine stopped in the middle of the answer. Continue this run, or generate again.",
    "incomplete": "The embedded engine ended before the model had finished. Continue this run, or generate again.",
    "engine_unreachable": "The embedded engine ended unexpectedly. Start the run again.",
    "idle": "The embedded engine went silent in the middle of the answer. Continue this run, or generate again.",
    "empty": "The model returned nothing. Try again, or choose another model.",
    "only_thinking": "The model only thought and wrote nothing. Try again, or choose another model.",
    "engine_failed": "The embedded engine could not go on because of an error of its own. Start the run again.",
}

RETRYABLE_KINDS = {
    "engine_unreachable", "connection_lost", "incomplete", "idle", "empty", "only_thinking", "engine_failed",
}  # fmt: skip

EMBEDDED_ERRORS = ErrorMapping(ERROR_MESSAGES, RETRYABLE_KINDS)

PROCESS_LOST_KINDS = ("engine_unreachable", "connection_lost", "idle")
"""After one of these the process is replaced."""
