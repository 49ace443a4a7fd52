"""What a browser, and a program, is answered where nothing is."""

import pytest
from playwright.async_api import Browser, expect

from tests.support.servers.server_process import ServerProcess
from tests.support.users.browser_user import BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PROGRAM = {"Accept": "*/*"}


async def test_an_unknown_address_is_a_page_of_ours_that_leads_home(product: ServerProcess, chromium: Browser) -> None:
    stranger = await BrowserUser.open_window(chromium, product.url)
    answer = await stranger.page.goto(f"{product.url}/nothing/here")
    assert answer
    assert answer.status == 404
    await stranger.expect_text("There is nothing at this address.")
    await expect(stranger.page.locator(".lw-header")).to_be_visible()
    await stranger.page.get_by_role("link", name="See your projects").click()
    await stranger.page.wait_for_url("**/login")


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/api/nothing", BROWSER), ("/api/nothing", PROGRAM), ("/nothing", PROGRAM), ("/assets/nothing.css", PROGRAM)],
)
async def test_a_program_is_answered_as_by_the_api(visitor: BrowserUser, path: str, headers: dict[str, str]) -> None:
    answer = await visitor.page.request.get(f"{visitor.url}{path}", headers=headers)
    assert answer.status == 404
    assert (await answer.json())["code"] == "not_found"


async def test_another_users_project_looks_like_one_that_is_not_there(
    visitor: BrowserUser, chromium: Browser, product: ServerProcess
) -> None:
    await visitor.create_project()
    eve = await BrowserUser.open_window(chromium, product.url)
    await eve.register("eve")
    pages = []
    for address in (visitor.page.url, f"{visitor.url}/projects/999", f"{visitor.url}/projects/x"):
        answer = await eve.page.goto(address)
        assert answer
        await eve.expect_text("There is no such project.")
        pages.append((answer.status, await eve.page.locator(".lw-centered-card").inner_text()))
    assert set(pages) == {(404, pages[0][1])}
