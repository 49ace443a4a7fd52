"""Every page and state, light and dark, by the rules of axe-core: WCAG 2.2 up to AA, and its best practices."""

import os
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import ADMIN
from tests.support.servers.manual_model import ManualModel
from tests.support.servers.server_process import ROOT, ServerProcess
from tests.support.users.browser_user import PASSWORD, BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AXE_PATH = ROOT / ".ci" / "node_modules" / "axe-core" / "axe.min.js"
# The running app is foreign: what it shows is its author's.
RUN_SCRIPT = """async (rules) => {
  const options = { iframes: false, resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
  const { violations } = await axe.run(document, options);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, html }) => `${id}: ${target.join(" ")}: ${html.slice(0, 160)}`));
}"""
THEMES: dict[Literal["light", "dark"], list[str] | None] = {
    "light": None,
    "dark": ["color-contrast", "link-in-text-block"],
}
"""The rules for each; the others find the same in both."""
ANSWER = "### FILE: main.py\n```python\nimport fastapi\n\nvalue = {number}\n```\n\n### FILE: web/app.js\n```js\nlet a = {number};\n```\n"


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE_PATH.exists():
        assert not os.environ.get("CI"), "CI must have axe-core"
        pytest.skip("needs axe-core: npm install --prefix .ci")
    return AXE_PATH.read_text(encoding="utf-8")


class Inspection:
    """Collects what is wrong on each page that it is shown."""

    def __init__(self, axe: str) -> None:
        self._axe = axe
        self.violations: list[str] = []

    async def inspect(self, page: Page, state: str) -> None:
        """Look at this state in both themes."""
        await page.evaluate(f"() => {{ {self._axe} }}")
        for theme, rules in THEMES.items():
            await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            await expect(page.locator("body.body--dark")).to_have_count(int(theme == "dark"))
            found = await page.evaluate(RUN_SCRIPT, rules)
            self.violations += [f"{state}, {theme}: {each}" for each in found]


async def test_no_page_and_no_state_breaks_a_rule(
    chromium: Browser, product: ServerProcess, manual_model: ManualModel, axe: str
) -> None:
    inspection = Inspection(axe)
    visitor = await BrowserUser.open_window(chromium, product.url)
    page = visitor.page

    async def inspect(state: str, to_inspect: Page = page) -> None:
        await inspection.inspect(to_inspect, state)

    async def finish(number: int) -> None:
        manual_model.write(ANSWER.format(number=number))
        manual_model.finish()
        await visitor.wait_until_idle()

    for path in ("/login", "/register", "/nowhere", "/s/nothing"):
        await page.goto(product.url + path)
        await inspect(path)
    await visitor.register("axe")
    await inspect("home, empty")
    await visitor.create_project(name="Choir")
    await inspect("studio, empty")
    await visitor.press("Generate Backend (Live)")
    manual_model.write(ANSWER[:50])
    await visitor.expect_text("Writing main.py")
    await inspect("studio, writing")
    await finish(1)
    await inspect("studio, finished")
    await visitor.page.get_by_label("Ask for a change of the backend").fill("another")
    await visitor.press("Refine")
    await finish(2)
    await visitor.press("Compare")
    await expect(page.locator(".lw-diff-row").first).to_be_visible()
    await inspect("studio, compare")
    await visitor.press("Close")
    await expect(page.locator(".lw-compare")).to_have_count(0)
    await visitor.press("Share")
    await visitor.press("Make a link")
    link = await page.get_by_role("textbox", name="Link").input_value()
    await inspect("studio, share")
    await visitor.press("Close")
    await page.get_by_role("tab", name="Frontend").click()
    await visitor.press("Generate Frontend (Live)")
    manual_model.disconnect()
    await expect(visitor.button("Try again")).to_be_visible()
    await inspect("studio, failed")
    await page.goto(product.url)
    await inspect("home, filled")
    await page.goto(link)
    await expect(page.locator(".cm-line").first).to_be_visible()
    await inspect("shared")
    await page.goto(product.url + "/settings")
    await inspect("settings")
    await visitor.context.clear_cookies()
    await page.goto(product.url + "/login")
    await visitor.fill_credentials(ADMIN, PASSWORD)
    await visitor.press("Sign in")
    await page.wait_for_url(product.url + "/")
    for path in ("people", "installation", "audit", "health"):
        await page.goto(f"{product.url}/settings/{path}")
        await inspect(f"settings, {path}")
    await visitor.context.close()
    assert not inspection.violations, "\n".join(inspection.violations)
