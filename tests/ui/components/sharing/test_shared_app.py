"""The files of a shared project's app come by its link."""

import pytest
import pytest_asyncio

from tests.support.users.simulated_user import SimulatedUser
from ui.components.sharing.shared_app import SharedApp

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def app(user: SimulatedUser) -> SharedApp:
    await user.open("/login")
    with user.client.content:
        return SharedApp("Slow Club", "/scripts/", "a-b")


@pytest.mark.parametrize(
    ("address", "with_link"),
    [
        ("/app-files/r", "/app-files/r?share=a-b"),
        ("/app-files/r?v=3", "/app-files/r?v=3&share=a-b"),
        ("/app-files/r?share=a-b", "/app-files/r?share=a-b"),
    ],
)
async def test_each_address_has_the_link_once(app: SharedApp, address: str, with_link: str) -> None:
    props = app._with_link({"id": "r", "address": address})
    assert props
    assert props["address"] == with_link


async def test_where_nothing_runs_there_is_no_address(app: SharedApp) -> None:
    assert app._with_link(None) is None
