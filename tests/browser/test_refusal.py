"""An answer without any file: whole, but no version to show, and what can be done about it."""

import pytest
from playwright.async_api import expect

from tests.support.servers.manual_model import ManualModel
from tests.support.users.browser_user import BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

REFUSAL = "<think>\nCan I?\n</think>\nI am sorry, I cannot do that.\n"


async def test_an_answer_without_files_says_so_and_is_not_current(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await visitor.create_project()
    await visitor.press("Generate Backend (Live)")
    manual_model.write(REFUSAL.partition("</think>")[0])
    await visitor.expect_text("Can I?")
    await expect(visitor.page.get_by_text("Thinking").locator("visible=true")).to_be_visible()
    manual_model.write("".join(REFUSAL.partition("</think>")[1:]))
    manual_model.finish()
    await visitor.wait_for_code(REFUSAL, "backend")
    await visitor.wait_until_idle()
    await visitor.expect_text("No files in this answer")
    await expect(visitor.page.get_by_role("button", name="Generate again").locator("visible=true")).to_be_visible()
    await expect(visitor.page.get_by_placeholder("Ask for a change").locator("visible=true")).to_be_visible()
    await expect(visitor.page.get_by_text("Checked").locator("visible=true")).to_have_count(0)
