"""What the tests of the core share."""

import pytest

from core.studio import Studio
from tests.support.users.studio_user import Author, author


@pytest.fixture
async def ada(studio: Studio) -> Author:
    """Somebody with an account, before the installation of the test."""
    return await author(studio)
