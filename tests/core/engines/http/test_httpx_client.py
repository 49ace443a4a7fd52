"""httpx's client for a server of models: its transport, and proxies of any kind."""

from pathlib import Path

import certifi
import httpx
import pytest

from core.engines.http.httpx_client import build_client
from core.errors import ConfigurationError

URL = httpx.URL("http://user:secret@ollama.example:11434")


async def test_the_password_becomes_a_header_and_leaves_the_address() -> None:
    client, direct = build_client(URL, is_local=False, headers={})
    assert str(client.base_url) == "http://ollama.example:11434"
    assert client.headers["authorization"] == "Basic dXNlcjpzZWNyZXQ="
    assert direct is not None
    await client.aclose()


async def test_a_key_wins_over_the_password_in_the_address() -> None:
    client, _ = build_client(URL, is_local=False, headers={"Authorization": "Bearer key"})
    assert client.headers["authorization"] == "Bearer key"
    await client.aclose()


@pytest.mark.parametrize(("is_local", "is_direct"), [(True, True), (False, False)])
async def test_a_proxy_stands_before_other_machines_alone(
    monkeypatch: pytest.MonkeyPatch, is_local: bool, is_direct: bool
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5h://127.0.0.1:1080")
    client, direct = build_client(URL, is_local=is_local, headers={})
    assert (direct is not None) == is_direct
    await client.aclose()


@pytest.mark.parametrize("proxy", ["ftp://user:secret@host:1", "socks4://secret:1", "::::"])
def test_a_proxy_that_cannot_be_used_is_a_sentence_without_its_secrets(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(ConfigurationError, match="ALL_PROXY") as caught:
        build_client(URL, is_local=False, headers={})
    assert "secret" not in caught.value.message


def test_an_authority_of_ones_own_is_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rest = Path(certifi.where()).read_text(encoding="utf-8").partition("-----BEGIN CERTIFICATE-----")[2]
    certificate, end, _ = rest.partition("-----END CERTIFICATE-----")
    authority = tmp_path / "authority.pem"
    authority.write_text(f"-----BEGIN CERTIFICATE-----{certificate}{end}\n")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    _, direct = build_client(httpx.URL("https://ollama.example"), is_local=False, headers={})
    assert direct is not None
    assert direct._tls is not None
    assert len(direct._tls.get_ca_certs()) == 1
