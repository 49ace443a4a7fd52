"""OLLAMA_HOST in every form that Ollama accepts."""

import pytest

from core.engines.ollama.host import base_url
from core.errors import ConfigurationError


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("", "http://127.0.0.1:11434"),
        ("  ", "http://127.0.0.1:11434"),
        ("1.2.3.4", "http://1.2.3.4:11434"),
        (":5000", "http://127.0.0.1:5000"),
        ("host", "http://host:11434"),
        ("host:", "http://host:11434"),
        ("host:1234/", "http://host:1234"),
        ("http://h", "http://h:80"),
        ("HTTP://h:1", "http://h:1"),
        ("https://h", "https://h:443"),
        ("https://h/ollama/", "https://h:443/ollama"),
        ("https://u:p@h:1/x", "https://u:p@h:1/x"),
        ("ollama.com", "https://ollama.com:443"),
        ("'host'", "http://host:11434"),
        ('" http://h:1 "', "http://h:1"),
        ("0.0.0.0", "http://127.0.0.1:11434"),  # noqa: S104 - a name to translate
        ("http://0.0.0.0:11434", "http://127.0.0.1:11434"),
        ("::", "http://[::1]:11434"),
        ("[::]:5000", "http://[::1]:5000"),
        ("::1", "http://[::1]:11434"),
        ("[::1]", "http://[::1]:11434"),
        ("[fe80::1]:80", "http://[fe80::1]:80"),
        ("host:0", "http://host:0"),
        ("host:65535", "http://host:65535"),
    ],
)
def test_forms(value: str, url: str) -> None:
    assert base_url(value) == url


@pytest.mark.parametrize(
    "value",
    [
        "host:x",
        "host:65536",
        "host:-1",
        "http://h:1.5",
        "[::1]:x",
        "host:\uff11",
        "ftp://h",
        "ho st",
        "http://a\nb",
        "h?x",
    ],
)
def test_what_cannot_be_meant_names_the_variable(value: str) -> None:
    with pytest.raises(ConfigurationError, match="OLLAMA_HOST"):
        base_url(value)
