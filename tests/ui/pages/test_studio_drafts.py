"""What is typed on a page and not sent is there again on the next one."""

import pytest
from nicegui import ui

from core.catalog.stacks import Side
from core.projects.drafts import DraftForm, DraftPlace
from core.projects.project import Project
from core.projects.projects import MAX_PROMPT_LENGTH
from core.studio import Studio
from tests.support.engines.scripted_engine import Gate
from tests.support.installation import PASSWORD
from tests.support.users.simulated_user import SimulatedUser, session_of, wait_until

pytestmark = pytest.mark.asyncio(loop_scope="session")

PROMPT, WISH, FIRST = "What should it do?", "Ask for a change of the backend", "What shall we build?"


async def open_studio(user: SimulatedUser, studio: Studio, name: str) -> Project:
    """A new account at the studio of a project."""
    await user.register(name)
    close_page(user)
    user_id = (await studio.accounts.login(name, PASSWORD, "127.0.0.1")).user.id
    project = await studio.projects.create(user_id, "Choir", "A rota.")
    await user.open(f"/projects/{project.id}")
    return project


def close_page(user: SimulatedUser) -> None:
    """Close the page in view, as a reload does."""
    user.client.delete()


async def test_a_wish_that_was_not_sent_is_there_again_and_gone_once_it_is_sent(
    user: SimulatedUser, studio: Studio, engine_gate: Gate
) -> None:
    project = await open_studio(user, studio, "wishful")
    place = DraftPlace(DraftForm.REFINE, project.id, "backend")
    await user.press("Generate Backend (Live)")
    await wait_until(lambda: studio.runs.live_run(project.id, Side.BACKEND))
    engine_gate.open()
    await wait_until(lambda: not studio.runs.live_run(project.id, Side.BACKEND))
    await user.fill_fields({WISH: "darker"})
    close_page(user)
    await user.open(f"/projects/{project.id}")
    await user.expect_field(WISH, "darker")
    await user.press("Refine")
    await user.expect_field(WISH, "")
    while await studio.drafts.find(project.user_id, place):
        pass


async def test_requirements_are_saved_while_they_are_typed_and_too_long_ones_kept(
    user: SimulatedUser, studio: Studio
) -> None:
    project = await open_studio(user, studio, "verbose")
    await user.fill_fields({PROMPT: "A rota with swaps."})
    close_page(user)
    await user.open(f"/projects/{project.id}")
    await user.expect_field(PROMPT, "A rota with swaps.")
    too_long = "x" * (MAX_PROMPT_LENGTH + 1)
    await user.fill_fields({PROMPT: too_long})
    close_page(user)
    await user.open(f"/projects/{project.id}")
    await user.expect_field(PROMPT, too_long)
    assert (await studio.projects.get(project.user_id, project.id)).prompt == "A rota with swaps."
    await user.fill_fields({PROMPT: "A rota again."})
    place = DraftPlace(DraftForm.REQUIREMENTS, project.id)
    while await studio.drafts.find(project.user_id, place):
        pass
    assert (await studio.projects.get(project.user_id, project.id)).prompt == "A rota again."


async def test_requirements_that_were_emptied_are_as_they_were(user: SimulatedUser, studio: Studio) -> None:
    project = await open_studio(user, studio, "empty")
    await user.fill_fields({PROMPT: " "})
    close_page(user)
    await user.open(f"/projects/{project.id}")
    await user.expect_field(PROMPT, "A rota.")


async def test_a_new_project_is_there_again_until_it_is_made(user: SimulatedUser) -> None:
    await user.register("maker")
    await user.press("New project")
    await user.fill_fields({"Name": "Choir", PROMPT: "A rota.", "Back end": "flask"})
    close_page(user)
    await user.open("/")
    await user.press("New project")
    await user.expect_text("You typed this before: it is not saved yet.")
    for label, value in (("Name", "Choir"), (PROMPT, "A rota."), ("Back end", "flask")):
        await user.expect_field(label, value)
    await user.press("Create")
    await user.expect_text("The Backend of")
    await user.open("/")
    await user.press("New project")
    await user.expect_field("Name", "")


async def test_what_is_typed_on_a_first_visit_stays_until_a_project_is_made_of_it(
    user: SimulatedUser, studio: Studio
) -> None:
    await user.register("visitor")
    user_id = (await studio.accounts.login("visitor", PASSWORD, "127.0.0.1")).user.id
    await user.fill_fields({FIRST: "A rota."})
    await studio.projects.create(user_id, "Opera", "Tickets.")  # as in another tab
    await user.expect_text("Opera")
    await user.expect_field(FIRST, "A rota.")
    await user.press("New project")
    await user.expect_field(PROMPT, "A rota.")
    await user.fill_fields({"Name": "Choir"})
    await user.press("Create")
    await user.expect_text("The Backend of")
    await user.open("/")
    await user.expect_text("Choir")
    assert FIRST not in user.labels


async def test_changes_of_a_project_are_there_again_until_they_are_cancelled(
    user: SimulatedUser, studio: Studio
) -> None:
    await open_studio(user, studio, "changer")
    for shown, is_cancelled in (("Choir", False), ("Opera", True), ("Opera", True)):
        await user.open("/")
        await user.press("More for Choir")
        await user.press("Edit…")
        await user.expect_field("Name", shown)
        if is_cancelled:
            await user.press("Cancel")  # it can be had back, so a reload must not lose it
        else:
            await user.fill_fields({"Name": "Opera"})
            close_page(user)
    dialogs = [each for each in user.client.layout.descendants() if isinstance(each, ui.dialog)]
    await wait_until(lambda: not any(dialog.value for dialog in dialogs))
    await user.press("Edit…")
    await user.expect_no_text("You typed this before: it is not saved yet.")
    await user.expect_field("Name", "Choir")


async def test_a_sign_in_leads_back_to_the_very_view(user: SimulatedUser, studio: Studio) -> None:
    project = await open_studio(user, studio, "returning")
    view = f"/projects/{project.id}?side=frontend&look=split"
    close_page(user)
    await user.open(view)
    await studio.accounts.sessions.end(await studio.accounts.sessions.identify(session_of(user.http_client)["token"]))
    await wait_until(lambda: user.current_path.startswith("/login?then="))
    await user.expect_text("Sign in")
    await user.fill_fields({"Name": "returning", "Password": PASSWORD})
    await user.press("Sign in")
    await user.expect_text("The Frontend of")


async def test_a_link_to_a_view_leads_there_after_the_sign_in(user: SimulatedUser, studio: Studio) -> None:
    project = await open_studio(user, studio, "linked")
    await user.press("Sign out")
    await wait_until(lambda: user.current_path == "/login")
    await user.open(f"/projects/{project.id}?side=frontend&look=code")
    await user.fill_fields({"Name": "linked", "Password": PASSWORD})
    await user.press("Sign in")
    await user.expect_text("The Frontend of")
