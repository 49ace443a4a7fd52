"""The cookie of the pages, what the server stores of a sign-in, and pages that end with it."""

import asyncio
import re
from http.cookies import Morsel, SimpleCookie
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from nicegui import Client
from nicegui.storage import Storage

from core.accounts.administration.user_changes import UserChanges
from core.studio import Studio
from tests.support.users.simulated_user import SimulatedUser, session_of, wait_until
from ui.accounts import session

pytestmark = pytest.mark.asyncio(loop_scope="session")

BOUND = 1.0
"""Seconds after which a page of an ended sign-in must be closed."""


@pytest_asyncio.fixture(loop_scope="session")
async def signed_in(user: SimulatedUser, request: pytest.FixtureRequest) -> SimulatedUser:
    """Somebody with an account, at their projects."""
    await user.register("user-" + re.sub(r"\W", "-", request.node.name)[-40:])
    return user


async def cookie_of(pages: httpx.ASGITransport, address: str, **headers: str) -> Morsel[str]:
    async with httpx.AsyncClient(transport=pages, base_url=address) as client:
        answer = await client.get("/login", headers=headers)
    [cookie] = SimpleCookie(answer.headers["set-cookie"]).values()
    for page in list(Client.instances.values()):
        page.delete()
    return cookie


async def test_behind_tls_the_cookie_is_secure_and_the_hosts_own(pages: httpx.ASGITransport) -> None:
    cookie = await cookie_of(pages, "https://studio.example.test")
    assert cookie.key.startswith("__Host-livewright-443-")
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    assert (cookie["httponly"], cookie["samesite"]) == (True, "lax")


async def test_without_tls_the_cookie_has_a_name_for_its_port(pages: httpx.ASGITransport) -> None:
    names = {(await cookie_of(pages, f"http://localhost{port}")).key for port in (":8080", ":8081", "")}
    assert {name.rpartition("-")[0] for name in names} == {"livewright-8080", "livewright-8081", "livewright-80"}
    cookie = await cookie_of(pages, "http://localhost:8080")
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == ("", True, "lax")


async def test_signing_in_gives_the_browser_a_new_session_id(user: SimulatedUser) -> None:
    await user.open("/register")
    before = session_of(user.http_client)["id"]
    await user.register("renewed")
    assert session_of(user.http_client)["id"] != before


async def test_the_theme_is_kept_when_the_session_id_changes(user: SimulatedUser) -> None:
    await user.open("/register")
    await user.press("Theme: as the system")
    await user.register("themed")
    assert "Theme: light" in user.labels


async def test_the_address_that_sets_the_cookie_works_once_and_in_its_browser_alone(
    signed_in: SimulatedUser, pages: httpx.ASGITransport
) -> None:
    [address] = [path for path in signed_in.paths if path.startswith(session.FINISH_PATH)]
    async with httpx.AsyncClient(transport=pages, base_url="http://test") as other:
        assert (await other.get(address)).headers["location"] == "/login"
    assert (await signed_in.http_client.get(address)).headers["location"] == "/login"


async def test_an_address_taken_by_another_browser_signs_it_in_nowhere(
    user: SimulatedUser, pages: httpx.ASGITransport, studio: Studio
) -> None:
    await user.open("/login")
    sign_in = await studio.accounts.register("taken-elsewhere", "correct horse")
    with user.client:
        address = session.finish_address(sign_in, "/")
    async with httpx.AsyncClient(transport=pages, base_url="http://test") as other:
        assert (await other.get(address)).headers["location"] == "/login"
        assert "token" not in session_of(other)


async def test_no_token_is_stored_on_the_server(signed_in: SimulatedUser) -> None:
    await signed_in.press("Theme: as the system")
    token = session_of(signed_in.http_client)["token"]
    await wait_until(lambda: stored_files(Storage.path))  # NiceGUI writes in the background
    for path in stored_files(Storage.path):
        assert token not in path.read_text("utf-8")
        assert "eyJ" not in path.read_text("utf-8")


def stored_files(folder: Path) -> list[Path]:
    return list(folder.glob("storage-user-*.json"))


async def test_tokens_that_an_earlier_version_stored_are_deleted(tmp_path: Path) -> None:
    (tmp_path / "storage-user-a.json").write_text('{"token": "eyJ", "dark": true}')
    (tmp_path / "storage-user-b.json").write_text('{"dark": true}')
    session._delete_stored_tokens(tmp_path)
    assert [path.name for path in stored_files(tmp_path)] == ["storage-user-b.json"]


@pytest.mark.parametrize("end", ["sign out", "disable", "delete"])
async def test_open_pages_end_with_their_sign_in(signed_in: SimulatedUser, studio: Studio, end: str) -> None:
    page = signed_in.client
    identity = await studio.accounts.sessions.identify(session_of(signed_in.http_client)["token"])
    match end:
        case "sign out":
            await studio.accounts.sessions.end(identity)
        case "disable":
            await studio.accounts.change(identity.user.id, UserChanges(disabled=True), "admin")
        case _:
            await studio.accounts.delete(identity.user.id, "admin")
    async with asyncio.timeout(BOUND):
        await wait_until(lambda: page.is_deleted)
    await signed_in.expect_text("Sign in")
    assert signed_in.current_path == "/login"


async def test_a_cookie_signed_by_a_clock_that_was_set_back_is_good(
    signed_in: SimulatedUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: 1_000_000_000.0)
    await signed_in.open("/")
    await signed_in.expect_text("New project")
