"""Addresses of servers from settings."""

import pytest

from core.engines.http.address import is_loopback, parse_url, redact_url
from core.engines.ollama.host import base_url
from core.errors import ConfigurationError


@pytest.mark.parametrize("url", ["http://h", "https://u:secret@h:1/x", "http://[::1]:8080"])
def test_an_address_of_http_is_taken(url: str) -> None:
    assert str(parse_url(url, "VARIABLE")) == url


@pytest.mark.parametrize("url", ["", "h:1", "ftp://h", "http://", "http://u:secret@h:x", "http://a\nb", "/path"])
def test_an_address_that_cannot_be_names_the_setting_and_not_the_value(url: str) -> None:
    with pytest.raises(ConfigurationError, match="VARIABLE") as raised:
        parse_url(url, "VARIABLE")
    assert "secret" not in raised.value.message


@pytest.mark.parametrize(
    ("value", "local"), [("", True), ("localhost:1", True), ("[::1]", True), ("127.9.9.9", True), ("1.2.3.4", False)]
)
def test_this_machine(value: str, local: bool) -> None:
    assert is_loopback(base_url(value)) is local


@pytest.mark.parametrize("url", ["http://localhost.example.org", "http://h@127.0.0.1.nip.io", "nonsense"])
def test_another_machine_with_a_name_like_it(url: str) -> None:
    assert not is_loopback(url)


def test_a_password_is_not_shown() -> None:
    assert redact_url("https://u:p@h:1/x") == "https://h:1/x"
    assert redact_url("https://u:p@p@h:1/x@y") == "https://h:1/x@y"
    assert redact_url("http://h:1") == "http://h:1"
