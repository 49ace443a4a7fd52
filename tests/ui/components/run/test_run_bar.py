"""The bar, as far as a page without a browser shows it: one primary button, and a menu with the rest."""

from functools import partial

import pytest
import pytest_asyncio
from nicegui import ui

from core.runs.state import RunStatus
from tests.support.run_infos import make_run
from tests.support.users.simulated_user import SimulatedUser, wait_until
from ui.components.run.run_actions import RunAction
from ui.components.run.run_bar import RunBar

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def done() -> list[RunAction]:
    return []


@pytest_asyncio.fixture(loop_scope="session")
async def bar(user: SimulatedUser, done: list[RunAction]) -> RunBar:
    await user.open("/login")
    with user.client:
        return RunBar({action: partial(done.append, action) for action in RunAction})


def shown_buttons(bar: RunBar) -> list[tuple[str, bool]]:
    buttons = [each for each in bar.descendants() if isinstance(each, ui.button) and "lw-hidden" not in each.classes]
    return [(each.text, "primary" in each.classes) for each in buttons]


async def test_at_most_three_buttons_show_and_one_of_them_is_primary(bar: RunBar) -> None:
    bar.show(make_run(problems=2, parent_id="p"), None, "1 file", is_current=False)
    assert shown_buttons(bar) == [
        ("Make current", False),
        ("Compare", False),
        ("Fix 2 problems", True),
        ("⋮", False),
    ]


async def test_while_it_writes_there_is_only_stop_and_nothing_is_filled(bar: RunBar) -> None:
    bar.show(make_run(status=RunStatus.RUNNING, finished_at=None), "main.py", "", is_current=False)
    assert shown_buttons(bar) == [("Stop", False)]
    bar.show_empty("Python · FastAPI")
    assert shown_buttons(bar) == []


async def test_the_menu_has_what_the_bar_has_no_room_for(
    bar: RunBar, user: SimulatedUser, done: list[RunAction]
) -> None:
    bar.show(make_run(problems=1), None, "1 file", is_current=True)
    await user.press("More for this version")
    await user.press("Generate again")
    await wait_until(lambda: done == [RunAction.GENERATE_AGAIN])
