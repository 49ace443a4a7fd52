"""The OpenAPI page and document: open to this machine and to accounts, closed to strangers."""

from collections.abc import Mapping

import httpx
import pytest
from fastapi import FastAPI

from api import create_api
from core.studio import Studio
from tests.support.installation import PASSWORD

STRANGER, THIS_MACHINE = ("203.0.113.7", 5), ("127.0.0.1", 5)
GUARDED = ["/docs", "/openapi.json"]


@pytest.fixture
def app(studio: Studio) -> FastAPI:
    return create_api(studio)


async def get(
    app: FastAPI, path: str, client: tuple[str, int], headers: Mapping[str, str] | None = None, root_path: str = ""
) -> httpx.Response:
    transport = httpx.ASGITransport(app, client=client, root_path=root_path)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as browser:
        return await browser.get(path, headers=headers)


@pytest.mark.parametrize("path", GUARDED)
async def test_a_stranger_is_asked_to_sign_in(app: FastAPI, path: str) -> None:
    answer = await get(app, path, STRANGER)
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "paths" not in answer.text


@pytest.mark.parametrize("path", GUARDED)
async def test_a_program_of_this_machine_gets_in(app: FastAPI, path: str) -> None:
    assert (await get(app, path, THIS_MACHINE)).status_code == 200


@pytest.mark.parametrize("path", GUARDED)
async def test_an_account_gets_in_from_anywhere(app: FastAPI, studio: Studio, path: str) -> None:
    token = (await studio.accounts.register("ada", PASSWORD)).token
    headers = {"Authorization": f"Bearer {token}"}
    assert (await get(app, path, STRANGER, headers)).status_code == 200
    assert (await get(app, path, STRANGER, {"Authorization": f"Bearer {token}x"})).status_code == 401


async def test_a_token_for_streams_opens_no_document(app: FastAPI, studio: Studio) -> None:
    sign_in = await studio.accounts.register("ada", PASSWORD)
    identity = await studio.accounts.sessions.identify(sign_in.token)
    stream_token, _ = studio.accounts.sessions.issue_stream_token(identity)
    assert (await get(app, "/docs", STRANGER, {"Authorization": f"Bearer {stream_token}"})).status_code == 401


async def test_below_a_sub_path_the_same_pages_are_guarded(app: FastAPI) -> None:
    assert (await get(app, "/livewright/docs", STRANGER, root_path="/livewright")).status_code == 401


async def test_other_addresses_are_not_guarded(app: FastAPI) -> None:
    assert (await get(app, "/healthz", STRANGER)).status_code == 200
