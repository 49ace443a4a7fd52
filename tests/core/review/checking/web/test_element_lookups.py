"""Which lookups of a script must find their element."""

import pytest

from core.review.checking.syntax_tree import parse_source
from core.review.checking.web.element_lookups import find_lookups


@pytest.mark.parametrize(
    ("script", "ids"),
    [
        ("document.getElementById('a-b').focus();", ["a-b"]),
        ("document.querySelector('#a').value = 1;", ["a"]),
        ("document.querySelector('#a .b').value = 1;", []),
        ("document.querySelector('a').value = 1;", []),
        ("document.getElementById(name).focus();", []),
        ("document.getElementById(`${x}`).focus();", []),
        ("document.getElementsByName('a').length;", []),
        ("(document.getElementById('a')).focus();", ["a"]),
        ("document.getElementById('a')?.focus();", []),
        ("const a = document.getElementById('a');", []),
        ("const a = document.getElementById('a');\na.b = document.getElementById('c').d;", ["a", "c"]),
        ("x && document.getElementById('a').focus();", []),
    ],
)
def test_only_what_stops_the_script_must_be_there(script: str, ids: list[str]) -> None:
    source = parse_source("javascript", script)
    assert source is not None
    assert [lookup.element_id for lookup in find_lookups(source)] == ids
