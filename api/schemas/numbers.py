"""Numbers of JSON: neither ``true`` nor ``"1"``, which pydantic takes for 1, while 1.0 is a whole number."""

from typing import Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError


def _validate_number(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise PydanticCustomError("number", "Input should be a number")
    return value


JSON_NUMBER = BeforeValidator(_validate_number)
"""To stand after the bounds of an annotated number: pydantic leaves those out of the document that stand around it."""
