"""Dots for a body."""

import pytest

from core.review.checking.python.ellipsis_bodies import find_ellipsis_bodies
from core.review.checking.syntax_tree import parse_source


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("def f():\n    ...\n", [(2, 5)]),
        ("def f(): ...\n", [(1, 10)]),
        ("def f() -> int: ...\n", []),
        ("def f(x: int): ...\n", []),
        ("class A:\n    x = 1\n    def __post_init__(self): ...\n", []),
        ("def f() -> int:\n    ...\n", [(2, 5)]),
        ("class A: ...\n", []),
        ("class A:\n    def f(self):\n        ...\n    x = 1\n    def g(self):\n        return 1\n", [(3, 9)]),
        ("class A(Protocol):\n    def f(self):\n        ...\n    x = 1\n", []),
        ("def f():\n    ...\n\n\ndef f():\n    return 1\n", []),
        ("x = 1\n...\n", [(2, 1)]),
    ],
)
def test_dots_stand_for_code_only_where_a_body_is_wanted(text: str, places: list[tuple[int, int]]) -> None:
    source = parse_source("python", text)
    assert source is not None
    assert list(find_ellipsis_bodies(source)) == places
