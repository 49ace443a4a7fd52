"""One dialog for a whole page: filled anew each time, and asking before something is deleted."""

import pytest
import pytest_asyncio

from tests.support.users.simulated_user import SimulatedUser, wait_until
from ui.components.page_dialog import PageDialog
from ui.elements import text

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def page(user: SimulatedUser) -> SimulatedUser:
    """Buttons work for a visitor who is signed in, and on a page that nobody has to be signed in for."""
    await user.open("/login")
    return user


@pytest.fixture
def dialog(page: SimulatedUser) -> PageDialog:
    with page.client:
        return PageDialog()


async def test_it_is_closed_until_it_is_filled_and_holds_only_the_latest(
    page: SimulatedUser, dialog: PageDialog
) -> None:
    assert not dialog.is_open
    for title in ("Rename", "Compare"):
        with page.client, dialog.fill(title):
            text(f"Content of {title}")
    assert dialog.is_open
    await page.expect_text("Content of Compare")
    await page.expect_no_text("Content of Rename")
    dialog.close()
    assert not dialog.is_open


async def test_nothing_is_deleted_unless_somebody_says_so(page: SimulatedUser, dialog: PageDialog) -> None:
    deleted: list[str] = []

    async def delete() -> None:
        assert not dialog.is_open
        deleted.append("gone")

    with page.client:
        dialog.confirm_delete("Delete Todo?", "Its versions go with it.", delete)
    await page.expect_text("Its versions go with it.")
    await page.press("Keep it")
    await wait_until(lambda: not dialog.is_open)
    assert deleted == []
    with page.client:
        dialog.confirm_delete("Delete Todo?", "Its versions go with it.", delete)
    await page.press("Delete")
    await wait_until(lambda: not dialog.is_open)
    await wait_until(lambda: deleted)
    assert deleted == ["gone"]
