"""Settings that name several servers."""

import pytest

from core.engines.servers.addresses import split_addresses, split_keys
from core.errors import ConfigurationError


@pytest.mark.parametrize(
    ("value", "addresses"),
    [
        ("", [""]),
        ("h:1", ["h:1"]),
        (" http://a , b:2,,b:2 ", ["http://a", "b:2"]),
        ('"a,b"', ["a", "b"]),
    ],
)
def test_addresses_are_separated_by_commas(value: str, addresses: list[str]) -> None:
    assert split_addresses(value) == addresses


def test_a_key_is_for_all_servers_or_each_has_its_own() -> None:
    assert split_keys("a,b", 1, "KEY") == ["a,b"]
    assert split_keys("a", 2, "KEY") == ["a", "a"]
    assert split_keys("a, ", 2, "KEY") == ["a", None]
    assert split_keys(None, 2, "KEY") == [None, None]
    with pytest.raises(ConfigurationError, match="KEY names 3 keys for 2 servers"):
        split_keys("a,b,c", 2, "KEY")
