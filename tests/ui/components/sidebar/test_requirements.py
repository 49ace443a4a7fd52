"""The fields of a project: what was changed here is pending, and the rest follows what other tabs save."""

import pytest
import pytest_asyncio

from core.catalog.stacks import DEFAULT_STACK_IDS, STACKS, Side
from core.projects.projects import ProjectUpdate
from tests.support.projects import make_project
from tests.support.users.simulated_user import SimulatedUser
from ui.components.sidebar.requirements import Requirements, stack_select

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAVED = make_project()


@pytest_asyncio.fixture(loop_scope="session")
async def requirements(user: SimulatedUser) -> Requirements:
    await user.open("/login")
    with user.client:
        return Requirements(SAVED)


async def test_only_what_was_changed_here_is_pending(user: SimulatedUser, requirements: Requirements) -> None:
    assert requirements.pending_changes() is None
    await user.fill_fields({"What should it do?": "A chess board."})
    assert requirements.pending_changes() == ProjectUpdate(prompt="A chess board.")
    await user.fill_fields({"Back end": "fastapi"})
    assert requirements.pending_changes() == ProjectUpdate(prompt="A chess board.", backend_stack="fastapi")
    await user.fill_fields({"What should it do?": SAVED.prompt, "Back end": SAVED.backend_stack})
    assert requirements.pending_changes() is None


async def test_a_field_that_was_changed_here_keeps_its_text_when_another_tab_saves(
    user: SimulatedUser, requirements: Requirements
) -> None:
    await user.fill_fields({"What should it do?": "A chess board."})
    requirements.set_project(make_project(prompt="A weather map.", frontend_stack="react"))
    await user.expect_field("What should it do?", "A chess board.")
    await user.expect_field("Front end", "react")
    assert requirements.pending_changes() == ProjectUpdate(prompt="A chess board.")


async def test_what_was_saved_is_pending_no_more(user: SimulatedUser, requirements: Requirements) -> None:
    await user.fill_fields({"What should it do?": "A chess board."})
    requirements.set_project(make_project(prompt="A chess board."))
    assert requirements.pending_changes() is None


@pytest.mark.parametrize(("prompt", "is_blank"), [("", True), (" \n", True), ("x", False)])
async def test_a_prompt_of_white_space_is_blank(
    user: SimulatedUser, requirements: Requirements, prompt: str, *, is_blank: bool
) -> None:
    await user.fill_fields({"What should it do?": prompt})
    assert requirements.is_blank is is_blank


@pytest.mark.parametrize("side", Side)
async def test_a_choice_has_the_stacks_of_its_side_alone(user: SimulatedUser, side: Side) -> None:
    await user.open("/login")
    with user.client:
        select = stack_select("Stack", side)
    assert select.value == DEFAULT_STACK_IDS[side]
    assert set(select.options) == {stack.id for stack in STACKS if stack.side is side}
