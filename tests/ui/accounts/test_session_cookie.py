"""The cookie by itself: its name, its flags, and whose signature counts."""

import re
from http.cookies import Morsel, SimpleCookie

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.accounts.security import LOGIN_TOKEN_LIFETIME
from ui.accounts.session_cookie import SessionCookie

SECRET = "s" * 32
OTHER_SECRET = "o" * 32


def make_app(secret: str) -> ASGIApp:
    async def visit(request: Request) -> JSONResponse:
        """Count the visits of a browser in its cookie."""
        request.session["visits"] = request.session.get("visits", 0) + 1
        return JSONResponse(request.session["visits"])

    return SessionCookie(Starlette(routes=[Route("/", visit)]), secret)


def browser(address: str, secret: str = SECRET) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(make_app(secret)), base_url=address)


async def cookie_of(address: str, secret: str = SECRET) -> Morsel[str]:
    async with browser(address, secret) as client:
        [cookie] = SimpleCookie((await client.get("/")).headers["set-cookie"]).values()
    return cookie


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("http://localhost:8080", "livewright-8080-"),
        ("http://localhost", "livewright-80-"),
        ("http://[::1]:8080", "livewright-8080-"),
        ("http://[::1]", "livewright-80-"),
        ("https://studio.example.test", "__Host-livewright-443-"),
        ("https://studio.example.test:8443", "__Host-livewright-8443-"),
    ],
)
async def test_the_name_has_the_port_that_the_browser_shows(address: str, prefix: str) -> None:
    cookie = await cookie_of(address)
    assert re.fullmatch(re.escape(prefix) + r"[0-9a-f]{8}", cookie.key)
    assert bool(cookie["secure"]) is address.startswith("https")
    assert (cookie["httponly"], cookie["path"], cookie["domain"]) == (True, "/", "")
    assert int(cookie["max-age"]) == LOGIN_TOKEN_LIFETIME.total_seconds()


@pytest.mark.parametrize(("scheme", "usual_port", "prefix"), [("ws", 80, ""), ("wss", 443, "__Host-")])
async def test_a_websocket_reads_the_cookie_of_its_page(scheme: str, usual_port: int, prefix: str) -> None:
    page = await cookie_of("https://x.test" if scheme == "wss" else "http://x.test")
    seen: list[object] = []

    async def application(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["session"].get("visits"))

    async def receive() -> Message:
        raise AssertionError

    async def send(_message: Message) -> None:
        raise AssertionError

    assert page.key.startswith(f"{prefix}livewright-{usual_port}-")
    headers = [(b"host", b"x.test"), (b"cookie", f"{page.key}={page.value}".encode())]
    scope: Scope = {"type": "websocket", "scheme": scheme, "path": "/", "headers": headers}
    await SessionCookie(application, SECRET)(scope, receive, send)
    assert seen == [1]


async def test_two_installations_on_one_host_keep_out_of_each_others_way() -> None:
    own, other = await cookie_of("http://localhost:8080"), await cookie_of("http://localhost:8080", OTHER_SECRET)
    assert own.key != other.key


async def test_a_browser_is_recognised_by_its_cookie() -> None:
    async with browser("http://localhost") as client:
        assert [(await client.get("/")).json() for _ in range(3)] == [1, 2, 3]


async def test_a_cookie_of_another_secret_or_with_another_content_counts_for_nothing() -> None:
    name, good = (await cookie_of("http://localhost")).key, (await cookie_of("http://localhost")).value
    foreign = (await cookie_of("http://localhost", OTHER_SECRET)).value
    content, _, signature = good.partition(".")
    for value in (foreign, f"{content[:-4]}AAAA.{signature}", content, "", "x.y.z"):
        async with browser("http://localhost") as client:
            assert (await client.get("/", headers={"Cookie": f"{name}={value}"})).json() == 1
    async with browser("http://localhost") as client:
        assert (await client.get("/", headers={"Cookie": f"{name}={good}"})).json() == 2


@pytest.mark.parametrize("now", [1_000_000_000.0, 4_000_000_000.0], ids=["set back", "long after"])
async def test_the_age_of_a_signature_does_not_count(monkeypatch: pytest.MonkeyPatch, now: float) -> None:
    """The sign-in in the cookie has an end of its own."""
    cookie = await cookie_of("http://localhost")
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now)
    async with browser("http://localhost") as client:
        answer = await client.get("/", headers={"Cookie": f"{cookie.key}={cookie.value}"})
    assert answer.json() == 2


async def test_the_start_of_the_server_passes_through() -> None:
    passed: list[str] = []

    async def application(scope: Scope, _receive: Receive, _send: Send) -> None:
        passed.append(scope["type"])

    async def receive() -> Message:
        raise AssertionError

    async def send(_message: Message) -> None:
        raise AssertionError

    await SessionCookie(application, SECRET)({"type": "lifespan"}, receive, send)
    assert passed == ["lifespan"]
