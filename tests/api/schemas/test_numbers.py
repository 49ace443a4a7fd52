"""What counts as a number in JSON."""

import pytest
from pydantic import TypeAdapter, ValidationError

from api.schemas.numbers import Number, WholeNumber


@pytest.mark.parametrize("value", [True, False, "1", "", 1.5])
def test_other_things_are_no_whole_number(value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(WholeNumber).validate_python(value)


def test_numbers_are_numbers() -> None:
    assert TypeAdapter(WholeNumber).validate_python(1.0) == 1
    assert TypeAdapter(Number).validate_python(0.5) == 0.5
    with pytest.raises(ValidationError):
        TypeAdapter(Number).validate_python(False)
