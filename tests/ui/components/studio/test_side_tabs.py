"""The tabs: which side is in view, which is live, and how a side is shown."""

import pytest
import pytest_asyncio
from nicegui import ui

from core.catalog.stacks import Side
from tests.support.users.simulated_user import SimulatedUser
from ui.components.studio.side_tabs import SideTabs, ViewMode

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def tabs(user: SimulatedUser) -> SideTabs:
    await user.open("/login")
    with user.client:
        return SideTabs(lambda _side: None, lambda _mode: None)


def marked(element: ui.element, attribute: str) -> list[str]:
    """The names of the parts of which ``attribute`` is true."""
    parts = [part for part in element.descendants() if part.props.get(attribute) == "true"]
    assert all("selected" in part.classes for part in parts)
    return [str(part._text or part.default_slot.children[0]._text) for part in parts]


async def test_one_side_is_selected_at_a_time(tabs: SideTabs) -> None:
    assert marked(tabs, "aria-selected") == []
    for side, name in ((Side.FRONTEND, "Frontend"), (Side.BACKEND, "Backend")):
        tabs.select(side)
        assert marked(tabs, "aria-selected") == [name]


async def test_a_live_side_has_a_badge(user: SimulatedUser, tabs: SideTabs) -> None:
    await user.expect_no_text("LIVE")
    tabs.set_live(Side.FRONTEND, "a run")
    await user.expect_text("LIVE")
    tabs.set_live(Side.FRONTEND, None)
    await user.expect_no_text("LIVE")


async def test_where_there_is_no_choice_of_views_none_is_offered(user: SimulatedUser, tabs: SideTabs) -> None:
    await user.expect_no_text("Split")
    for mode in ViewMode:
        tabs.select_mode(mode)
        await user.expect_text("Split")
        assert marked(tabs, "aria-pressed") == [mode.capitalize()]
    tabs.select_mode(None)
    await user.expect_no_text("Split")
    assert marked(tabs, "aria-pressed") == []
