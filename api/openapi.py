"""The OpenAPI document, corrected where FastAPI cannot know."""

from typing import Any

from fastapi import FastAPI

FIRST_ERROR_STATUS = 400


def describe_errors_as_json(app: FastAPI) -> None:
    """Errors are JSON also on routes that answer text: FastAPI describes all answers of a route by its own class."""
    describe = app.openapi

    def corrected() -> dict[str, Any]:
        if app.openapi_schema is None:
            for path in describe()["paths"].values():
                for operation in path.values():
                    _correct(operation["responses"])
        return describe()

    app.openapi = corrected  # type: ignore[method-assign]  # FastAPI's own way to extend it


def _correct(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        content = response.get("content", {})
        if int(status) >= FIRST_ERROR_STATUS and content and "application/json" not in content:
            response["content"] = {"application/json": next(iter(content.values()))}
