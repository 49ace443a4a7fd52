"""Apps to start from, where nobody has written requirements yet."""

import pytest
from playwright.async_api import expect

from core.catalog.starters import STARTERS
from tests.support.users.browser_user import BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_starter_fills_a_new_project_until_something_is_written(visitor: BrowserUser) -> None:
    await visitor.press("New project")
    name, prompt = visitor.page.get_by_label("Name"), visitor.page.get_by_label("What should it do?")
    await expect(visitor.page.locator(".lw-starter-chips button")).to_have_count(len(STARTERS))
    for starter in STARTERS[:2]:
        await visitor.press(starter.name)
        await expect(prompt).to_have_value(starter.prompt)
        await expect(name).to_have_value(starter.name)
    await name.fill("Mine")
    await visitor.press("Quiz")
    await expect(name).to_have_value("Mine")
    await prompt.fill("Something of my own.")
    await expect(visitor.button("Quiz")).to_have_count(0)


async def test_an_example_of_the_list_of_projects_makes_a_project(visitor: BrowserUser) -> None:
    await visitor.page.locator(".lw-project-card.examples button", has_text="guestbook").click()
    await expect(visitor.page.get_by_label("Name")).to_have_value("Guestbook")
    await visitor.press("Create")
    await visitor.page.wait_for_url("**/projects/*")
    guestbook = next(starter for starter in STARTERS if starter.name == "Guestbook")
    await expect(visitor.page.get_by_label("What should it do?")).to_have_value(guestbook.prompt)


async def test_a_starter_fills_emptied_requirements_and_is_kept(visitor: BrowserUser) -> None:
    await visitor.create_project(prompt="A todo list.")
    prompt = visitor.page.get_by_label("What should it do?")
    await expect(visitor.button("Notes")).to_have_count(0)
    await prompt.fill("")
    await visitor.press("Notes")
    notes = next(starter for starter in STARTERS if starter.name == "Notes")
    await expect(prompt).to_have_value(notes.prompt)
    await expect(visitor.button("Notes")).to_have_count(0)
    await visitor.page.reload()
    await expect(prompt).to_have_value(notes.prompt)
