"""Keys, the palette, the search in all files, and where the focus is, in Chromium."""

import pytest
from playwright.async_api import expect

from tests.support.servers.manual_model import ManualModel
from tests.support.users.browser_user import BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

VOTES = "### FILE: app/votes.py\n```python\nclass Vote:\n    pass\n```\n\n"
ANSWER = f"### FILE: main.py\n```python\nfrom app import votes\n\nprint(votes)\n```\n\n{VOTES}"

LONG = f"{'x' * 99}\n" * 3_000  # more than a socket takes in one message
PASTE = """(editor, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


async def written(visitor: BrowserUser, manual_model: ManualModel, text: str = ANSWER, side: str = "backend") -> None:
    await visitor.press(f"Generate {side.capitalize()} (Live)")
    manual_model.write(text)
    manual_model.finish()
    await visitor.wait_for_code(text, side)
    await visitor.wait_until_idle()


async def test_files_lines_versions_and_commands_are_found_by_typing(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    page, palette = visitor.page, visitor.page.locator(".lw-palette")
    await visitor.create_project()
    await written(visitor, manual_model)
    await page.keyboard.press("Control+p")
    await page.keyboard.type("vot")
    await expect(palette.get_by_role("option", selected=True)).to_contain_text("app/votes.py")
    await page.keyboard.press("Enter")
    await expect(palette).not_to_be_visible()
    await expect(page.locator(".lw-code-toolbar:visible span")).to_have_text("app/votes.py")
    await page.keyboard.press("Control+Shift+f")
    await page.keyboard.type("vote")
    await expect(palette.get_by_role("status")).to_have_text("3 lines in 2 files")
    await palette.get_by_role("button", name="Match case").click()
    await expect(palette.get_by_role("status")).to_have_text("2 lines in 1 file")
    await palette.get_by_role("option", name="print(votes)").click()
    await expect(page.locator(".lw-code-toolbar:visible span")).to_have_text("main.py")
    await expect(page.locator("[data-testid=code-backend] .cm-content")).to_be_focused()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("> front")
    await palette.get_by_role("option", name="Frontend 2", exact=True).click()
    await expect(page.get_by_role("tab", name="Frontend")).to_have_attribute("aria-selected", "true")


async def test_single_keys_are_for_those_who_do_not_type_and_can_be_switched_off(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    page, keys = visitor.page, visitor.page.get_by_role("dialog", name="Keys")
    backend, frontend = (page.get_by_role("tab", name=name) for name in ("Backend", "Frontend"))
    await visitor.create_project()
    await page.get_by_label("What should it do?").press_sequentially("2?")
    await expect(backend).to_have_attribute("aria-selected", "true")
    await backend.focus()
    await page.keyboard.press("ArrowRight")
    await expect(frontend).to_be_focused()
    await expect(frontend).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("1")
    await expect(backend).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("?")
    await expect(keys).to_contain_text("Stop the run")
    await keys.get_by_role("switch", name="Single keys").click()
    await page.keyboard.press("Escape")
    await expect(keys).not_to_be_visible()
    await page.reload()
    await frontend.focus()
    await page.keyboard.press("?")
    await page.keyboard.press("Control+p")
    await expect(page.get_by_role("dialog", name="Go to a file")).to_be_visible()
    await expect(keys).not_to_be_visible()
    await page.keyboard.press("Escape")
    await expect(frontend).to_be_focused()
    await visitor.press("Generate Frontend (Live)")
    # The button cannot be pressed any more, and hands the focus to its neighbour.
    await expect(visitor.button("Generate Backend (Live)")).to_be_focused()
    manual_model.finish()


async def test_a_file_is_edited_by_hand_and_saved_as_a_version(visitor: BrowserUser, manual_model: ManualModel) -> None:
    page, editor = visitor.page, visitor.page.locator("[data-testid=code-backend] .cm-content")
    await visitor.create_project()
    await written(visitor, manual_model)
    await page.keyboard.press("Escape")
    await expect(visitor.button("Edit")).to_be_visible()  # not before the review
    await editor.focus()
    await page.keyboard.press("e")
    await editor.press("Control+z")  # that the text was put there is nothing to undo
    await expect(editor).to_contain_text("print(votes)")
    await editor.press("Control+Home")
    await page.keyboard.type("# mine\n")
    await visitor.expect_text("1 file changed, not saved")
    await page.reload()
    await visitor.expect_text("1 file changed, not saved")
    await expect(editor).to_contain_text("# mine")
    await page.get_by_label("Ask for a change of the backend").fill("more")
    await visitor.press("Refine")
    await visitor.expect_text("Save what you changed by hand as a version")
    await visitor.press("Edit")
    await visitor.press("Delete file")
    await expect(editor).not_to_contain_text("print(votes)")
    await visitor.press("Keep it")
    await expect(editor).to_contain_text("print(votes)")
    await editor.press("Control+Home")
    await page.keyboard.type("# mine\n")
    await visitor.press("New file")
    await page.get_by_label("Path of the new file").fill("app/Votes.py")
    await visitor.press("Add")
    await visitor.expect_text("There is a file of this path")
    await page.get_by_label("Path of the new file").fill("notes.txt")
    await visitor.press("Add")
    await expect(page.locator(".lw-code-toolbar:visible span")).to_have_text("notes.txt")
    await editor.evaluate(PASTE, LONG)
    await visitor.expect_text("2 files changed, not saved")
    await visitor.press("Save as new version")
    await visitor.expect_text("Edited by hand")
    await expect(page.locator(".lw-edit-strip")).to_have_count(0)
    await expect(page.locator(".lw-file-tree:visible")).to_contain_text("notes.txt")
    await page.locator(".lw-file-tree:visible").get_by_title("main.py").click()
    await expect(editor).to_contain_text("# mine")
    version = page.url
    await page.locator(".lw-version").last.click()
    await expect(editor).not_to_contain_text("# mine")
    await page.goto(version)
    await expect(editor).to_contain_text("# mine")
    assert await page.title() == "Todo · Livewright"
