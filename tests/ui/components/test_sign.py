"""A sign is skipped by screen readers unless it says something that no word beside it does."""

import pytest

from tests.support.users.simulated_user import SimulatedUser
from ui.components.sign import Sign

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_sign_has_a_name_or_none(user: SimulatedUser) -> None:
    await user.open("/login")
    with user.client:
        sign = Sign("finished")
        assert (sign.props.get("aria-hidden"), sign.classes) == ("true", ["lw-sign", "finished"])
        sign.show("warn", "failed")
        assert (sign.props.get("aria-hidden"), sign.props["role"], sign.props["aria-label"]) == (None, "img", "failed")
        assert sign.classes == ["lw-sign", "warn"]
