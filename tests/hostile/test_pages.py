"""Hostile content in the pages: while somebody looks at it in Chromium, nobody else waits for it."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.support.browser_setup import launched_browser, nice_browser
from tests.support.hostile_content.product import HOSTILE, Delays, running_product, watched
from tests.support.users.browser_user import BrowserUser

pytestmark = [pytest.mark.slow, pytest.mark.browser]

BOUND = 240.0
MAX_LATE_SHARE = 0.5
"""Chromium draws on the same processors, and what a page is made of is made in the event loop."""
MAX_PAUSE_SECONDS = 3.0
"""What this file guards against held up everybody for many seconds, or for good."""
SHOWN = ("blocks without names", "a thousand files", "shuffled lines", "deep HTML", "assignments of ids")
"""One of each kind that a page shows in another way: a tree, lines, a page, a script."""


async def look_at(browser: Browser, url: str, number: int, name: str) -> None:
    """Have it written twice, watch, look at the app, compare the versions, and load the page again."""
    visitor = await BrowserUser.open_window(browser, url)
    try:
        await visitor.register(f"visitor{number}")
        await visitor.create_project(prompt=f"{HOSTILE}{name}.")
        for _ in range(2):
            await visitor.press("Generate Frontend (Live)")
            await visitor.expect_text("Saved now")
            await visitor.wait_until_idle()
        await visitor.press("App")
        await visitor.page.reload()
        await expect(visitor.page.get_by_test_id("code-frontend")).to_be_attached()
    finally:
        # A page that its own content keeps busy does not answer; its window is closed all the same.
        await visitor.context.close()


async def test_nobody_waits_for_a_page_of_hostile_content(tmp_path: Path) -> None:
    delays = Delays()
    async with (
        asyncio.timeout(BOUND),
        launched_browser(path=nice_browser(tmp_path)) as browser,
        running_product(tmp_path) as product,
        watched(product.url, delays),
    ):
        for number, name in enumerate(SHOWN):
            await look_at(browser, product.url, number, name)
    assert delays.late(MAX_LATE_SHARE, MAX_PAUSE_SECONDS) == []
