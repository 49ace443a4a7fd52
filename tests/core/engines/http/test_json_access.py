"""Values from JSON that a foreign server wrote."""

import math
from typing import Any

import pytest

from core.engines.http.json_access import as_count, as_list, as_number, as_object, as_text, parse_object
from core.wire import WireError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{}", {}),
        (' {"a": [1, "x", null]} ', {"a": [1, "x", None]}),
        (r'{"a": "\ud83d"}', {"a": "\ud83d"}),  # orjson refuses both
        ('{"a": 1, "b": Infinity}', {"a": 1, "b": math.inf}),
    ],
)
def test_an_object_is_read_even_if_it_breaks_the_standard(text: str, value: dict[str, Any]) -> None:
    assert parse_object(text) == value


@pytest.mark.parametrize("text", ["", "null", "[1]", '"x"', "{", "{'a': 1}", "<html>", '{"a":' + "[" * 100_000])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(WireError):
        parse_object(text)


@pytest.mark.parametrize("value", [None, 7, True, "x", ["x"], {"x": 1}])
def test_a_value_of_another_type_counts_as_missing(value: Any) -> None:
    assert as_object(value) == (value if isinstance(value, dict) else {})
    assert as_list(value) == (value if isinstance(value, list) else [])
    assert as_text(value) == (value if isinstance(value, str) else "")


@pytest.mark.parametrize(("value", "number", "count"), [(0, 0.0, 0), (12.9, 12.9, 12), (2**62, 2.0**62, 2**62)])
def test_a_number_is_an_amount(value: float, number: float, count: int) -> None:
    assert (as_number(value), as_count(value)) == (number, count)


@pytest.mark.parametrize("value", [True, -1, 2**63, 1e300, math.inf, math.nan, "7", None, []])
def test_what_is_no_amount_counts_as_missing(value: Any) -> None:
    assert (as_number(value), as_count(value)) == (None, None)
