"""The OpenAPI document of routes that answer text: their errors are JSON all the same."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from api.openapi import describe_errors_as_json


class ErrorBody(BaseModel):
    """The body of an error."""

    detail: str


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI(responses={404: {"model": ErrorBody}, 503: {"model": ErrorBody}})

    @app.get("/text", response_class=PlainTextResponse)
    def text() -> str:
        return ""

    @app.get("/json")
    def json() -> ErrorBody:
        return ErrorBody(detail="")

    @app.delete("/nothing", status_code=204)
    def nothing() -> None: ...

    describe_errors_as_json(app)
    return app


def content_types(app: FastAPI, method: str, path: str) -> dict[str, set[str]]:
    responses: dict[str, Any] = app.openapi()["paths"][path][method]["responses"]
    return {status: set(response.get("content", {})) for status, response in responses.items()}


def test_errors_of_a_route_that_answers_text_are_json(app: FastAPI) -> None:
    assert content_types(app, "get", "/text") == {
        "200": {"text/plain"},
        "404": {"application/json"},
        "503": {"application/json"},
    }
    error = app.openapi()["paths"]["/text"]["get"]["responses"]["404"]["content"]["application/json"]
    assert error["schema"] == {"$ref": "#/components/schemas/ErrorBody"}


def test_other_routes_stay_as_they_are(app: FastAPI) -> None:
    assert set.union(*content_types(app, "get", "/json").values()) == {"application/json"}
    assert content_types(app, "delete", "/nothing")["204"] == set()


def test_the_document_is_made_once(app: FastAPI) -> None:
    assert app.openapi() is app.openapi()
