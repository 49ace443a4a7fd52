"""The references in a style sheet."""

import pytest

from core.files.css import CssReference, css_references
from tests.support.cpu_time import cpu_limit


def targets(text: str) -> list[tuple[str, bool]]:
    return [(reference.target, reference.is_import) for reference in css_references(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a { b: url(c.png) }", [("c.png", False)]),
        ("a { b: URL( 'c d.png' ) }", [("c d.png", False)]),
        ('a { b: url("c.png"), url(d.png) }', [("c.png", False), ("d.png", False)]),
        ("a { b: url(\n  c.png\n) }", [("c.png", False)]),
        ("@import 'a.css';", [("a.css", True)]),
        ('@IMPORT "a.css" print;', [("a.css", True)]),
        ("@import url(a.css);", [("a.css", False)]),
        ("@import url('a.css') layer(b);", [("a.css", False)]),
    ],
)
def test_urls_and_imports_are_found(text: str, found: list[tuple[str, bool]]) -> None:
    assert targets(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "/* url(a.png) @import 'a.css'; */",
        "/* url(a.png)",
        "url()",
        "url('')",
        "url('a.png)",
        "url(a b'c)",
        "url('a\n.png')",
        "@import 'a.css",
        "@import'a.css'",
        "@imported 'a.css'",
    ],
)
def test_comments_and_what_is_no_reference_are_not(text: str) -> None:
    assert targets(text) == []


def test_a_reference_knows_its_place() -> None:
    text = "a { b: url( c.png ) } /* */ @import 'd.css';"
    assert list(css_references(text)) == [
        CssReference("c.png", is_import=False, start=7, end=19),
        CssReference("d.css", is_import=True, start=28, end=43),
    ]


@pytest.mark.parametrize(
    "piece",
    [
        *("/*", "url(", "url( ", "url('", "url(\"'", "@import '", "@import ", "*/", "url(a'"),
        *(f"url({' ' * 50_000}", f"url('{' ' * 50_000}", f"@import{' ' * 50_000}x", f"url({'a' * 50_000}"),
    ],
)
def test_the_time_is_in_proportion_to_the_text(piece: str) -> None:
    """Quadratic time would be at least a hundred times as long for these 100,000 characters."""
    text = piece * (100_000 // len(piece))
    with cpu_limit(2):
        assert sum(1 for _ in css_references(text)) >= 0
