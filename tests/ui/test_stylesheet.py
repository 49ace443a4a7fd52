"""The stylesheets: one for each component, no rule twice, served as one that a browser may keep."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ui.stylesheet import BASE_SHEETS, SHEET_ADDRESS, UI_DIR, stylesheet_paths

MAX_SHEET_LINES = 250
WITHOUT_COMPONENT = {UI_DIR / "assets" / "tokens.css"}
"""Colours and fonts, which all components use."""
MAX_IMPORTANT = 4
"""Each has its reason beside it."""


def rules(css: str) -> Iterator[tuple[str, str]]:
    """Each selector of a formatted sheet, with the media query around it."""
    media, prelude = "", ""
    for line in re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL).splitlines():
        prelude = f"{prelude} {line.strip()}".strip()
        if line.startswith("@") and line.endswith("{"):
            media, prelude = prelude, ""
        elif line == "}":
            media, prelude = "", ""
        elif line.endswith("{") and not media.startswith("@keyframes"):
            yield from ((media, selector.strip()) for selector in prelude.removesuffix("{").split(","))
            prelude = ""
        elif line.endswith((";", "}")):
            prelude = ""


def classes_in(selector: str) -> set[str]:
    return set(re.findall(r"\.(lw-[a-z-]+)", selector))


@pytest.mark.parametrize("path", stylesheet_paths(), ids=lambda path: path.name)
def test_a_sheet_is_beside_the_component_of_its_name(path: Path) -> None:
    assert path in WITHOUT_COMPONENT or any(path.with_suffix(suffix).exists() for suffix in (".py", ".js"))
    assert len(path.read_text("utf-8").splitlines()) <= MAX_SHEET_LINES


def test_every_selector_is_defined_once() -> None:
    """Under the same conditions; a media query may change what stands above it in the same sheet."""
    defined = Counter(rule for path in stylesheet_paths() for rule in rules(path.read_text("utf-8")))
    assert defined[("", ".lw-page")] == defined[("@media (max-width: 760px) {", ".lw-projects")] == 1
    assert [rule for rule, count in defined.items() if count > 1] == []


def test_a_class_alone_is_defined_in_one_sheet() -> None:
    """Another component may only refine it inside of its own classes."""
    sheets = defaultdict(set)
    for path in stylesheet_paths():
        for _, selector in rules(path.read_text("utf-8")):
            if len(own := classes_in(selector)) == 1:
                sheets[own.pop()].add(path.name)
    assert {name: found for name, found in sheets.items() if len(found) > 1} == {}


def test_every_class_is_used_and_every_used_one_is_defined() -> None:
    """The product's own classes; parts and states such as ``selected`` have no prefix."""
    defined = set().union(*(classes_in(path.read_text("utf-8")) for path in stylesheet_paths()))
    sources = [path for suffix in ("py", "js") for path in UI_DIR.rglob(f"*.{suffix}")]
    used = set(re.findall(r"(?<![-\w])lw-[a-z-]+", "\n".join(path.read_text("utf-8") for path in sources)))
    assert used == defined


def test_few_rules_are_important() -> None:
    css = "\n".join(path.read_text("utf-8") for path in stylesheet_paths())
    assert css.count("!important") <= MAX_IMPORTANT


def test_base_sheets_come_first() -> None:
    assert tuple(stylesheet_paths()[: len(BASE_SHEETS)]) == BASE_SHEETS


@pytest.mark.asyncio(loop_scope="session")
async def test_pages_link_a_stylesheet_that_browsers_keep_until_it_changes(pages: httpx.ASGITransport) -> None:
    async with httpx.AsyncClient(transport=pages, base_url="http://test") as client:
        [link] = re.findall(r'<link rel="stylesheet" href="([^"]+)">', (await client.get("/login")).text)
        linked = await client.get(link)
        assert link.startswith(f"{SHEET_ADDRESS}?v=")
        assert linked.headers["content-type"] == "text/css; charset=utf-8"
        assert "immutable" in linked.headers["cache-control"]
        assert all(path.read_text("utf-8") in linked.text for path in stylesheet_paths())
        for stale in (SHEET_ADDRESS, f"{SHEET_ADDRESS}?v=0"):
            answer = await client.get(stale)
            assert answer.text == linked.text
            assert answer.headers["cache-control"] == "no-cache"
