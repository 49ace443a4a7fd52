"""Makes a request for each route of an app: of its OpenAPI document, or of Flask's map of URLs."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

MAX_DEPTH = 6
METHOD_ORDER = ("post", "get", "put", "patch", "delete")
"""What makes something comes first, and what deletes it last."""
_FIRST_PATHS = re.compile(r"(?:register|signup|sign-up|users?)/?$")
_SIGN_IN_PATHS = re.compile(r"(?:login|token|signin|sign-in)/?$")
BOUNDARY = "livewright-example"

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


@dataclass(frozen=True)
class Example:
    """A request to a route; ``route`` is the path with the names of its parameters, ``path`` with values in it."""

    method: str
    route: str
    path: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    parameters: Mapping[str, Any] = field(default_factory=dict)


def examples_of(app: Any) -> list[Example]:
    """The examples, in the order in which they are best asked. Raises what making the OpenAPI document raises."""
    if hasattr(app, "openapi"):
        examples = list(_openapi_examples(app.openapi()))
    elif hasattr(app, "url_map"):
        examples = list(_flask_examples(app.url_map))
    else:
        examples = [Example("GET", "/", "/")]
    return sorted(examples, key=_order)


def _order(example: Example) -> tuple[int, int, bool, int]:
    method = example.method.lower()
    rank = METHOD_ORDER.index(method) if method in METHOD_ORDER else len(METHOD_ORDER)
    if method == "post" and (_FIRST_PATHS.search(example.route) or _SIGN_IN_PATHS.search(example.route)):
        return 0, 1 if _SIGN_IN_PATHS.search(example.route) else 0, False, len(example.route)
    return 1, rank, "{" in example.route, len(example.route)


def _openapi_examples(document: Mapping[str, Any]) -> Iterator[Example]:
    for route, operations in document.get("paths", {}).items():
        for method, operation in operations.items():
            if method in METHOD_ORDER:
                yield _openapi_example(
                    document, method, route, [*operations.get("parameters", ()), *_parameters(operation)], operation
                )


def _parameters(operation: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(operation.get("parameters", ()))


def _openapi_example(
    document: Mapping[str, Any],
    method: str,
    route: str,
    parameters: list[Mapping[str, Any]],
    operation: Mapping[str, Any],
) -> Example:
    values: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}, "cookie": {}}
    for parameter in parameters:
        if parameter.get("required") or parameter["in"] == "path":
            schema = {
                **parameter.get("schema", {}),
                **({"example": parameter["example"]} if "example" in parameter else {}),
            }
            values[parameter["in"]][parameter["name"]] = example_value(document, schema, parameter["name"])
    headers = [(name, str(value)) for name, value in values["header"].items()]
    if values["cookie"]:
        headers.append(("cookie", "; ".join(f"{name}={value}" for name, value in values["cookie"].items())))
    content_type, body = _body(document, operation.get("requestBody", {}).get("content", {}))
    if content_type:
        headers.append(("content-type", content_type))
    path = route
    for name, value in values["path"].items():
        path = re.sub(r"\{" + re.escape(name) + r"(?::\w+)?\}", quote(str(value), safe=""), path)
    query = urlencode(values["query"], doseq=True)
    return Example(method.upper(), route, path, query, tuple(headers), body, values["path"])


def _body(document: Mapping[str, Any], content: Mapping[str, Any]) -> tuple[str, bytes]:
    for content_type, description in content.items():
        schema = description.get("schema", {})
        value = description.get("example", example_value(document, schema))
        if content_type == "application/x-www-form-urlencoded":
            return content_type, urlencode(value, doseq=True).encode()
        if content_type == "multipart/form-data":
            return f"{content_type}; boundary={BOUNDARY}", _multipart(document, schema, value)
        if content_type.endswith("json"):
            return content_type, json.dumps(value).encode()
    return "", b""


def _multipart(document: Mapping[str, Any], schema: Mapping[str, Any], values: Mapping[str, Any]) -> bytes:
    properties = _resolve(document, schema).get("properties", {})
    parts = [
        _form_part(name, single, _resolve(document, properties.get(name, {})))
        for name, value in values.items()
        for single in (value if isinstance(value, list) else [value])
    ]
    return ("".join(parts) + f"--{BOUNDARY}--\r\n").encode()


def _form_part(name: str, value: object, schema: Mapping[str, Any]) -> str:
    described = json.dumps(schema)
    is_file = '"binary"' in described or "contentMediaType" in described
    extra = '; filename="example.txt"\r\nContent-Type: text/plain' if is_file else ""
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n{value}\r\n'


def example_value(document: Mapping[str, Any], schema: Mapping[str, Any], name: str = "", depth: int = 0) -> Any:
    """A value that a JSON schema allows; only what it requires, where that is said."""
    schema = _resolve(document, schema)
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
    return (float(schema.get("minimum", highest - 1) if lowest is None else lowest) + highest) / 2


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


def _resolve(document: Mapping[str, Any], schema: Mapping[str, Any], depth: int = 0) -> Mapping[str, Any]:
    if "$ref" in schema and depth < MAX_DEPTH:
        target: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target.get(part, {})
        return _resolve(document, target, depth + 1)
    if "allOf" in schema and depth < MAX_DEPTH:
        merged: dict[str, Any] = {"properties": {}, "required": []}
        for part in schema["allOf"]:
            resolved = _resolve(document, part, depth + 1)
            merged.update({key: value for key, value in resolved.items() if key not in merged})
            merged["properties"].update(resolved.get("properties", {}))
            merged["required"] += resolved.get("required", [])
        return {**{key: value for key, value in schema.items() if key != "allOf"}, **merged}
    return schema


def _flask_examples(url_map: Any) -> Iterator[Example]:
    for rule in url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        values = {name: _converter_value(rule, name) for name in rule.arguments}
        path = rule.rule
        for name, value in values.items():
            path = re.sub(r"<(?:[^<>:]+:)?" + re.escape(name) + ">", quote(str(value), safe="/"), path)
        route = re.sub(r"<(?:[^<>:]+:)?([^<>]+)>", r"{\1}", rule.rule)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            body = json.dumps(_GUESSED_BODY).encode() if method in {"POST", "PUT", "PATCH"} else b""
            headers = (("content-type", "application/json"),) if body else ()
            yield Example(method, route, path, "", headers, body, values)


_GUESSED_BODY: Mapping[str, Any] = {
    **{name: value for name, value in VALUES_BY_NAME.items() if name != "color"},
    "text": "Example",
    "task": "Example",
    "content": "Example",
    "description": "Example",
    "done": False,
    "completed": False,
}
"""Flask says nothing of the bodies that it takes: what such apps ask for most, all at once."""


def _converter_value(rule: Any, name: str) -> Any:
    converter = type(rule._converters[name]).__name__  # noqa: SLF001  it has no other way
    match converter:
        case "IntegerConverter":
            return 1
        case "FloatConverter":
            return 1.5
        case "UUIDConverter":
            return VALUES_BY_FORMAT["uuid"]
        case _:
            return "1" if name.endswith("id") else "example"
