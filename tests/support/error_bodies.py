"""What holds for every answer of the API that is an error."""

from typing import Any

import httpx


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The body, after checks that hold for every error."""
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body.get("code")) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/json"
    assert body["detail"][0].isupper()
    assert body["detail"][-1] == "." or ": see" in body["detail"]
    assert not {"Traceback", "/home", "sqlalchemy", ".py"} & set(body["detail"].split())
    return body
