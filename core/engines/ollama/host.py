"""OLLAMA_HOST in every form that Ollama takes (``envconfig.Host`` of Ollama 0.33, and what a client makes of it)."""

import re
from ipaddress import ip_address

from core.errors import ConfigurationError

HOST_VARIABLE = "OLLAMA_HOST"

_DEFAULT_PORTS = {"http": 80, "https": 443}


def base_url(value: str) -> str:
    """The URL without a slash at its end that ``value`` means to a client.

    Empty means ``http://127.0.0.1:11434``; the addresses that a server binds to stand for this machine. Raises
    ConfigurationError.
    """
    text = value.strip().strip("\"'").strip()
    scheme, separator, rest = text.partition("://")
    default_port = _DEFAULT_PORTS.get(scheme.lower(), 11434) if separator else 11434
    if not separator:
        scheme, rest = "http", text
        if text == "ollama.com":
            scheme, default_port = "https", 443
    if scheme.lower() not in _DEFAULT_PORTS:
        raise ConfigurationError(f"OLLAMA_HOST must begin with http:// or https://, not {scheme}://.")
    authority, _, path = rest.partition("/")
    user, at, address = authority.rpartition("@")
    host, port = _split_host_port(address)
    if re.search(r"[\s\[\]<>\"'\\^`{|}?#@]", f"{host}{path}{user}"):
        raise ConfigurationError("OLLAMA_HOST is no address: write it as host:port or http://host:port.")
    return f"{scheme.lower()}://{user}{at}{_client_host(host)}:{_parse_port(port, default_port)}/{path}".rstrip("/")


def _split_host_port(address: str) -> tuple[str, str]:
    if address.startswith("[") and "]" not in address:
        return address, ""  # half an address; its bracket is refused
    without_brackets = address.strip("[]")
    if ":" in without_brackets and _is_ip(without_brackets):
        return without_brackets, ""
    if address.startswith("["):
        host, _, rest = address[1:].partition("]")
        return host, rest.removeprefix(":")
    host, _, port = address.partition(":")
    return host, port


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _client_host(host: str) -> str:
    match host:
        case "" | "0.0.0.0":  # noqa: S104 - what a server binds to, turned into what a client can reach
            return "127.0.0.1"
        case "::" | "0:0:0:0:0:0:0:0":
            return "[::1]"
        case _:
            return f"[{host}]" if ":" in host else host


def _parse_port(text: str, default_port: int) -> int:
    if not text:
        return default_port
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise ConfigurationError(f"OLLAMA_HOST has a port that is not a number from 0 to 65535: {text!r}.")
    return int(text)
