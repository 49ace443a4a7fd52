"""Which side of a project is in front and how it is looked at: a reload shows the same."""

import pytest
from playwright.async_api import expect

from tests.support.servers.manual_model import ManualModel
from tests.support.users.browser_user import BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PAGE = "### FILE: index.html\n```html\n<!doctype html>\n<title>t</title>\n<p>hello</p>\n```\n"


async def test_a_reload_shows_the_same_view(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await visitor.create_project()
    await visitor.press("Generate Frontend (Live)")
    manual_model.write(PAGE)
    manual_model.finish()
    await visitor.wait_for_code(PAGE, "frontend")
    await visitor.wait_until_idle()
    for look in ("Split", "App", "Code"):
        await visitor.press(look)
        await visitor.page.wait_for_url(f"**look={look.lower()}")
        await visitor.page.reload()
        await expect(visitor.page.get_by_role("tab", name="Frontend")).to_have_attribute("aria-selected", "true")
        await expect(visitor.button(look)).to_have_attribute("aria-pressed", "true")
        await expect(visitor.page.locator("[data-testid=code-frontend]")).to_be_visible(visible=look != "App")
        await expect(visitor.page.locator(".lw-app-view")).to_be_visible(visible=look != "Code")


async def test_a_side_that_was_chosen_stays_in_front_while_the_other_is_written(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await visitor.create_project()
    await visitor.press("Generate Frontend (Live)")
    manual_model.write("<p>")
    await visitor.wait_for_code("<p>", "frontend")
    await visitor.page.get_by_role("tab", name="Backend").click()
    await visitor.page.wait_for_url("**side=backend**")
    await visitor.page.reload()
    await expect(visitor.page.get_by_role("tab", name="Backend")).to_have_attribute("aria-selected", "true")
    manual_model.finish()


@pytest.mark.parametrize("nonsense", ["?side=middle&look=away", "?look=split", "?side=&look="])
async def test_an_address_that_makes_no_sense_opens_the_studio_all_the_same(
    visitor: BrowserUser, nonsense: str
) -> None:
    await visitor.create_project()
    await visitor.page.goto(visitor.page.url + nonsense)
    await expect(visitor.page.get_by_role("tab", name="Backend")).to_have_attribute("aria-selected", "true")
    await visitor.expect_text("The Backend of")
