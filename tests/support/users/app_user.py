"""What a user does with a running app: has it written, and looks at it and at its console."""

from playwright.async_api import FrameLocator, Locator, expect

from core.catalog.stacks import Side
from tests.support.servers.manual_model import ManualModel
from tests.support.users.browser_user import BrowserUser

START_MILLISECONDS = 60_000
"""Milliseconds that Python may take to start on a busy machine."""


def answer(files: dict[str, str]) -> str:
    """What a model writes for these files."""
    return "\n".join(f"### FILE: {path}\n```{path.rpartition('.')[2]}\n{text}\n```\n" for path, text in files.items())


async def write(
    visitor: BrowserUser, model: ManualModel, side: Side, files: dict[str, str], stack: str | None = None
) -> None:
    """Have these files written, by a stack of this name."""
    if stack:
        await visitor.page.get_by_label("Back end" if side is Side.BACKEND else "Front end").click()
        await visitor.page.get_by_role("option", name=stack).click()
    await visitor.press(f"Generate {side.capitalize()} (Live)")
    model.write(answer(files))
    model.finish()
    await visitor.wait_for_code(answer(files), side)
    await visitor.wait_until_idle()


async def run(
    visitor: BrowserUser, model: ManualModel, side: Side, files: dict[str, str], stack: str | None = None
) -> None:
    """The same, until what they make is in the app's frame in place of what was there before."""
    await visitor.page.evaluate("document.querySelector('[data-testid=app]')?.setAttribute('data-before', '')")
    await write(visitor, model, side, files, stack)
    shown = visitor.page.locator("[data-testid=app]:not([data-before]):not([data-live])")
    await expect(shown).to_have_count(1, timeout=START_MILLISECONDS)


async def reload(visitor: BrowserUser) -> None:
    """Press Reload, and wait until another page is in the frame."""
    await visitor.page.evaluate("document.querySelector('[data-testid=app]')?.setAttribute('data-before', '')")
    await visitor.press("Reload")
    await expect(visitor.page.locator("[data-testid=app]:not([data-before])")).to_have_count(1)


def app(visitor: BrowserUser) -> FrameLocator:
    """What is in the app's frame."""
    return visitor.page.frame_locator("[data-testid=app]")


def console(visitor: BrowserUser) -> Locator:
    """What is below it."""
    return visitor.page.get_by_test_id("app-console")


async def open_tab(visitor: BrowserUser, name: str) -> None:
    """Look at one list of the console."""
    tab = console(visitor).get_by_role("tab", name=name)
    if await tab.get_attribute("aria-selected") != "true":
        await tab.press("Enter")  # wherever it moves meanwhile
    await expect(tab).to_have_attribute("aria-selected", "true")
