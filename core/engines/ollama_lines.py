"""One line of an ``/api/chat`` stream, read into values. Pure; nothing about sockets."""

import json
from dataclasses import dataclass
from typing import Any

from core.engines.ollama_errors import of_kind
from core.errors import EngineError

NANOSECONDS = 1e9


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says; ``error`` is None where it has no such key. ``reason`` is None where it is missing."""

    content: str = ""
    thinking: str = ""
    done: bool = False
    reason: str | None = None
    error: Any = None
    prompt_tokens: int | None = None
    tokens: int | None = None
    seconds: float | None = None


def read_line(text: str) -> Line:
    """Read a line; unknown keys and missing ones are no fault. Raises EngineError where it is no JSON object."""
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _garbled() from error
    if not isinstance(fields, dict):
        raise _garbled()
    message = fields.get("message")
    message = message if isinstance(message, dict) else {}
    reason = fields.get("done_reason")
    nanoseconds = _count(fields.get("eval_duration"))
    return Line(
        content=_text(message.get("content")),
        thinking=_text(message.get("thinking")),
        done=fields.get("done") is True,
        reason=reason if isinstance(reason, str) and reason else None,
        error=_error(fields),
        prompt_tokens=_count(fields.get("prompt_eval_count")),
        tokens=_count(fields.get("eval_count")),
        seconds=None if nanoseconds is None else nanoseconds / NANOSECONDS,
    )


def _garbled() -> EngineError:
    return of_kind("protocol", "")


def _error(fields: dict[str, Any]) -> Any:
    """The presence of the key counts, not its truth: ``{"error": ""}`` is an error too."""
    if "error" not in fields:
        return None
    return "" if fields["error"] is None else fields["error"]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**63:
        return None
    return int(value)
