"""Example apps: offered below an empty prompt, and no longer once somebody has written something."""

import pytest
from nicegui import ui

from core.catalog.starters import STARTERS
from tests.support.users.simulated_user import SimulatedUser
from ui.components.starter_chips import StarterChips

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("allow_change", [False, True])
@pytest.mark.parametrize(
    ("prompt", "shown_at_all", "shown_to_change"),
    [("", True, True), ("  \n", True, True), (STARTERS[0].prompt, False, True), ("My own app.", False, False)],
)
async def test_they_are_offered_while_nothing_of_ones_own_is_written(
    user: SimulatedUser, prompt: str, *, shown_at_all: bool, shown_to_change: bool, allow_change: bool
) -> None:
    await user.open("/login")
    with user.client:
        field = ui.textarea(value="My own app.")
        chips = StarterChips(field, lambda _starter: None, allow_change=allow_change)
        assert "lw-hidden" in chips.classes
        field.set_value(prompt)
    assert ("lw-hidden" not in chips.classes) is (shown_to_change if allow_change else shown_at_all)


async def test_each_example_is_named_and_tells_its_prompt(user: SimulatedUser) -> None:
    await user.open("/login")
    with user.client:
        chips = StarterChips(ui.textarea(), lambda _starter: None)
    titles = [each.props["title"] for each in chips.descendants() if "title" in each.props]
    assert titles == [starter.prompt for starter in STARTERS]
    for starter in STARTERS:
        await user.expect_text(starter.name)
