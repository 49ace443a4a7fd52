"""The switch for automatic fixes: it shows what is saved, and falls back where saving fails."""

import pytest
import pytest_asyncio

from core.errors import Conflict
from tests.support.projects import make_project
from tests.support.users.simulated_user import SimulatedUser, wait_until
from ui import elements
from ui.components.sidebar.auto_fix_switch import AutoFixSwitch

pytestmark = pytest.mark.asyncio(loop_scope="session")

OFF = make_project(auto_fix=False)
ON = make_project(auto_fix=True)


class SavedSetting:
    """Where the switch saves; ``error`` is raised instead."""

    def __init__(self) -> None:
        self.values: list[bool] = []
        self.error: Exception | None = None
        self.switch = AutoFixSwitch(OFF, self.save)

    async def save(self, is_on: bool) -> None:
        self.values.append(is_on)
        if self.error:
            raise self.error
        self.switch.set_project(make_project(auto_fix=is_on))


@pytest_asyncio.fixture(loop_scope="session")
async def setting(user: SimulatedUser) -> SavedSetting:
    await user.open("/login")
    with user.client:
        return SavedSetting()


async def test_pressing_it_saves_the_setting_once(setting: SavedSetting) -> None:
    setting.switch.set_value(True)
    await wait_until(lambda: setting.values)
    assert (setting.switch.value, setting.values) == (True, [True])


async def test_it_falls_back_where_the_setting_cannot_be_saved(
    setting: SavedSetting, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors: list[str] = []
    monkeypatch.setattr(elements, "notify_error", errors.append)
    setting.error = Conflict("The project is gone.")
    setting.switch.set_value(True)
    await wait_until(lambda: setting.values)
    await wait_until(lambda: errors)
    assert errors == ["The project is gone."]
    assert setting.switch.value is False


async def test_it_follows_what_another_tab_saves_without_saving_it_again(setting: SavedSetting) -> None:
    for project in (ON, OFF, ON):
        setting.switch.set_project(project)
        assert setting.switch.value is project.auto_fix
    setting.switch.set_value(False)
    await wait_until(lambda: setting.values)
    assert setting.values == [False]
