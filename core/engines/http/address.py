"""Server addresses as users write them into settings, and as they may be shown."""

from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx

from core.errors import ConfigurationError

DEFAULT_PORTS = {"http": 80, "https": 443}


def parse_url(url: str, variable: str) -> httpx.URL:
    """``url`` as httpx reads it. Raises ConfigurationError, which names the setting ``variable``, never the value."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise _invalid_address(variable) from error
    if parsed.scheme not in DEFAULT_PORTS or not parsed.host:
        raise _invalid_address(variable)
    return parsed


def is_loopback(url: str) -> bool:
    """Whether the host of ``url`` is this machine: such calls must not go through a proxy."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def redact_url(url: str) -> str:
    """``url`` without user name and password, for messages and logs."""
    scheme, _, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"


def _invalid_address(variable: str) -> ConfigurationError:
    return ConfigurationError(f"{variable} is no address: write it as host:port or http://host:port.")
