"""Numbers of JSON: neither ``true`` nor ``"1"``, which pydantic takes for 1, while 1.0 is a whole number."""

from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError


def _validate_number(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise PydanticCustomError("number", "Input should be a number")
    return value


WholeNumber = Annotated[int, BeforeValidator(_validate_number)]
Number = Annotated[float, BeforeValidator(_validate_number)]
