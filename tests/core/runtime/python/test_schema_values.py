"""Values that a schema allows."""

import json
from typing import Any

from core.runtime.python.schema_values import example_value


def test_schemas_of_every_form_have_a_value() -> None:
    cases: list[tuple[dict[str, Any], Any]] = [
        ({"allOf": [{"properties": {"a": {"type": "integer"}}, "required": ["a"]}]}, {"a": 1}),
        ({"anyOf": [{"type": "null"}, {"type": "boolean"}]}, True),
        ({"type": "object"}, {}),
        ({"type": "null"}, None),
        ({"type": "array", "items": {"type": "integer", "minimum": 3}, "minItems": 2}, [3, 3]),
        ({"type": "string", "format": "date"}, "2026-01-31"),
        ({"examples": ["first", "second"]}, "first"),
        ({"const": "always"}, "always"),
        ({"type": "integer", "exclusiveMinimum": 7}, 8),
        ({}, "Example"),
    ]
    for schema, value in cases:
        assert example_value({}, schema) == value


def test_a_schema_that_contains_itself_ends() -> None:
    document = {
        "components": {
            "schemas": {
                "Tree": {
                    "type": "object",
                    "properties": {"child": {"$ref": "#/components/schemas/Tree"}},
                    "required": ["child"],
                }
            }
        }
    }
    value = example_value(document, {"$ref": "#/components/schemas/Tree"})
    assert json.dumps(value).count("child") < 20
