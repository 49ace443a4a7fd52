"""Signing in and out, and what the page's cookie is good for, in Chromium."""

from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, expect

from tests.support.servers.server_process import ServerProcess
from tests.support.users.browser_user import PASSWORD, BrowserUser

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_whoever_is_not_signed_in_is_sent_to_the_door_and_back(visitor: BrowserUser, chromium: Browser) -> None:
    await visitor.create_project()
    stranger = await BrowserUser.open_window(chromium, visitor.url)
    await stranger.page.goto(visitor.page.url)
    assert "/login" in stranger.page.url
    await stranger.fill_credentials(visitor.name.upper(), PASSWORD)
    await stranger.press("Sign in")
    await stranger.page.wait_for_url(visitor.page.url)


async def test_a_wrong_password_is_answered_with_a_sentence(product: ServerProcess, chromium: Browser) -> None:
    visitor = await BrowserUser.open_window(chromium, product.url)
    await visitor.page.goto(f"{product.url}/login")
    await visitor.fill_credentials("nobody", "wrong wrong")
    await visitor.press("Sign in")
    await visitor.expect_text("The name or the password is wrong.")


async def test_a_short_password_makes_no_account(product: ServerProcess, chromium: Browser) -> None:
    visitor = await BrowserUser.open_window(chromium, product.url)
    await visitor.page.goto(f"{product.url}/register")
    await visitor.fill_credentials("ada", "short")
    await visitor.press("Make an account")
    await visitor.expect_text("A password has 8 to 256 characters.")


async def test_signing_out_ends_the_session_in_every_tab(visitor: BrowserUser) -> None:
    other = await visitor.open_tab()
    await visitor.press(f"Account of {visitor.name}")
    await visitor.page.get_by_text("Sign out").click()
    await visitor.page.wait_for_url("**/login")
    await other.page.wait_for_url("**/login")  # by itself: a reload meanwhile would cut that off
    await other.page.reload()
    assert other.page.url.endswith("/login")


async def test_a_page_left_open_can_do_nothing_after_signing_out_elsewhere(visitor: BrowserUser) -> None:
    await visitor.create_project()
    other = await visitor.open_tab()
    await visitor.press(f"Account of {visitor.name}")
    await visitor.page.get_by_text("Sign out").click()
    await visitor.page.wait_for_url("**/login")
    await other.page.wait_for_url("**/login?then=**", timeout=1000)


@pytest.mark.parametrize("address", ["//evil.example", "/%09/evil.example", "https://evil.example", "/\\evil.example"])
async def test_a_door_leads_nowhere_else(visitor: BrowserUser, chromium: Browser, address: str) -> None:
    stranger = await BrowserUser.open_window(chromium, visitor.url)
    await stranger.page.goto(f"{visitor.url}/login?then={address}")
    await stranger.fill_credentials(visitor.name, PASSWORD)
    await stranger.press("Sign in")
    await stranger.page.wait_for_url(f"{visitor.url}/")


async def test_the_pages_cookie_is_closed_to_scripts_and_other_sites_and_unknown_to_the_api(
    visitor: BrowserUser,
) -> None:
    cookies = await visitor.context.cookies()
    assert [(c["httpOnly"], c["sameSite"]) for c in cookies] == [(True, "Lax")]
    assert cookies[0]["name"].startswith(f"livewright-{urlsplit(visitor.url).port}-")
    answer = await visitor.page.request.get(f"{visitor.url}/api/auth/me")
    assert answer.status == 401


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_complaint_can_be_read(visitor: BrowserUser, scheme: Literal["light", "dark"]) -> None:
    await visitor.page.emulate_media(color_scheme=scheme)
    await visitor.press("New project")
    await visitor.press("Create")
    await visitor.expect_text("A project needs a name of 1 to 120 characters.")
    sheet, text = await visitor.page.evaluate(
        "['.lw-error-toast', '.lw-error-toast .q-notification__message'].map((name, i) =>"
        " getComputedStyle(document.querySelector(name))[['backgroundColor', 'color'][i]])"
    )
    assert sheet != text


async def test_a_double_click_makes_one_project(visitor: BrowserUser) -> None:
    await visitor.press("New project")
    await visitor.page.get_by_label("Name").fill("Twice")
    await visitor.page.get_by_label("What should it do?").fill("A list.")
    await visitor.button("Create").dblclick()
    await visitor.page.wait_for_url("**/projects/*")
    await visitor.page.goto(visitor.url)
    await expect(visitor.page.get_by_role("link", name="Twice")).to_have_count(1)


async def test_a_project_is_renamed(visitor: BrowserUser) -> None:
    await visitor.create_project("Choir")
    await visitor.page.goto(visitor.url)
    await choose(visitor, "Edit…")
    await visitor.page.get_by_label("Name").fill("  ")
    await visitor.press("Save")
    await visitor.expect_text("A project needs a name of 1 to 120 characters.")
    await visitor.page.get_by_label("Name").fill("Choir rota")
    await visitor.press("Save")
    await expect(visitor.page.get_by_role("link", name="Choir rota")).to_be_visible()


async def test_a_project_is_deleted_only_after_a_question(visitor: BrowserUser) -> None:
    await visitor.create_project("Choir")
    await visitor.page.goto(visitor.url)
    await choose(visitor, "Delete…")
    await visitor.press("Keep it")
    await expect(visitor.page.get_by_role("link", name="Choir")).to_be_visible()
    await choose(visitor, "Delete…")
    await visitor.press("Delete")
    await expect(visitor.page.get_by_role("link", name="Choir")).to_have_count(0)


async def test_a_project_is_copied_and_put_away_which_can_be_taken_back(visitor: BrowserUser) -> None:
    await visitor.create_project("Choir")
    await visitor.page.goto(visitor.url)
    await choose(visitor, "Duplicate")
    copy, original = (visitor.page.get_by_role("link", name=name, exact=True) for name in ("Choir (copy)", "Choir"))
    await expect(copy).to_be_visible()
    await choose(visitor, "Archive")
    await expect(original).to_have_count(0)
    await expect(visitor.button("Undo")).to_be_focused()
    await visitor.press("Undo")
    await expect(original).to_be_visible()
    await choose(visitor, "Archive")
    await visitor.press("Show 1 archived project")
    await expect(original).to_be_visible()
    await expect(copy).to_have_count(0)


async def choose(visitor: BrowserUser, item: str) -> None:
    """Choose an item of the menu of the project Choir."""
    await visitor.press("More for Choir")
    await visitor.page.locator(".q-menu .q-item").get_by_text(item, exact=True).click()
