"""Every error as one JSON shape, mapped in this one place: ``{"detail", "code"}`` and the right status."""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from core import errors
from core.errors import DatabaseUnavailable, FieldError, Invalid, LivewrightError

_log = logging.getLogger(__name__)


class FieldErrorOut(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(BaseModel):
    """The body of every error."""

    detail: str
    code: str
    errors: list[FieldErrorOut] | None = None
    run_id: str | None = None


STATUS: dict[type[LivewrightError], int] = {
    errors.BadRequest: 400,
    errors.NotAuthenticated: 401,
    errors.RegistrationClosed: 403,
    errors.NotFound: 404,
    errors.AlreadyExists: 409,
    errors.Conflict: 409,
    errors.TooLarge: 413,
    errors.Invalid: 422,
    errors.TooManyRequests: 429,
    errors.Unavailable: 503,
}

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": HTTPStatus(status).phrase} for status in sorted({*STATUS.values(), 422})
}
"""What any route may answer, for the OpenAPI document."""

NOT_JSON = "The body is not valid JSON."

_HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
_HTTP_SENTENCES = {
    400: NOT_JSON,  # raised by FastAPI alone, for a body that it cannot parse
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
}


def install_problems(app: FastAPI) -> None:
    """Have ``app`` answer each error in this shape."""
    app.add_exception_handler(LivewrightError, _known)
    app.add_exception_handler(DatabaseUnavailable, _database)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unknown)


def problem(error: LivewrightError) -> JSONResponse:
    """The response for an error of the tree."""
    body: dict[str, Any] = {"detail": error.message, "code": error.code}
    headers: dict[str, str] = {}
    match error:
        case errors.Invalid():
            body["errors"] = [{"field": e.field, "message": e.message} for e in error.errors]
        case errors.Conflict(run_id=str(run_id)):
            body["run_id"] = run_id
        case errors.TooManyRequests():
            headers["Retry-After"] = str(error.retry_after)
        case errors.NotAuthenticated():
            headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body, status_of(error), headers)


def status_of(error: LivewrightError) -> int:
    """The HTTP status of an error of the tree: that of its nearest kind."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


async def _known(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, LivewrightError)  # noqa: S101 - what it was registered for
    return problem(error)


async def _database(_request: Request, error: Exception) -> JSONResponse:
    _log.error("the database failed: %s", error.__cause__ or error)
    return problem(errors.Unavailable(str(error)))


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - what it was registered for
    found = error.errors()
    if any(e["type"] == "json_invalid" for e in found):
        return problem(errors.BadRequest(NOT_JSON))
    if any(e["loc"][0] == "path" for e in found):
        return problem(errors.NotFound("There is nothing at this address."))
    fields = [FieldError(".".join(map(str, e["loc"][1:])) or str(e["loc"][0]), _sentence(e)) for e in found]
    return problem(Invalid("Correct " + "; ".join(f"{f.field}: {f.message}" for f in fields[:5]), fields))


def _sentence(error: dict[str, Any]) -> str:
    return str(error["msg"]).rstrip(".") + "."


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - what it was registered for
    if isinstance(error.__cause__, LivewrightError):  # raised while FastAPI read the body
        return problem(error.__cause__)
    status = error.status_code
    code = _HTTP_CODES.get(status, "bad_request" if status < 500 else "internal")
    return JSONResponse({"detail": _HTTP_SENTENCES.get(status, error.detail), "code": code}, status, error.headers)


async def _unknown(_request: Request, error: Exception) -> JSONResponse:
    _log.error("a request failed", exc_info=error)
    detail = "Something went wrong inside the server: its log says what. Try again."
    return JSONResponse({"detail": detail, "code": "internal"}, 500)
