"""Problems and forms in Chromium: where they lead, and what follows the form that is shown."""

import zipfile

import pytest
from playwright.async_api import expect

from tests.support.servers.manual_model import ManualModel
from tests.support.users.browser_user import BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

UGLY = "x = {'a':1}\n"
NEAT = "x = {'a': 1}\n"
LONG = "".join(f"value_{n} = {{'a':{n}}}\n" for n in range(300))
PAGE = '<!doctype html>\n<title>t</title>\n<p>hello</p>\n<script src="gone.js"></script>\n'
TOP = "document.querySelector('[data-testid=code-backend] .cm-scroller').scrollTop"


async def written(visitor: BrowserUser, manual_model: ManualModel, path: str, text: str, side: str = "backend") -> None:
    await visitor.press(f"Generate {side.capitalize()} (Live)")
    answer = f"### FILE: {path}\n```{path.rpartition('.')[2]}\n{text}```\n"
    manual_model.write(answer)
    manual_model.finish()
    await visitor.wait_for_code(answer, side)
    await visitor.wait_until_idle()
    await expect(visitor.page.get_by_text("Checking…").locator("visible=true")).to_have_count(0)


async def test_what_is_copied_and_downloaded_has_the_form_that_is_shown(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await visitor.create_project()
    await written(visitor, manual_model, "main.py", UGLY)
    await visitor.expect_text("Checked")
    for form, text in (("Formatted", NEAT), ("As written", UGLY)):
        await visitor.press(form)
        await expect(visitor.page.locator(".cm-content:visible")).to_contain_text(text.strip())
        await visitor.press("Copy file")
        assert await visitor.page.evaluate("navigator.clipboard.readText()") == text
        for button in ("Download", "Download project"):
            async with visitor.page.expect_download() as download:
                await visitor.press(button)
            with zipfile.ZipFile(await (await download.value).path()) as archive:
                [name] = [name for name in archive.namelist() if name.endswith("main.py")]
                assert archive.read(name).decode() == text


async def test_the_scroll_position_is_kept_in_the_other_form(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await visitor.create_project()
    await written(visitor, manual_model, "main.py", LONG)
    await visitor.page.locator("[data-testid=code-backend] .cm-scroller").hover()
    await visitor.page.mouse.wheel(0, -100_000)
    await visitor.page.wait_for_function(f"{TOP} === 0")
    await visitor.page.mouse.wheel(0, 1500)
    await visitor.page.wait_for_function(f"{TOP} === 1500")
    await visitor.press("As written")
    await expect(visitor.page.locator(".cm-content:visible")).to_contain_text("{'a':80}")
    await visitor.page.wait_for_function(f"{TOP} === 1500")


async def test_a_problem_leads_from_the_app_to_the_code(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await visitor.create_project()
    await visitor.page.get_by_role("tab", name="Frontend").click()
    await written(visitor, manual_model, "index.html", PAGE, "frontend")
    await visitor.press("App")
    await visitor.page.locator(".lw-problems .lw-folded-list-title:visible").click()
    await visitor.page.locator(".lw-problems .lw-folded-list-entries button:visible").first.click()
    await expect(visitor.page.locator("[data-testid=code-frontend] .lw-problem-line").first).to_be_visible()


async def test_why_a_file_is_not_formatted_is_said(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await visitor.create_project()
    await written(visitor, manual_model, "main.py", "for y in:\n    pass\n")
    await visitor.expect_text("Not formatted: It has syntax errors.")
    await expect(visitor.page.get_by_text("As written").locator("visible=true")).to_have_count(0)
