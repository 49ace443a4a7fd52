"""Plain pages, used in Chromium without a network: what a front end of another stack does is not found out here."""

import mimetypes
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from playwright.async_api import Error, Locator, Page, Route

from core.files.source_file import SourceFile
from tests.evaluation.case import Act
from tests.support.browser_setup import launched_browser

RUN_STACK = "html"
ADDRESS = "http://app.test/"
ACT_TIMEOUT = 1500
"""Milliseconds; a page that does what it should does it at once."""
TEXT_FIELD = "textarea, input:not([type]), input[type=text], input[type=search]"


async def use_page(files: Sequence[SourceFile], acts: Sequence[Act], stack: str) -> tuple[bool | None, int | None]:
    """Whether the page opens without an error of its scripts, and how many acts succeed; None for other stacks."""
    page_file = next((file for file in files if file.path.endswith("index.html")), None)
    if stack != RUN_STACK:
        return None, None
    if page_file is None:
        return False, 0
    async with launched_browser() as browser:
        page = await browser.new_page()
        errors: list[Error] = []

        def note_error(error: Error) -> None:  # Playwright takes no built-in function
            errors.append(error)

        page.on("pageerror", note_error)
        await page.route("**/*", lambda route: _answer(route, files))
        await page.goto(f"{ADDRESS}{page_file.path}")
        starts = not errors
        return starts, sum([await _succeeds(page, act) for act in acts])


async def _answer(route: Route, files: Sequence[SourceFile]) -> None:
    address = urlsplit(route.request.url)
    file = next((file for file in files if file.path == unquote(address.path).lstrip("/")), None)
    if file is None or address.netloc != urlsplit(ADDRESS).netloc:
        await route.abort()
        return
    kind = mimetypes.guess_type(file.path)[0] or "text/plain"
    await route.fulfill(body=file.text, content_type=f"{kind}; charset=utf-8")


async def _succeeds(page: Page, act: Act) -> bool:
    try:
        match act.kind:
            case "fill":
                await _field(page, act.name).fill(act.value, timeout=ACT_TIMEOUT)
            case "click":
                await _button(page, act.name).click(timeout=ACT_TIMEOUT)
            case "see":
                await page.get_by_text(act.name).first.wait_for(state="visible", timeout=ACT_TIMEOUT)
            case "miss":
                await page.get_by_text(act.name).first.wait_for(state="hidden", timeout=ACT_TIMEOUT)
    except Error:
        return False
    return True


def _field(page: Page, name: str) -> Locator:
    if not name:
        return page.locator(TEXT_FIELD).first
    return page.get_by_label(name).or_(page.get_by_placeholder(name)).first


def _button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name or None).first
