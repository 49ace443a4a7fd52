"""Keys of servers as headers."""

import pytest

from core.engines.http.keys import bearer_header
from core.errors import ConfigurationError


@pytest.mark.parametrize(
    ("key", "header"), [("sk-1", "Bearer sk-1"), (" sk-1\n", "Bearer sk-1"), ("", None), (None, None)]
)
def test_a_key_becomes_a_header(key: str | None, header: str | None) -> None:
    assert bearer_header(key, "X_KEY").get("Authorization") == header


@pytest.mark.parametrize("key", ["two words", "ké", "a\x00b"])
def test_what_no_key_has_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(ConfigurationError, match="X_KEY") as caught:
        bearer_header(key, "X_KEY")
    assert key not in caught.value.message
