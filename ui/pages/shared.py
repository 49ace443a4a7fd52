"""The page of a shared project: view only, live; and the page of a link that leads nowhere."""

import asyncio
from functools import partial

from nicegui import Client, background_tasks, ui

from core.accounts.security import SIGNED_OUT
from core.errors import NotAuthenticated, NotFound
from core.sharing.shares import NOTHING_HERE, OpenedShare
from core.studio import Studio
from ui import stylesheet
from ui.accounts import session
from ui.components.connection_notice import ConnectionNotice
from ui.components.keyboard_focus import KeyboardFocus
from ui.elements import box, button, text
from ui.layout import centered_card, logo, page_layout, theme_button
from ui.pages.shared_page import SharedPage
from ui.theme import PageTheme

SHARED_ADDRESS = "/s"
ENDED_GRACE_SECONDS = 0.3
"""How long a page has to leave by itself after its link has ended; then it is cut off."""


def register(studio: Studio) -> None:
    """Add /s/{token}."""

    @ui.page(SHARED_ADDRESS + "/{token}")
    async def shared_page(token: str) -> None:
        stylesheet.add_to_page()
        ui.add_head_html('<meta name="robots" content="noindex, nofollow">')
        try:
            opened = await studio.shares.open(token)
            project = await studio.shares.project(opened)
        except NotFound:
            _show_nothing(studio)
            return
        ui.page_title(f"{project.name} · Livewright")
        theme = PageTheme()
        visitor = session.visitor_check(studio)
        is_signed_in = await visitor() is not None
        with box("lw-page lw-shared"):
            with _draw_header(project.name, opened, theme):
                if is_signed_in:
                    button("Duplicate", partial(_duplicate, studio, visitor, token), "small")
                    ui.link("My projects", "/").classes("lw-shared-sign-in")
                else:
                    ui.link("Sign in", "/login").classes("lw-shared-sign-in")
            page = SharedPage(studio, opened, project)
        await page.open()
        ConnectionNotice(keeps_text=False)
        KeyboardFocus()
        client = ui.context.client
        task = background_tasks.create(_close_at_end(studio, opened, client), name=f"link of page {client.id}")
        client.on_delete(lambda: task.cancel())  # noqa: PLW0108 - NiceGUI passes its client to what takes an argument


def _draw_header(name: str, opened: OpenedShare, theme: PageTheme) -> ui.element:
    with box("lw-header", "header") as header:
        logo()
        text(name, "lw-shared-name", "h1")
        text(f"shared by {opened.owner_name}", "lw-shared-owner")
        text("View only", "lw-shared-tag")
        box("lw-grow")
        theme_button(theme)
    return header


async def _duplicate(studio: Studio, visitor: session.IdentityCheck, token: str) -> None:
    """Make a project of the visitor's own of what the link shows now, and lead there."""
    identity = await visitor()
    if identity is None:
        raise NotAuthenticated(SIGNED_OUT)
    copy = await studio.duplication.duplicate_shared(identity.user.id, await studio.shares.open(token))
    ui.navigate.to(f"/projects/{copy.id}")


def _show_nothing(studio: Studio) -> None:
    """The same for a link that has ended and for one that never was."""
    ui.context.client.status_code = 404
    with page_layout(studio, None), centered_card(NOTHING_HERE):
        ui.page_title("Nothing here · Livewright")
        hint = "It may have ended, or a letter is missing. Ask the person who gave it to you for a new one."
        text(hint, tag="p")
        with box("", "p"):
            ui.link("Go to Livewright", "/")


async def _close_at_end(studio: Studio, opened: OpenedShare, client: Client) -> None:
    """When the link ends, lead its page to what it leads to now: nothing; and send it nothing more."""
    await studio.shares.wait_for_end(opened)
    with client:
        ui.navigate.to(f"{SHARED_ADDRESS}/{opened.share.token}")
    await asyncio.sleep(ENDED_GRACE_SECONDS)
    if not client.is_deleted:
        client.delete()
