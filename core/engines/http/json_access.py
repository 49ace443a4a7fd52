"""Values from JSON that a foreign server wrote: a value of the wrong type counts as missing."""

import json
from typing import Any

import orjson

from core.wire import WireError


def parse_object(text: str) -> dict[str, Any]:
    """A JSON object. Raises WireError for anything else."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        value = _parse_leniently(text)
    if not isinstance(value, dict):
        raise WireError("a line is not a JSON object")
    return value


def _parse_leniently(text: str) -> Any:
    """Python's parser accepts what orjson refuses and some servers send: a lone surrogate, NaN."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WireError("a line is not JSON") from error


def as_object(value: Any) -> dict[str, Any]:
    """The object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """The list, else an empty one."""
    return value if isinstance(value, list) else []


def as_text(value: Any) -> str:
    """The text, else an empty one."""
    return value if isinstance(value, str) else ""


def as_number(value: Any) -> float | None:
    """The number if it can be an amount: from 0 to below 2**63, no boolean."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**63:
        return None
    return float(value)


def as_count(value: Any) -> int | None:
    """The number as a whole one, rounded down."""
    number = as_number(value)
    return None if number is None else int(number)
