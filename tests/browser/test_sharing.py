"""A link to a project: a guest in another browser sees it being written, and its app, until the link ends."""

import pytest
from playwright.async_api import Browser, expect

from core.catalog.stacks import Side
from tests.support.servers.manual_model import ManualModel
from tests.support.users.app_user import answer, app
from tests.support.users.browser_user import BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PAGE = {"index.html": "<!doctype html>\n<title>t</title>\n<p>Hello, reader</p>"}


async def test_a_guest_sees_it_written_and_run_until_the_link_ends(
    visitor: BrowserUser, manual_model: ManualModel, chromium: Browser
) -> None:
    await visitor.create_project(prompt="A secret requirement.")
    await visitor.press("Share")
    await visitor.press("Make a link")
    link = await visitor.page.get_by_role("textbox", name="Link").input_value()
    await visitor.press("Close")
    guest = await BrowserUser.open_window(chromium, visitor.url, viewport={"width": 390, "height": 844})
    await guest.page.goto(link)
    await guest.expect_text("2 watching")
    await visitor.expect_text("1 watching")
    await visitor.press("Generate Frontend (Live)")
    text = answer(PAGE)
    manual_model.write(text[:40])
    await guest.page.get_by_role("tab", name="Frontend").click()
    await guest.wait_for_code(text[:40], Side.FRONTEND)
    await expect(guest.page.locator(".lw-live-badge").locator("visible=true")).to_have_count(1)
    manual_model.write(text[40:])
    manual_model.finish()
    await guest.wait_until_idle()
    await guest.page.get_by_role("tab", name="App").click()
    await expect(app(guest).get_by_text("Hello, reader")).to_be_visible()
    width = await guest.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    assert "secret" not in await guest.page.content()
    await visitor.press("Share")
    await visitor.press("End this link")
    await guest.expect_text("There is nothing to see at this link.")
    await guest.context.close()
    assert (guest.foreign_requests, guest.script_errors) == ([], [])
