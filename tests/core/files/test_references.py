"""Which file a reference means."""

import pytest

from core.files.references import find_referenced, resolve_reference


@pytest.mark.parametrize(
    ("reference", "path", "resolved"),
    [
        ("a.css", "index.html", "a.css"),
        ("./a.css", "src/index.html", "src/a.css"),
        ("../a.css", "src/index.html", "a.css"),
        ("b/../a.css", "index.html", "a.css"),
        ("../../a.css", "src/index.html", "../a.css"),
        ("/a.css", "src/index.html", "a.css"),
        (" a.css?v=1#x ", "src/index.html", "src/a.css"),
        ("a%20b.css", "index.html", "a b.css"),
        ("?v=1", "index.html", None),
        (".", "src/a.ts", "src"),
        (".", "a.ts", ""),
        ("/", "src/a.ts", ""),
        ("..", "a.ts", ".."),
        ("a//b.css", "index.html", "a/b.css"),
    ],
)
def test_a_relative_reference_leads_to_a_path_from_the_root(reference: str, path: str, resolved: str | None) -> None:
    assert resolve_reference(reference, path) == resolved


@pytest.mark.parametrize(
    "reference",
    ["", "  ", "#x", "?a", "https://host/a.css", "//host/a.css", "data:text/css,a", "mailto:a@b", "http://[x"],
)
def test_what_leads_elsewhere_names_no_file(reference: str) -> None:
    assert resolve_reference(reference, "index.html") is None
    assert find_referenced(reference, "index.html", {"a.css", "index.html"}) is None


@pytest.mark.parametrize(
    ("reference", "path", "found"),
    [
        ("a.css", "index.html", "a.css"),
        ("../../a.css", "src/index.html", "a.css"),
        ("/a.css", "src/index.html", "a.css"),
        ("/b.css", "src/index.html", "src/b.css"),
        ("/../a.css", "src/index.html", "a.css"),
        ("b.css", "index.html", None),
        ("/c.css", "src/index.html", None),
        (".", "src/index.html", None),
    ],
)
def test_a_browser_finds_a_file_below_the_root_or_the_pages_own_folder(
    reference: str, path: str, found: str | None
) -> None:
    assert find_referenced(reference, path, {"a.css", "src/b.css", "index.html"}) == found


def test_the_root_comes_before_the_pages_own_folder() -> None:
    assert find_referenced("/a.css", "src/index.html", {"a.css", "src/a.css"}) == "a.css"
