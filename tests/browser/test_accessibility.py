"""Every page and state, light and dark, by the rules of axe-core: WCAG 2.2 up to AA, and its best practices."""

import os
from typing import Literal

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import ADMIN
from tests.support.servers.manual_model import ManualModel
from tests.support.servers.server_process import ROOT, ServerProcess
from tests.support.users.browser_user import PASSWORD, BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AXE_PATH = ROOT / ".ci" / "node_modules" / "axe-core" / "axe.min.js"
# The running app is foreign: what it shows is its author's.
RUN_SCRIPT = """async (rules) => {
  const options = { iframes: false, preload: false, resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
  const { violations } = await axe.run(document, options);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, html }) => `${id}: ${target.join(" ")}: ${html.slice(0, 160)}`));
}"""
THEMES: dict[Literal["light", "dark"], list[str] | None] = {
    "light": None,
    "dark": ["color-contrast", "link-in-text-block"],
}
"""The rules for each; the others find the same in both."""
ANSWER = "### FILE: main.py\n```python\nvalue = {}\n```\n\n### FILE: web/app.js\n```js\nlet a = 1;\n```\n"


class InspectedUser(BrowserUser):
    """Collects what is wrong on each page that they see."""

    def __init__(self, *of_window: object) -> None:
        super().__init__(*of_window)  # type: ignore[arg-type]
        self.axe = ""
        self.violations: list[str] = []

    async def inspect(self, state: str) -> None:
        """Look at the page in both themes."""
        await self.page.evaluate(f"() => {{ {self.axe} }}")
        for theme, rules in THEMES.items():
            await self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            await expect(self.page.locator("body.body--dark")).to_have_count(int(theme == "dark"))
            found = await self.page.evaluate(RUN_SCRIPT, rules)
            self.violations += [f"{state}, {theme}: {each}" for each in found]

    async def inspect_at(self, *paths: str) -> None:
        """Go there, and look."""
        for path in paths:
            await self.page.goto(self.url + path)
            await self.inspect(path)


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE_PATH.exists():
        assert not os.environ.get("CI"), "CI must have axe-core"
        pytest.skip("needs axe-core: npm install --prefix .ci")
    return AXE_PATH.read_text(encoding="utf-8")


async def test_no_page_and_no_state_breaks_a_rule(
    chromium: Browser, product: ServerProcess, manual_model: ManualModel, axe: str
) -> None:
    visitor = await InspectedUser.open_window(chromium, product.url)
    visitor.axe = axe
    await visitor.inspect_at("/login", "/register", "/nowhere", "/s/nothing")
    await visitor.register("axe")
    await visitor.inspect("home, empty")
    await visitor.create_project(name="Choir")
    await visitor.inspect("studio, empty")
    await inspect_runs(visitor, manual_model)
    await visitor.press("Share")
    await visitor.press("Make a link")
    link = await visitor.page.get_by_role("textbox", name="Link").input_value()
    await visitor.inspect("studio, share")
    await visitor.inspect_at("/", "/settings")
    await visitor.page.goto(link)
    await expect(visitor.page.locator(".cm-line").first).to_be_visible()
    await visitor.inspect("shared")
    await visitor.context.clear_cookies()
    await visitor.page.goto(f"{product.url}/login")
    await visitor.fill_credentials(ADMIN, PASSWORD)
    await visitor.press("Sign in")
    await visitor.page.wait_for_url(f"{product.url}/")
    await visitor.inspect_at(*(f"/settings/{path}" for path in ("people", "installation", "audit", "health")))
    await visitor.context.close()
    assert not visitor.violations, "\n".join(visitor.violations)


async def inspect_runs(visitor: InspectedUser, manual_model: ManualModel) -> None:
    """A side while it is written, when it has ended in each way, and what opens over it."""
    page = visitor.page

    async def finish(value: int) -> None:
        manual_model.write(ANSWER.format(value))
        manual_model.finish()
        await visitor.wait_until_idle()

    await visitor.press("Generate Backend (Live)")
    manual_model.write(ANSWER[:35])
    await visitor.expect_text("Writing main.py")
    await visitor.inspect("studio, writing")
    await finish(1)
    await visitor.inspect("studio, finished")
    await inspect_popups(visitor)
    await page.get_by_label("Ask for a change of the backend").fill("another")
    await visitor.press("Refine")
    await finish(2)
    await visitor.press("Compare")
    await expect(page.locator(".lw-diff-row").first).to_be_visible()
    await visitor.inspect("studio, compare")
    await visitor.press("Close")
    await expect(page.locator(".lw-compare")).to_have_count(0)
    await page.get_by_role("tab", name="Frontend").click()
    await visitor.press("Generate Frontend (Live)")
    manual_model.disconnect()
    await expect(visitor.button("Try again")).to_be_visible()
    await visitor.inspect("studio, failed")


async def inspect_popups(visitor: InspectedUser) -> None:
    """What keys open, and a file that is edited."""
    page = visitor.page
    await page.get_by_role("tab", name="Backend").focus()
    await page.keyboard.press("?")
    await visitor.inspect("studio, keys")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+Shift+f")
    await page.keyboard.type("value")
    await expect(page.locator(".lw-palette").get_by_role("option").first).to_be_visible()
    await visitor.inspect("studio, found")
    await page.keyboard.press("Escape")
    await visitor.press("Edit")
    await visitor.press("Delete file")
    await visitor.press("New file")
    await page.locator("[data-testid=code-backend] .cm-content").press("Control+f")
    await visitor.inspect("studio, edit")
    await visitor.press("Discard")
    await visitor.press("Discard all of it")
