"""Text that comes from a person, refused in sentences of ours before pydantic finds its own."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from core.errors import InvalidInput
from core.generation.run_request import MAX_INSTRUCTIONS_LENGTH
from core.text import check_storable


def _validate_storable(value: Any, info: ValidationInfo) -> Any:
    try:
        if isinstance(value, str):
            check_storable(info.field_name or "", value)
    except InvalidInput as error:
        raise PydanticCustomError("unstorable", "{sentence}", {"sentence": error.message}) from None
    return value


def _validate_not_blank(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("blank", "Say in a sentence what to change")
    return value


StorableText = Annotated[str, BeforeValidator(_validate_storable)]
"""What every database takes."""

Instructions = Annotated[
    StorableText,
    Field(max_length=MAX_INSTRUCTIONS_LENGTH, json_schema_extra={"minLength": 1, "format": "text"}),
    AfterValidator(_validate_not_blank),
]


def described(**schema: Any) -> Any:
    """A part of the OpenAPI document for what core checks, in its own sentences.

    Formats of ours: ``text`` is Unicode without NUL and not only white space, ``line`` is printable text too,
    ``file-path`` is a relative path that every system takes,
    ``username`` is letters, digits and ``._-``, ``model-name`` is one of the models that there are.
    """
    return Field(json_schema_extra=schema)
