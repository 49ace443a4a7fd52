"""httpx's client as the engines use it: with its own transport or through a proxy, and without a limit on silence."""

import ssl
from base64 import b64encode
from collections.abc import Mapping
from urllib.request import getproxies

import httpx

from core.engines.http.transport import DirectTransport
from core.errors import ConfigurationError

CONNECT_TIMEOUT = 5.0
STREAM_TIMEOUT = httpx.Timeout(None, connect=CONNECT_TIMEOUT)
BAD_PROXY_MESSAGE = (
    "The proxy in HTTP_PROXY, HTTPS_PROXY or ALL_PROXY cannot be used: "
    "write it as http://host:3128 or socks5h://host:1080, or take the variable away."
)


def build_client(
    url: httpx.URL, is_local: bool, headers: Mapping[str, str]
) -> tuple[httpx.AsyncClient, DirectTransport | None]:
    """The client, and its transport where no proxy stands between. Raises ConfigurationError."""
    # Loading the CA certificates takes a tenth of a second, so it is only done for TLS.
    tls = httpx.create_ssl_context() if url.scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    needs_proxy = not is_local and bool({"http", "https", "all"} & getproxies().keys())
    direct = None if needs_proxy else DirectTransport(tls)
    try:
        client = httpx.AsyncClient(
            # httpx logs its URLs, so they must not hold the password.
            base_url=url.copy_with(userinfo=b""),
            timeout=STREAM_TIMEOUT,
            trust_env=not is_local,
            transport=direct,
            verify=tls,
            # A connection per call: closing it is the only way to tell a server to stop.
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            headers={"Accept-Encoding": "identity", "Connection": "close"} | _basic_auth_header(url) | dict(headers),
        )
    except (ValueError, httpx.InvalidURL) as error:  # a scheme that httpx does not know, or no address at all
        raise ConfigurationError(BAD_PROXY_MESSAGE) from error
    return client, direct


def _basic_auth_header(url: httpx.URL) -> dict[str, str]:
    """The header for user name and password in ``url``, if it has any (RFC 7617)."""
    if not url.userinfo:
        return {}
    return {"Authorization": f"Basic {b64encode(f'{url.username}:{url.password}'.encode()).decode()}"}
