"""Pages below a sub path: every address in them begins with it."""

import pytest

from tests.support.users.simulated_user import SimulatedUser
from ui.base_path import base_path

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_without_a_proxy_nothing_stands_before_an_address(user: SimulatedUser) -> None:
    await user.open("/login")
    with user.client:
        assert base_path() == ""


async def test_the_path_of_the_proxy_stands_before_the_addresses_of_a_page(user: SimulatedUser) -> None:
    user.http_client.headers["X-Forwarded-Prefix"] = "/livewright"
    answer = await user.http_client.get("/login")
    assert 'href="/livewright/assets/livewright.css' in answer.text
    await user.open("/login")
    with user.client:
        assert base_path() == "/livewright"
