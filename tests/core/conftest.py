"""What the tests of the core share."""

import pytest

from core.studio import Studio
from tests.support.users.studio_user import StudioUser, register_user


@pytest.fixture
async def ada(studio: Studio) -> StudioUser:
    """Somebody with an account, before the installation of the test."""
    return await register_user(studio)
