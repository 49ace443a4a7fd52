"""From which pages sockets may be opened."""

from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from api.middleware.origin_check import OriginCheck, _is_same_host
from core.settings import Settings
from tests.support.installation import ApiUser, Installation


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"cors_origins": ("https://friend.example",)})


async def connection_status(ada: ApiUser, origin: str | None) -> int:
    """101, or the status of the refusal."""
    address = str(ada.client.base_url).replace("http", "ws", 1).rstrip("/")
    url = f"{address}/api/projects/{await ada.create_project()}/generate/backend/ws"
    options: dict[str, Any] = {"additional_headers": ada.headers, "origin": origin}
    try:
        async with connect(url, **options):
            return 101
    except InvalidStatus as error:
        return error.response.status_code


async def test_a_socket_is_for_pages_of_this_server_and_of_the_origins_named(
    installation: Installation, ada: ApiUser
) -> None:
    for own in (None, installation.url, "https://friend.example"):
        assert await connection_status(ada, own) == 101, own
    for foreign in ("https://evil.example", "null", "http://127.0.0.1:1", "https://friend.example.evil.example"):
        assert await connection_status(ada, foreign) == 403, foreign


async def test_the_pages_socket_is_refused_before_it_is_one(installation: Installation) -> None:
    path = "/_nicegui_ws/socket.io/?EIO=4&transport=polling"
    refused = await installation.client.get(path, headers={"Origin": "https://evil.example"})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert (await installation.client.get(path, headers={"Origin": installation.url})).status_code != 403


async def test_a_foreign_page_may_still_be_refused_by_the_browser_alone(installation: Installation) -> None:
    answer = await installation.client.get("/healthz", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("origin", "host", "is_same"),
    [
        ("https://lw.example", "lw.example", True),
        ("http://lw.example", "lw.example:80", True),
        ("https://lw.example:443", "lw.example", True),
        ("https://LW.example", "lw.EXAMPLE", True),
        ("http://[::1]:8080", "[::1]:8080", True),
        ("https://lw.example:8443", "lw.example", False),
        ("http://127.0.0.1:8081", "127.0.0.1:8080", False),
        ("https://lw.example.evil.example", "lw.example", False),
        ("null", "", False),
        ("", "", False),
        ("https://", "", False),
        ("http://[::1", "[::1", False),
        ("http://x:99999999", "x", False),
    ],
)
def test_an_origin_is_this_host_by_name_and_port(origin: str, host: str, is_same: bool) -> None:
    assert _is_same_host(origin, host) is is_same


def test_the_application_can_be_found_behind_it() -> None:
    async def application(*_: object) -> None: ...

    assert OriginCheck(application, ()).app is application
