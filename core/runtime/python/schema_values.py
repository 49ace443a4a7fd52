"""Makes values that a JSON schema of an OpenAPI document allows. No I/O."""

from collections.abc import Callable, Mapping
from typing import Any

MAX_DEPTH = 6
"""A schema may contain itself."""

VALUES_BY_NAME: Mapping[str, Any] = {
    "email": "example@example.com",
    "password": "Example-1234",
    "confirm_password": "Example-1234",
    "username": "example",
    "name": "Example",
    "title": "Example",
    "url": "https://example.com/",
    "date": "2026-01-31",
    "phone": "+12025550123",
    "color": "#336699",
}
VALUES_BY_FORMAT: Mapping[str, Any] = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "time": "12:00:00",
    "duration": "PT1H",
    "email": "example@example.com",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000001",
    "ipv4": "127.0.0.1",
    "binary": "Example",
    "password": "Example-1234",
}


def example_value(document: Mapping[str, Any], schema: Mapping[str, Any], name: str = "", depth: int = 0) -> Any:
    """A value that a JSON schema allows; only what it requires, where that is said."""
    schema = resolve(document, schema)
    for key in ("example", "default", "const"):
        if schema.get(key) is not None:
            return schema[key]
    if schema.get("examples"):
        return schema["examples"][0]
    if schema.get("enum"):
        return schema["enum"][0]
    for key in ("anyOf", "oneOf"):
        if schema.get(key):
            choices = [it for it in schema[key] if it.get("type") != "null"] or schema[key]
            return example_value(document, choices[0], name, depth + 1)
    if depth > MAX_DEPTH:
        return None
    return _typed_value(document, schema, name, depth)


def _typed_value(document: Mapping[str, Any], schema: Mapping[str, Any], name: str, depth: int) -> Any:
    if "properties" in schema:
        return _object(document, schema, depth)
    makers: dict[object, Callable[[], Any]] = {
        "object": dict,
        "array": lambda: _array(document, schema, name, depth),
        "integer": lambda: _number(schema),
        "number": lambda: _real_number(schema),
        "boolean": lambda: True,
        "null": lambda: None,
    }
    return makers.get(schema.get("type"), lambda: _string(schema, name))()


def _array(document: Mapping[str, Any], schema: Mapping[str, Any], name: str, depth: int) -> list[Any]:
    count = max(1, schema.get("minItems", 1))
    return [example_value(document, schema.get("items", {}), name, depth + 1) for _ in range(count)]


def _object(document: Mapping[str, Any], schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
    required = schema.get("required", ())
    names = {name: it for name, it in schema["properties"].items() if name in required or depth == 0}
    return {
        name: example_value(document, it, name, depth + 1)
        for name, it in names.items()
        # An id that may be left out is made by the app.
        if name in required or name != "id"
    }


def _real_number(schema: Mapping[str, Any]) -> float:
    lowest, highest = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if highest is None:
        return float(_number(schema))
    start: float = schema.get("minimum", highest - 1) if lowest is None else lowest
    return (start + float(highest)) / 2


def _number(schema: Mapping[str, Any]) -> int:
    lowest = schema.get("minimum", schema.get("exclusiveMinimum", 0))
    highest = schema.get("maximum", schema.get("exclusiveMaximum", lowest + 10))
    step = int(schema.get("multipleOf", 1)) or 1
    value = max(1, int(lowest) + ("exclusiveMinimum" in schema))
    return min(value - value % -step if step > 1 else value, int(highest))


def _string(schema: Mapping[str, Any], name: str) -> str:
    if schema.get("format") in VALUES_BY_FORMAT:
        return str(VALUES_BY_FORMAT[schema["format"]])
    known = next((value for key, value in VALUES_BY_NAME.items() if name.lower().endswith(key)), None)
    if name.lower().endswith("id"):
        known = "1"
    text: str = known or "Example"
    text += "x" * (schema.get("minLength", 0) - len(text))
    return text[: schema.get("maxLength", len(text))]


def resolve(document: Mapping[str, Any], schema: Mapping[str, Any], depth: int = 0) -> Mapping[str, Any]:
    """The schema with its references and its ``allOf`` put together."""
    if "$ref" in schema and depth < MAX_DEPTH:
        target: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target.get(part, {})
        return resolve(document, target, depth + 1)
    if "allOf" in schema and depth < MAX_DEPTH:
        merged: dict[str, Any] = {"properties": {}, "required": []}
        for part in schema["allOf"]:
            resolved = resolve(document, part, depth + 1)
            merged.update({key: value for key, value in resolved.items() if key not in merged})
            merged["properties"].update(resolved.get("properties", {}))
            merged["required"] += resolved.get("required", [])
        return {**{key: value for key, value in schema.items() if key != "allOf"}, **merged}
    return schema
