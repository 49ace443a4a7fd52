"""The settings in a browser: a key is made, copied and used; the account goes, and its page with it."""

import httpx
import pytest
from playwright.async_api import expect

from tests.support.users.browser_user import PASSWORD, BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_key_is_copied_and_works_until_the_account_is_deleted(visitor: BrowserUser) -> None:
    await visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await visitor.page.get_by_label(f"Account of {visitor.name}").click()
    await visitor.page.get_by_text("Settings").click()
    await visitor.page.wait_for_url("**/settings")
    await visitor.press("New key…")
    await visitor.page.get_by_label("Name").fill("ci-nightly")
    await visitor.press("Make key")
    await visitor.press("Copy key")
    await expect(visitor.button("Copied")).to_be_visible()
    key = await visitor.page.evaluate("navigator.clipboard.readText()")
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=visitor.url, headers=headers) as program:
        assert (await program.get("/api/auth/me")).json()["username"] == visitor.name
        await visitor.press("Done")
        await visitor.expect_text("used now")
        await visitor.page.set_viewport_size({"width": 390, "height": 844})
        assert await visitor.page.evaluate("document.documentElement.scrollWidth") <= 390
        await visitor.press("Delete account…")
        await visitor.page.get_by_label("Your password").fill(PASSWORD)
        await visitor.press("Delete account")
        await visitor.page.wait_for_url("**/login**")
        assert (await program.get("/api/auth/me")).status_code == 401
