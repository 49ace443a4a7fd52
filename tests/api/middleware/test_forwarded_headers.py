"""Whose word counts on where a request came from."""

from ipaddress import ip_network
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from api.middleware.forwarded_headers import ForwardedHeaders, is_local_client
from core.accounts.sign_in_limits import network_of

PROXIES = ["127.0.0.0/8", "::1", "10.1.0.0/16"]


async def receive_nothing() -> Message:
    raise AssertionError


async def send_nothing(_message: Message) -> None:
    raise AssertionError


async def seen(
    headers: dict[str, str] | None = None,
    *,
    peer: str = "127.0.0.1",
    path: str = "/",
    root_path: str = "",
    **scope: Any,
) -> Scope:
    """The scope as the application gets it."""
    passed: list[Scope] = []

    async def application(scope: Scope, _receive: Receive, _send: Send) -> None:
        passed.append(scope)

    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in (headers or {}).items()]
    basis: Scope = {
        "type": "http",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "client": (peer, 5),
        "headers": raw,
    }
    middleware = ForwardedHeaders(application, [ip_network(network) for network in PROXIES], root_path)
    await middleware({**basis, **scope}, receive_nothing, send_nothing)
    return passed[0]


def header(scope: Scope, name: str) -> str | None:
    return next((value.decode() for key, value in scope["headers"] if key == name.encode()), None)


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7, 10.1.2.3", "203.0.113.7"),
        ("127.0.0.1, 203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("nonsense, 203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, nonsense", "127.0.0.1"),
        ("10.1.0.9, 10.1.2.3", "10.1.0.9"),
        ("", "127.0.0.1"),
    ],
)
async def test_the_client_is_the_first_from_the_right_who_is_no_proxy(forwarded: str, client: str) -> None:
    assert (await seen({"X-Forwarded-For": forwarded}))["client"][0] == client


async def test_a_stranger_says_nothing_of_himself() -> None:
    forwarded = {
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Prefix": "/evil",
        "Forwarded": "for=127.0.0.1",
        "Host": "lw.example",
    }
    scope = await seen(forwarded, peer="203.0.113.7")
    assert (scope["client"], scope["scheme"], scope["path"]) == (("203.0.113.7", 5), "http", "/")
    assert scope["headers"] == [(b"host", b"lw.example")]
    assert not is_local_client(scope)


async def test_scheme_and_host_are_those_that_the_nearest_proxy_tells() -> None:
    scope = await seen(
        {"Host": "10.0.0.1", "X-Forwarded-Proto": "http, https", "X-Forwarded-Host": "evil.example, lw.example:8443"}
    )
    assert (scope["scheme"], header(scope, "host")) == ("https", "lw.example:8443")
    socket = await seen({"X-Forwarded-Proto": "https"}, type="websocket", scheme="ws")
    assert socket["scheme"] == "wss"


@pytest.mark.parametrize("value", ["javascript", "", "ftp", "https\x00"])
async def test_a_scheme_that_is_none_is_not_believed(value: str) -> None:
    assert (await seen({"X-Forwarded-Proto": value}))["scheme"] == "http"


@pytest.mark.parametrize("value", ["a b", "x/y", "x@y", '"', "x:123456", ""])
async def test_a_host_that_is_none_is_not_believed(value: str) -> None:
    assert header(await seen({"Host": "lw.example", "X-Forwarded-Host": value}), "host") == "lw.example"


@pytest.mark.parametrize("path", ["/lw/projects/1", "/projects/1"])
@pytest.mark.parametrize(
    "forwarded", [({"X-Forwarded-Prefix": "/lw/"}, ""), ({}, "/lw"), ({"X-Forwarded-Prefix": ""}, "/lw")]
)
async def test_the_application_sees_addresses_without_the_sub_path(
    forwarded: tuple[dict[str, str], str], path: str
) -> None:
    scope = await seen(forwarded[0], path=path, root_path=forwarded[1])
    assert (scope["path"], scope["raw_path"]) == ("/projects/1", b"/projects/1")
    assert header(scope, "x-forwarded-prefix") == "/lw"


async def test_the_header_wins_over_the_setting_and_the_last_of_two_over_the_first() -> None:
    scope = await seen({"X-Forwarded-Prefix": "/evil, /a/b"}, root_path="/lw")
    assert header(scope, "x-forwarded-prefix") == "/a/b"


@pytest.mark.parametrize("path", ["/docs", "/openapi.json"])
async def test_the_openapi_page_knows_its_sub_path(path: str) -> None:
    assert (await seen({"X-Forwarded-Prefix": "/lw"}, path=path))["root_path"] == "/lw"


@pytest.mark.parametrize("value", ['/"><script>', "//evil.example", "/a/../b", "lw", "/" + "x" * 300, "/x y", "/é"])
async def test_a_prefix_that_is_no_path_is_not_believed(value: str) -> None:
    assert header(await seen({"X-Forwarded-Prefix": value}), "x-forwarded-prefix") is None


@pytest.mark.parametrize(
    ("peer", "headers", "is_local"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("::ffff:127.0.0.1", {}, True),
        ("203.0.113.7", {}, False),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}, False),
        ("127.0.0.1", {"X-Forwarded-Prefix": "/lw"}, False),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, False),
    ],
)
async def test_what_came_through_a_proxy_is_not_local(peer: str, headers: dict[str, str], is_local: bool) -> None:
    assert is_local_client(await seen(headers, peer=peer)) is is_local


def test_a_network_of_ipv6_counts_as_one_visitor() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1") != network_of("2001:db8:0:1::1")
    assert network_of("203.0.113.7") == "203.0.113.7"
    assert network_of("") == ""
