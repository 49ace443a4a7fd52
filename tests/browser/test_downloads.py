"""Files taken out of the studio, in Chromium: one as it is shown, or all of both sides."""

import zipfile

import pytest
from playwright.async_api import expect

from tests.support.servers.manual_model import ManualModel
from tests.support.users.browser_user import BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BACK = '### FILE: app/main.py\n```python\nprint("é 😀")\n```\n\n### FILE: app/empty.py\n```python\nx = 1\n```\n'
FRONT = "### FILE: index.html\n```html\n<h1>Hello</h1>\n```\n"


async def written(visitor: BrowserUser, manual_model: ManualModel, side: str, text: str) -> None:
    """A run that wrote this."""
    await visitor.press(f"Generate {side.capitalize()} (Live)")
    manual_model.write(text)
    manual_model.finish()
    await visitor.wait_for_code(text, side)
    await expect(visitor.page.locator(".lw-version", has_text="current")).to_have_count(1)


async def test_a_file_is_copied_and_saved_as_it_is_shown(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await visitor.create_project()
    await written(visitor, manual_model, "backend", BACK)
    await visitor.page.get_by_title("app/main.py").locator("visible=true").first.click()
    await visitor.expect_text("17 B")
    await visitor.press("Copy file")
    await expect(visitor.button("Copied")).to_be_visible()
    assert await visitor.page.evaluate("navigator.clipboard.readText()") == 'print("é 😀")\n'
    async with visitor.page.expect_download() as download:
        await visitor.press("Download file")
    saved = await download.value
    assert saved.suggested_filename == "main.py"
    assert (await saved.path()).read_bytes() == 'print("é 😀")\n'.encode()
    await visitor.press("Copy")
    assert await visitor.page.evaluate("navigator.clipboard.readText()") == BACK


async def test_the_whole_answer_is_no_file(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await visitor.create_project()
    await written(visitor, manual_model, "backend", BACK)
    await visitor.press("Whole answer")
    await expect(visitor.button("Copy file")).to_have_count(0)
    await expect(visitor.button("Copy")).to_be_visible()


async def test_the_project_is_downloaded_with_both_sides(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await visitor.create_project("Choir")
    await expect(visitor.button("Download project")).to_have_count(0)
    await written(visitor, manual_model, "backend", BACK)
    await written(visitor, manual_model, "frontend", FRONT)
    async with visitor.page.expect_download() as download:
        await visitor.press("Download project")
    saved = await download.value
    assert saved.suggested_filename == "Choir.zip"
    with zipfile.ZipFile(await saved.path()) as archive:
        assert set(archive.namelist()) == {
            "README.md",
            "backend/app/main.py",
            "backend/app/empty.py",
            "frontend/index.html",
        }
