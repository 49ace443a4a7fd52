"""What is typed is never lost, and nothing looks alive without a connection."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.support.servers.manual_model import ManualModel
from tests.support.servers.scripted_server import scripted_server
from tests.support.servers.server_process import running_server
from tests.support.users.browser_user import PASSWORD, BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LOST = "No connection to the server"
TEXT = "### FILE: main.py\n```python\nx = 1\n"

ALL_SENT = "!Object.keys(sessionStorage).some(key => key.includes('unsent'))"
"""A condition in the page: the server has all that was typed."""


def wish_field(visitor: BrowserUser) -> Locator:
    return visitor.page.get_by_label("Ask for a change of the backend")


async def test_a_dialog_that_was_left_has_its_text_again(visitor: BrowserUser) -> None:
    page = visitor.page
    await visitor.press("New project")
    await page.get_by_label("Name").fill("Choir")
    await page.keyboard.press("Escape")
    await expect(page.get_by_label("Name")).not_to_be_visible()
    await visitor.press("New project")
    await expect(page.get_by_label("Name")).to_have_value("Choir")
    await page.get_by_label("What should it do?").fill("A rota.")
    await page.mouse.click(5, 400)
    await expect(page.get_by_label("Name")).not_to_be_visible()
    await page.reload()
    await visitor.press("New project")
    await expect(page.get_by_label("Name")).to_have_value("Choir")
    await expect(page.get_by_label("What should it do?")).to_have_value("A rota.")


async def test_a_sign_out_in_another_tab_takes_no_text_and_the_view_comes_back(visitor: BrowserUser) -> None:
    await visitor.create_project()
    await visitor.page.get_by_role("tab", name="Frontend").click()
    await visitor.page.wait_for_url("**side=frontend**")
    view = visitor.page.url
    other = await visitor.open_tab()
    wish = visitor.page.get_by_label("What should it do?")
    await wish.fill("A darker list.")
    await visitor.page.wait_for_function(ALL_SENT)
    await other.press(f"Account of {visitor.name}")
    await other.page.get_by_text("Sign out").click()
    await visitor.page.wait_for_url("**/login?then=**")
    await visitor.fill_credentials(visitor.name, PASSWORD)
    await visitor.press("Sign in")
    await visitor.page.wait_for_url(view)
    await expect(wish).to_have_value("A darker list.")


async def test_what_was_typed_into_a_dead_line_is_sent_once_more(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await visitor.create_project()
    await visitor.press("Generate Backend (Live)")
    manual_model.write(TEXT)
    await visitor.wait_for_code(TEXT)
    # What is sent vanishes, and nobody is told: as on a line that is cut without a word.
    await visitor.page.evaluate("window.socket.io.engine.transport.ws.send = () => {}")
    await wish_field(visitor).press_sequentially("darker")
    await visitor.page.evaluate("window.socket.io.engine.close()")
    await visitor.page.wait_for_function(ALL_SENT)
    other = await visitor.open_tab()
    await expect(wish_field(other)).to_have_value("darker")
    await expect(wish_field(visitor)).to_have_value("darker")
    manual_model.finish()


async def test_without_a_connection_nothing_looks_alive_and_typing_goes_on(
    visitor: BrowserUser, manual_model: ManualModel
) -> None:
    await visitor.create_project()
    await visitor.press("Generate Backend (Live)")
    manual_model.write(TEXT)
    await visitor.expect_text("Writing main.py")
    await visitor.context.set_offline(True)
    await visitor.expect_text(LOST)
    await visitor.expect_text("Not connected")
    for sign_of_life in (".lw-live-badge", ".lw-spinner", "#popup"):
        await expect(visitor.page.locator(f"{sign_of_life}:visible")).to_have_count(0)
    await wish_field(visitor).press_sequentially("darker")
    manual_model.write("y = 2\n")
    await visitor.context.set_offline(False)
    await visitor.wait_for_code(TEXT + "y = 2\n")
    await visitor.expect_text("Writing main.py")
    await expect(visitor.page.get_by_text(LOST)).not_to_be_visible()
    await visitor.page.wait_for_function(ALL_SENT)
    other = await visitor.open_tab()
    await expect(wish_field(other)).to_have_value("darker")
    await expect(wish_field(visitor)).to_be_focused()
    manual_model.finish()


async def test_a_restart_takes_no_text_and_leaves_the_cut_run_in_view(chromium: Browser, tmp_path: Path) -> None:
    model = ManualModel()
    async with scripted_server([model.answer]) as model_server:
        settings = {"OLLAMA_HOST": model_server.url, "LIVEWRIGHT_MODEL": "m"}
        async with running_server(tmp_path / "home", **settings) as server:
            visitor = await BrowserUser.open_window(chromium, server.url)
            await visitor.register("ada")
            await visitor.create_project()
            await visitor.press("Generate Backend (Live)")
            model.write(TEXT)
            await visitor.wait_for_code(TEXT)
            await wish_field(visitor).fill("dark")
            await visitor.page.wait_for_function(ALL_SENT)
            await server.stop()
        await visitor.expect_text(LOST)
        await wish_field(visitor).press_sequentially("er", delay=20)
        async with running_server(
            tmp_path / "home", tmp_path / "second.log", LIVEWRIGHT_PORT=str(urlsplit(server.url).port), **settings
        ):
            await expect(visitor.button("Continue")).to_be_visible()
            await visitor.wait_for_code(TEXT)
            await visitor.expect_text("press Continue to go on")
            await expect(wish_field(visitor)).to_have_value("darker")
            await expect(wish_field(visitor)).to_be_focused()
            await expect(visitor.page.locator("text=" + LOST)).not_to_be_visible()
            await visitor.context.close()
