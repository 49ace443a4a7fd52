"""Apps to start from, where nobody has written requirements yet."""

import re

import pytest
from playwright.async_api import expect

from core.catalog.starters import STARTERS
from tests.support.servers.manual_model import ManualModel
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


async def test_an_example_is_being_written_at_one_press(visitor: BrowserUser, manual_model: ManualModel) -> None:
    quiz = next(starter for starter in STARTERS if starter.name == "Quiz")
    await visitor.page.locator(".lw-example-card", has_text="Quiz").click()
    await visitor.page.wait_for_url("**/projects/*?side=frontend**")
    manual_model.write("<p>")
    await visitor.wait_for_code("<p>", "frontend")
    await expect(visitor.page.get_by_label("What should it do?")).to_have_value(quiz.prompt)
    manual_model.finish()


async def test_the_first_words_are_kept_and_name_the_project_that_they_begin(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    field = visitor.page.get_by_label("What shall we build?")
    await expect(field).to_be_focused()
    await field.press("Control+Enter")
    await visitor.expect_text("Write in a sentence or two what the app should do.")
    await field.fill("A rota for a choir: who sings when.")
    await visitor.page.wait_for_function("!Object.keys(sessionStorage).some(key => key.includes('unsent'))")
    await visitor.page.reload()
    await expect(field).to_have_value("A rota for a choir: who sings when.")
    await field.press("Control+Enter")
    await visitor.page.wait_for_url("**/projects/*?side=backend**")
    manual_model.write("x = 1\n")
    await visitor.wait_for_code("x = 1\n")
    await expect(visitor.page).to_have_title(re.compile("Rota for a choir · Livewright$"))
    manual_model.finish()
    await visitor.page.goto(visitor.url)
    await expect(visitor.page.get_by_role("link", name="Rota for a choir")).to_be_visible()
    await expect(field).not_to_be_visible()


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
