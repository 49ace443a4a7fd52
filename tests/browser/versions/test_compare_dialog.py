"""Versions compared in Chromium: folds, files of any size, and code that means harm."""

import pytest
from playwright.async_api import Locator, expect

from tests.support.servers.manual_model import ManualModel
from tests.support.users.browser_user import BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LINES = [f"value_{n} = {n}  # é ü 😀\n" for n in range(6000)]


def file(path: str, text: str) -> str:
    return f"### FILE: {path}\n```python\n{text}```\n"


async def written(visitor: BrowserUser, manual_model: ManualModel, text: str) -> None:
    manual_model.write(text, size=4000)
    manual_model.finish()
    await visitor.wait_for_code(text)
    await visitor.wait_until_idle()


async def compared(visitor: BrowserUser, manual_model: ManualModel, before: str, after: str) -> Locator:
    """The dialog with two versions of a back end."""
    await visitor.create_project()
    await visitor.press("Generate Backend (Live)")
    await written(visitor, manual_model, before)
    await visitor.page.get_by_label("Ask for a change of the backend").fill("another")
    await visitor.press("Refine")
    await written(visitor, manual_model, after)
    await visitor.press("Compare")
    return visitor.page.locator(".lw-compare")


async def test_what_did_not_change_is_folded_until_it_is_wanted(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    lines = LINES[:40]
    after = [*lines[:20], "value_20 = 21  # é ü 😀\n", *lines[21:]]
    dialog = await compared(visitor, manual_model, file("main.py", "".join(lines)), file("main.py", "".join(after)))
    await expect(dialog.locator(".lw-diff-row.new .lw-diff-changed")).to_have_text("21")
    await expect(dialog.locator(".lw-diff-row.gone .lw-diff-changed")).to_have_text("20")
    await expect(dialog.locator(".lw-diff-row", has_text="value_3 =")).to_have_count(0)
    await dialog.get_by_role("button", name="… 17 unchanged lines").click()
    await expect(dialog.locator(".lw-diff-row", has_text="value_3 =")).to_have_count(2)
    await dialog.get_by_role("button", name="Unified").click()
    await expect(dialog.locator(".lw-diff-pair")).to_have_count(0)  # what is side by side has such a button, too
    await dialog.get_by_role("button", name="… 16 unchanged lines").click()
    await expect(dialog.locator(".lw-diff-row", has_text="value_30 =")).to_have_count(1)


async def test_a_long_file_that_was_written_anew_comes_in_portions(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    before, after = "".join(LINES), "".join(LINES).replace("value", "integer")
    assert len(after.encode()) > 200_000
    dialog = await compared(visitor, manual_model, file("main.py", before), file("main.py", after))
    await expect(dialog.locator(".lw-diff-pair")).to_have_count(1000, timeout=30_000)
    await dialog.get_by_role("button", name="… 5,000 more lines").click()
    await expect(dialog.locator(".lw-diff-pair")).to_have_count(2000)
    await expect(dialog.locator("nav button").first).to_contain_text("+6,000")


async def test_other_versions_are_chosen_and_a_phone_shows_them(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    dialog = await compared(visitor, manual_model, file("main.py", "a = 1\n"), file("more.py", "b = 2\n"))
    await expect(dialog.locator("nav button")).to_contain_text("more.py")
    await visitor.page.set_viewport_size({"width": 390, "height": 844})
    await dialog.get_by_label("To", exact=True).click()
    await visitor.page.locator(".q-menu .q-item", has_text="v1").click()
    await expect(dialog).to_contain_text("These two versions have the same files.")
    assert await visitor.page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_code_that_means_harm_is_only_text_where_it_changed_within_a_line(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    evil = "say = '<img src=x onerror=owned=1>&lt;\"</code></div><script>owned=1</script>{}'\n"
    dialog = await compared(
        visitor, manual_model, file("main.py", evil.format("one")), file("main.py", evil.format("<b onclick=owned=1>"))
    )
    for view in ("Side by side", "Unified"):
        await dialog.get_by_role("button", name=view).click()
        await expect(dialog.locator(".lw-diff-row.new code")).to_have_text(evil.format("<b onclick=owned=1>").rstrip())
        await expect(dialog.locator("img, script, b[onclick]")).to_have_count(0)
    assert await visitor.page.evaluate("typeof owned") == "undefined"
