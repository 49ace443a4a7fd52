"""What counts as a number in JSON."""

from typing import Annotated

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from api.schemas.numbers import JSON_NUMBER

ADAPTER: TypeAdapter[int | None] = TypeAdapter(Annotated[int, Field(ge=1), JSON_NUMBER] | None)


@pytest.mark.parametrize("value", [True, False, "1", "", 1.5, 0])
def test_other_things_are_no_whole_number(value: object) -> None:
    with pytest.raises(ValidationError):
        ADAPTER.validate_python(value)


def test_a_whole_number_may_have_a_point_and_its_bounds_are_documented() -> None:
    assert [ADAPTER.validate_python(value) for value in (1.0, 7, None)] == [1, 7, None]
    assert ADAPTER.json_schema()["anyOf"][0] == {"minimum": 1, "type": "integer"}
