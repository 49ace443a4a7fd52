"""Text that comes from a person, refused in sentences of ours before pydantic finds its own."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from core.errors import Invalid
from core.text import check_storable

INSTRUCTIONS_LENGTH = 20_000


def _storable(value: Any, info: ValidationInfo) -> Any:
    try:
        if isinstance(value, str):
            check_storable(info.field_name or "", value)
    except Invalid as error:
        raise PydanticCustomError("unstorable", "{sentence}", {"sentence": error.message}) from None
    return value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("blank", "Say in a sentence what to change")
    return value


Words = Annotated[str, BeforeValidator(_storable)]
"""What every database takes."""

Instructions = Annotated[Words, Field(max_length=INSTRUCTIONS_LENGTH), AfterValidator(_not_blank)]
