"""Why an answer ended, in the words of many servers: OpenAI's own list is not the only one in use."""

from typing import Any, Literal

WHOLE_ANSWER = frozenset(
    {"stop", "stop_sequence", "stop_token", "eos", "eos_token", "end", "end_turn", "end_of_turn", "complete"}
    | {"completed", "done", "finished", "success"}
)
CUT_ANSWER = frozenset({"length", "max_tokens", "max_length", "max_new_tokens", "model_length", "token_limit"})
ERROR_KINDS = {
    "tool_calls": "tool_call",
    "tool_call": "tool_call",
    "tool_use": "tool_call",
    "function_call": "tool_call",
    "content_filter": "filtered",
    "safety": "filtered",
    "recitation": "filtered",
    "blocklist": "filtered",
    "prohibited_content": "filtered",
    "abort": "aborted",
    "aborted": "aborted",
    "cancel": "aborted",
    "cancelled": "aborted",
    "canceled": "aborted",
    "error": "aborted",
    "failed": "aborted",
    "timeout": "aborted",
    "insufficient_system_resource": "aborted",
}
"""The error kind by a reason that says that the answer is not the model's own to its end."""

FinishReason = Literal["stop", "length"]


def parse_finish_reason(value: Any) -> str:
    """The reason in small letters; empty where the server has given none yet."""
    return str(value).strip().lower() if value else ""


def unknown_reason_warning(reason: str) -> str | None:
    """What to tell of a reason that is in no list here: the answer has an end of its own, and is taken as whole."""
    if reason in WHOLE_ANSWER | CUT_ANSWER:
        return None
    if not reason:
        return "The server did not say why it stopped: the answer may be cut off."
    return f"The server gave a reason for its end that is not known ({reason[:40]}): the answer may be cut off."
