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
from core.errors import DatabaseUnavailable, FieldError, InvalidInput, LivewrightError

_logger = logging.getLogger(__name__)


class FieldErrorOut(BaseModel):
    """What is wrong with one field."""

    field: str
    message: str


class ErrorResponse(BaseModel):
    """The body of every error."""

    detail: str
    code: str
    errors: list[FieldErrorOut] | None = None
    run_id: str | None = None


STATUS_CODES: dict[type[LivewrightError], int] = {
    errors.BadRequest: 400,
    errors.NotAuthenticated: 401,
    errors.RegistrationClosed: 403,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.AlreadyExists: 409,
    errors.Conflict: 409,
    errors.TooLarge: 413,
    errors.InvalidInput: 422,
    errors.NotRunnable: 422,
    errors.TooManyRequests: 429,
    errors.Unavailable: 503,
}

ERROR_RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorResponse, "description": HTTPStatus(status).phrase}
    for status in sorted({*STATUS_CODES.values(), 422})
}
"""What any route may answer, for the OpenAPI document."""

INVALID_JSON_MESSAGE = "The body is not valid JSON."

_HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
_HTTP_MESSAGES = {
    400: INVALID_JSON_MESSAGE,  # raised by FastAPI alone, for a body that it cannot parse
    404: errors.ADDRESS_NOT_FOUND,
    405: "This address does not take this method.",
}


def install_error_handlers(app: FastAPI) -> None:
    """Have ``app`` answer each error in this shape."""
    app.add_exception_handler(LivewrightError, _handle_livewright_error)
    app.add_exception_handler(DatabaseUnavailable, _handle_database_error)
    app.add_exception_handler(RequestValidationError, _handle_validation_error)
    app.add_exception_handler(HTTPException, _handle_http_exception)
    app.add_exception_handler(Exception, _handle_unexpected_error)


def error_response(error: LivewrightError) -> JSONResponse:
    """The response for an error of the tree."""
    body: dict[str, Any] = {"detail": error.message, "code": error.code}
    headers: dict[str, str] = {}
    match error:
        case errors.InvalidInput():
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
    return next((STATUS_CODES[error_class] for error_class in type(error).__mro__ if error_class in STATUS_CODES), 500)


async def _handle_livewright_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, LivewrightError)  # noqa: S101 - what it was registered for
    return error_response(error)


async def _handle_database_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DatabaseUnavailable)  # noqa: S101 - what it was registered for
    _logger.error("the database failed: %s", error.__cause__ or error)
    return error_response(error)


async def _handle_validation_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - what it was registered for
    details = error.errors()
    if any(e["type"] == "json_invalid" for e in details):
        return error_response(errors.BadRequest(INVALID_JSON_MESSAGE))
    # An id that is no number is no wrong value: there is nothing at such an address.
    if any(e["loc"][0] == "path" for e in details):
        return error_response(errors.NotFound(errors.ADDRESS_NOT_FOUND))
    field_errors = [FieldError(".".join(map(str, e["loc"][1:])) or str(e["loc"][0]), _as_sentence(e)) for e in details]
    return error_response(
        InvalidInput("Correct " + "; ".join(f"{f.field}: {f.message}" for f in field_errors[:5]), field_errors)
    )


def _as_sentence(error: dict[str, Any]) -> str:
    return str(error["msg"]).rstrip(".") + "."


async def _handle_http_exception(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - what it was registered for
    if isinstance(error.__cause__, LivewrightError):  # raised while FastAPI read the body
        return error_response(error.__cause__)
    status = error.status_code
    code = _HTTP_CODES.get(status, "bad_request" if status < 500 else "internal")
    return JSONResponse({"detail": _HTTP_MESSAGES.get(status, error.detail), "code": code}, status, error.headers)


async def _handle_unexpected_error(_request: Request, error: Exception) -> JSONResponse:
    # The boundary of a request: the log gets the error, the client nothing of it.
    _logger.error("a request failed", exc_info=error)
    detail = "Something went wrong inside the server: its log says what. Try again."
    return JSONResponse({"detail": detail, "code": "internal"}, 500)
