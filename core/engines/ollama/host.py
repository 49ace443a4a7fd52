"""OLLAMA_HOST in every form that Ollama accepts (``envconfig.Host`` of Ollama 0.33), as the URL for a client."""

import re
from ipaddress import ip_address

from core.engines.http.address import DEFAULT_PORTS
from core.errors import ConfigurationError

HOST_VARIABLE = "OLLAMA_HOST"
OLLAMA_PORT = 11434


def base_url(value: str) -> str:
    """The URL that ``value`` stands for, without a slash at its end.

    Empty means ``http://127.0.0.1:11434``. An address that only a server can bind to (``0.0.0.0``, ``::``) becomes the
    loopback address. Raises ConfigurationError.
    """
    text = value.strip().strip("\"'").strip()
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = ("https" if text == "ollama.com" else "http"), text
    if scheme.lower() not in DEFAULT_PORTS:
        raise ConfigurationError(f"OLLAMA_HOST must begin with http:// or https://, not {scheme}://.")
    # Ollama's own port is only assumed for an address without a scheme.
    default_port = DEFAULT_PORTS[scheme.lower()] if separator or scheme == "https" else OLLAMA_PORT
    authority, _, path = rest.partition("/")
    user, at, address = authority.rpartition("@")
    host, port = _split_host_port(address)
    if re.search(r"[\s\[\]<>\"'\\^`{|}?#@]", f"{host}{path}{user}"):
        raise ConfigurationError("OLLAMA_HOST is no address: write it as host:port or http://host:port.")
    return f"{scheme.lower()}://{user}{at}{_client_host(host)}:{_parse_port(port, default_port)}/{path}".rstrip("/")


def _split_host_port(address: str) -> tuple[str, str]:
    if address.startswith("[") and "]" not in address:
        return address, ""  # half an address, refused for its bracket
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
        case "" | "0.0.0.0":  # noqa: S104 - compared, not bound to
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
