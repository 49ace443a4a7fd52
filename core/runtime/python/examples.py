"""Makes a request for each route of an app: of its OpenAPI document, or of Flask's map of URLs."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from core.runtime.python.schema_values import VALUES_BY_FORMAT, VALUES_BY_NAME, example_value, resolve

METHOD_ORDER = ("post", "get", "put", "patch", "delete")
"""What makes something comes first, and what deletes it last."""
_FIRST_PATHS = re.compile(r"(?:register|signup|sign-up|users?)/?$")
_SIGN_IN_PATHS = re.compile(r"(?:login|token|signin|sign-in)/?$")
BOUNDARY = "livewright-example"


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
    properties = resolve(document, schema).get("properties", {})
    parts = [
        _form_part(name, single, resolve(document, properties.get(name, {})))
        for name, value in values.items()
        for single in (value if isinstance(value, list) else [value])
    ]
    return ("".join(parts) + f"--{BOUNDARY}--\r\n").encode()


def _form_part(name: str, value: object, schema: Mapping[str, Any]) -> str:
    described = json.dumps(schema)
    is_file = '"binary"' in described or "contentMediaType" in described
    extra = '; filename="example.txt"\r\nContent-Type: text/plain' if is_file else ""
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n{value}\r\n'


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
