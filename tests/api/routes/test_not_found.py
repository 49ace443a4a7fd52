"""Addresses of the API that are not there, and methods that an address does not take."""

from collections.abc import AsyncGenerator

import httpx
import pytest

from api import create_api
from api.routes.not_found import METHODS
from core.studio import Studio


@pytest.fixture
async def client(studio: Studio) -> AsyncGenerator[httpx.AsyncClient, None]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_api(studio)), base_url="http://test") as client:
        yield client


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/runs/x/y/z"])
async def test_an_unknown_address_is_named_in_the_refusal(client: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.json()["detail"] == f"There is nothing at {path}: see /docs for what there is."


async def test_a_long_address_is_not_repeated_in_full(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/" + "x" * 5_000)
    assert answer.status_code == 404
    assert len(answer.json()["detail"]) < 200


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/healthz", "GET"),
        ("DELETE", "/metrics", "GET"),
        ("PUT", "/api/projects", "GET, POST"),
        ("GET", "/api/auth/login", "POST"),
        ("POST", "/api/projects/1", "DELETE, GET, PATCH"),
    ],
)
async def test_a_wrong_method_is_told_the_right_ones(
    client: httpx.AsyncClient, method: str, path: str, allowed: str
) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert ", ".join(sorted(answer.headers["allow"].split(", "))) == allowed
