"""The product with the runtime that apps need."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio

from tests.support.app_runtime import link_runtime
from tests.support.browser_setup import SwitchableModel, product_over
from tests.support.servers.server_process import ServerProcess


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def product(
    tmp_path_factory: pytest.TempPathFactory, model: SwitchableModel
) -> AsyncGenerator[ServerProcess, None]:
    """The product over that model, in which apps can run."""
    home = tmp_path_factory.mktemp("product") / "home"
    await link_runtime(home)
    async with product_over(home, model) as started:
        yield started
