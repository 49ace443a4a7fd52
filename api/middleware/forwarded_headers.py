"""What a reverse proxy tells about a request, believed only where the proxy is a trusted one.

``X-Forwarded-For``, ``-Proto``, ``-Host`` and ``-Prefix`` are read from their right end: that is what the nearest
proxy wrote, while all that stands to the left may come from the client. From anybody else they are dropped.
"""

import re
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address

from starlette.types import ASGIApp, Receive, Scope, Send

from core.settings import Network

Address = IPv4Address | IPv6Address

MAX_PREFIX_LENGTH = 200
_PREFIX_PATTERN = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
_HOST_PATTERN = re.compile(r"[A-Za-z0-9._-]+(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](?::[0-9]{1,5})?")
_SCHEMES = {"http", "https"}
_OWN_ROOT_PATHS = ("/docs", "/openapi.json")
"""FastAPI's own pages, which read the sub path from ``root_path``; NiceGUI reads ``X-Forwarded-Prefix``."""

FORWARDED_KEY = "livewright.forwarded"
"""Set in the scope of a request that came through a proxy."""


class ForwardedHeaders:
    """Puts client, scheme, host and sub path into the scope as the visitor's browser knows them.

    ``app`` is public because NiceGUI follows that attribute from the server to its application.
    """

    def __init__(self, app: ASGIApp, trusted: Iterable[Network], root_path: str = "") -> None:
        self.app = app
        self._trusted = tuple(trusted)
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its scope put right."""
        if scope["type"] in {"http", "websocket"}:
            self._rewrite(scope)
        await self.app(scope, receive, send)

    def _rewrite(self, scope: Scope) -> None:
        forwarded = _forwarded_values(scope) if _is_in(_peer_address(scope), self._trusted) else {}
        # Removed for everybody: NiceGUI and FastAPI read some of them, and would believe a stranger.
        scope["headers"] = [(name, value) for name, value in scope["headers"] if not _is_forwarded_header(name)]
        if forwarded:
            scope[FORWARDED_KEY] = True
            self._apply(scope, forwarded)
        prefix = _valid_prefix(forwarded.get("prefix", [])) or self._root_path
        if prefix:
            _set_prefix(scope, prefix)

    def _apply(self, scope: Scope, forwarded: Mapping[str, list[str]]) -> None:
        if (client := self._client_address(forwarded.get("for", []))) is not None:
            scope["client"] = (str(client), 0)  # no header tells the port
        if (scheme := _last(forwarded, "proto").lower()) in _SCHEMES:
            scope["scheme"] = scheme.replace("http", "ws") if scope["type"] == "websocket" else scheme
        if _HOST_PATTERN.fullmatch(host := _last(forwarded, "host")):
            others = [(name, value) for name, value in scope["headers"] if name != b"host"]
            scope["headers"] = [(b"host", host.encode()), *others]

    def _client_address(self, hops: list[str]) -> Address | None:
        """The first address from the right that is no trusted proxy; where all are, the one furthest to the left."""
        client = None
        for hop in reversed(hops):
            address = _parse_address(hop)
            if address is None:  # what stands before it cannot be believed either
                break
            client = address
            if not _is_in(address, self._trusted):
                break
        return client


def is_trusted(host: str, networks: Iterable[Network]) -> bool:
    """Whether this address is that of a trusted proxy."""
    return _is_in(_parse_address(host), networks)


def is_local_client(scope: Scope) -> bool:
    """Whether the client is on this machine and no proxy stands between."""
    client = _peer_address(scope)
    return client is not None and client.is_loopback and not scope.get(FORWARDED_KEY)


def _set_prefix(scope: Scope, prefix: str) -> None:
    """Let the application see addresses without the prefix, whether the proxy has taken it away or not."""
    path: str = scope["path"]
    if path == prefix or path.startswith(f"{prefix}/"):
        path = scope["path"] = path[len(prefix) :] or "/"
        if "raw_path" in scope:
            scope["raw_path"] = scope["raw_path"][len(prefix) :] or b"/"
    if path.startswith(_OWN_ROOT_PATHS):
        scope["root_path"] = prefix
    scope["headers"] = [*scope["headers"], (b"x-forwarded-prefix", prefix.encode())]


def _forwarded_values(scope: Scope) -> dict[str, list[str]]:
    """The values of each header by its name's end, in the order of the hops."""
    values: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        if _is_forwarded_header(name):
            parts = value.decode("latin-1").split(",")
            values.setdefault(name.decode().rpartition("-")[2], []).extend(part.strip() for part in parts)
    return values


def _is_forwarded_header(name: bytes) -> bool:
    return name.startswith(b"x-forwarded-") or name == b"forwarded"


def _is_in(address: Address | None, networks: Iterable[Network]) -> bool:
    return address is not None and any(address in network for network in networks)


def _valid_prefix(values: list[str]) -> str:
    prefix = values[-1].rstrip("/") if values else ""
    return prefix if len(prefix) <= MAX_PREFIX_LENGTH and _PREFIX_PATTERN.fullmatch(prefix) else ""


def _last(values: Mapping[str, list[str]], name: str) -> str:
    return values.get(name, [""])[-1]


def _peer_address(scope: Scope) -> Address | None:
    client = scope.get("client")
    return _parse_address(client[0]) if client else None


def _parse_address(text: str) -> Address | None:
    """An address with or without a port; None for anything else."""
    if text.startswith("["):
        # An IPv6 address with a port is in brackets (RFC 7239, section 6).
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address
