"""What is wrong with a version, its forms, and what is done with versions, before the real product."""

import pytest
from playwright.async_api import Locator, expect

from tests.support.servers.manual_model import ManualModel
from tests.support.users.browser_user import BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

UGLY = "x = {'a':1}\n"
NEAT = "x = {'a': 1}\n"
BAD = "for y in:\n    pass\n"


def file(path: str, text: str, tag: str = "python") -> str:
    return f"### FILE: {path}\n```{tag}\n{text}```\n"


async def written(visitor: BrowserUser, manual_model: ManualModel, *files: str) -> None:
    """A version that the model has written, looked at to its end."""
    await visitor.press("Generate Backend (Live)")
    await finished(visitor, manual_model, *files)


async def finished(visitor: BrowserUser, manual_model: ManualModel, *files: str) -> None:
    manual_model.write("".join(files))
    manual_model.finish()
    await visitor.wait_for_code("".join(files))
    await visitor.wait_until_idle()
    await expect(visitor.page.get_by_text("Checking…").locator("visible=true")).to_have_count(0)


def tree(visitor: BrowserUser, path: str) -> Locator:
    return visitor.page.locator(".lw-file-tree:visible button").filter(has_text=path)


def shown(visitor: BrowserUser) -> Locator:
    return visitor.page.locator("[data-testid=code-backend] .cm-content")


async def menu(visitor: BrowserUser, number: int, item: str) -> None:
    await visitor.page.get_by_label(f"More for version {number}", exact=True).locator("visible=true").click()
    await visitor.page.locator(".q-menu .q-item").filter(has_text=item).click()


async def test_a_problem_is_in_the_tree_the_gutter_and_the_list_and_leads_there(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await visitor.create_project()
    await written(visitor, manual_model, file("main.py", NEAT), file("bad.py", BAD))
    await expect(tree(visitor, "bad.py").locator(".lw-problem-count")).to_have_text("1")
    await tree(visitor, "main.py").click()
    await visitor.page.locator(".lw-problems .lw-folded-list-title:visible").click()
    await visitor.page.locator(".lw-problems .lw-folded-list-entries button:visible").click()
    await expect(shown(visitor)).to_contain_text("for y in:")
    mark = visitor.page.locator("[data-testid=code-backend] .lw-problem-mark[title]").last
    await expect(mark).to_be_visible()
    assert await mark.get_attribute("title")
    await expect(visitor.page.locator(".lw-version").first).to_contain_text("1 problem")


async def test_a_finished_file_is_checked_while_the_rest_is_written(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await visitor.create_project()
    await visitor.press("Generate Backend (Live)")
    manual_model.write(file("bad.py", BAD) + "### FILE: main.py\n```python\nx =")
    await expect(tree(visitor, "bad.py").locator(".lw-problem-count")).to_have_text("1")
    manual_model.finish()
    await visitor.wait_until_idle()


async def test_a_file_is_shown_formatted_or_as_written(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await visitor.create_project()
    await written(visitor, manual_model, file("main.py", UGLY))
    await expect(shown(visitor)).to_contain_text(NEAT.strip())
    await visitor.press("As written")
    await expect(shown(visitor)).to_contain_text(UGLY.strip())
    await visitor.press("Formatted")
    await expect(shown(visitor)).to_contain_text(NEAT.strip())
    assert await visitor.code() == file("main.py", UGLY)


async def test_a_fix_becomes_current_and_shows_what_it_changed(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await visitor.create_project()
    await written(visitor, manual_model, file("main.py", NEAT), file("bad.py", BAD))
    await visitor.press("Fix 1 problem")
    await finished(visitor, manual_model, file("bad.py", "for y in []:\n    pass\n"))
    await expect(tree(visitor, "bad.py").locator(".lw-change-mark")).to_have_text("M")
    await expect(tree(visitor, "main.py")).to_be_visible()
    await expect(visitor.page.locator(".lw-version").first).to_contain_text("current")
    await expect(visitor.button("Fix 1 problem")).to_have_count(0)


async def test_a_fix_that_is_worse_says_so_and_stays_behind(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await visitor.create_project()
    await written(visitor, manual_model, file("bad.py", BAD))
    await visitor.press("Fix 1 problem")
    await finished(visitor, manual_model, file("bad.py", BAD), file("worse.py", BAD))
    await visitor.expect_text("This has 2 problems where the version before has 1: that one stays.")
    await expect(visitor.page.locator(".lw-version").last).to_contain_text("current")


async def test_two_versions_are_compared_and_hostile_code_in_them_is_inert(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await visitor.create_project()
    await written(visitor, manual_model, file("main.py", "a = 1\nb = 2\n"))
    evil = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    await visitor.page.get_by_label("Ask for a change of the backend").fill("more")
    await visitor.press("Refine")
    await finished(visitor, manual_model, file("main.py", f"a = 1\nc = '{evil}'\n"))
    await visitor.press("Compare")
    dialog = visitor.page.locator(".lw-compare")
    await expect(dialog.locator(".lw-diff.split .new")).to_contain_text("document.title")
    await expect(dialog.locator(".lw-diff.split .gone")).to_contain_text("b = 2")
    await dialog.get_by_text("Unified").click()
    await expect(dialog.locator(".lw-diff.unified .lw-diff-row.new")).to_contain_text("<img src=x")
    await expect(dialog.locator(".lw-diff img, .lw-diff script")).to_have_count(0)
    assert "owned" not in await visitor.page.title()
    await visitor.press("Close")


async def test_a_version_is_named_and_the_current_and_the_only_one_are_deleted(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await visitor.create_project()
    await written(visitor, manual_model, file("main.py", NEAT))
    await menu(visitor, 1, "Name")
    await visitor.page.get_by_label("Name", exact=True).fill("the good one")
    await visitor.press("Save")
    await expect(visitor.page.locator(".lw-version").first).to_contain_text("the good one")
    await written(visitor, manual_model, file("main.py", "y = 2\n"))
    await menu(visitor, 2, "Delete")
    await visitor.expect_text("Another version becomes the current one, if there is one with files.")
    await visitor.press("Delete")
    await expect(visitor.page.locator(".lw-version")).to_have_count(1)
    await expect(visitor.page.locator(".lw-version")).to_contain_text("current")
    await visitor.wait_for_code(file("main.py", NEAT))
    await menu(visitor, 1, "Delete")
    await visitor.press("Delete")
    await visitor.expect_text("The Backend of")


async def test_problems_are_fixed_once_by_themselves_where_that_is_wanted(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await visitor.create_project()
    await written(visitor, manual_model, file("main.py", NEAT))
    await visitor.page.get_by_text("Fix by itself, at most twice").click()
    manual_model.write(file("bad.py", BAD))
    manual_model.finish()
    manual_model.write(file("bad.py", "for y in []:\n    pass\n"))
    manual_model.finish()
    await visitor.press("Generate Backend (Live)")
    await expect(visitor.page.locator(".lw-version")).to_have_count(3)
    await expect(visitor.page.locator(".lw-version").first).to_contain_text("Fix 1 problem")
    await visitor.wait_until_idle()


async def test_a_version_with_problems_has_a_mark_of_its_own(visitor: BrowserUser, manual_model: ManualModel) -> None:
    await visitor.create_project()
    await written(visitor, manual_model, file("main.py", NEAT))
    await written(visitor, manual_model, file("bad.py", BAD))
    entries = visitor.page.locator(".lw-version")
    await expect(entries.first.get_by_role("img", name="finished, with 1 problem")).to_be_visible()
    await expect(entries.last.get_by_role("img", name="finished", exact=True)).to_be_visible()
    await expect(entries.first).to_contain_text("+2")


async def test_an_open_menu_stays_while_another_version_is_written(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await visitor.create_project()
    await written(visitor, manual_model, file("main.py", NEAT))
    await visitor.press("Generate Backend (Live)")
    manual_model.write("### FILE: main.py\n")
    await visitor.expect_text("v2 · writing")
    await visitor.page.get_by_label("More for version 1", exact=True).click()
    item = visitor.page.locator(".q-menu .q-item").filter(has_text="Name…")
    await expect(item).to_be_visible()
    manual_model.write("```python\ny = 2\n```\n")
    manual_model.finish()
    await visitor.wait_until_idle()
    await expect(visitor.page.get_by_label("More for version 2", exact=True)).to_be_visible()
    await expect(visitor.page.locator(".lw-version").last).not_to_contain_text("current")
    await item.click()
    await visitor.expect_text("Name this version")


async def test_another_tab_shows_at_once_whether_problems_are_fixed_by_themselves(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await visitor.create_project()
    await written(visitor, manual_model, file("main.py", NEAT))
    other = await visitor.open_tab()
    here, there = (v.page.get_by_role("switch", name="Fix by itself, at most twice") for v in (visitor, other))
    for _ in range(2):
        await expect(there).to_be_visible()
        on = not await there.is_checked()
        await here.click()
        await expect(there).to_be_checked(checked=on, timeout=2000)
        await expect(here).to_be_checked(checked=on)
