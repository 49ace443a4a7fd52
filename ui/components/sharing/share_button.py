"""The owner's *Share* button, with the dialog that makes and ends links, and how many are watching now."""

from datetime import UTC, datetime, timedelta
from math import ceil

from nicegui import ui

from core.accounts.identity import User
from core.projects.project import Project
from core.sharing.shares import Share
from core.studio import Studio
from ui.base_path import site_address
from ui.components.copy_button import CopyButton
from ui.components.page_dialog import PageDialog
from ui.components.sharing.presence import follow_presence
from ui.elements import box, button, set_aria_label, set_visible, text
from ui.fields import select_field, text_field

HEADER_PLACE = ".lw-header-actions"
LIFETIMES = {"86400": "In a day", "604800": "In 7 days", "2592000": "In 30 days", "": "Never"}
PROMISE = "The code as it is written and the running app. Nothing can be changed, your prompt stays hidden."


class ShareButton:
    """In the header of a project's page. The page itself counts as one that watches."""

    def __init__(self, studio: Studio, user: User, project: Project) -> None:
        self._studio = studio
        self._user = user
        self._project = project
        self._origin = site_address()
        self._dialog = PageDialog()
        with ui.teleport(HEADER_PLACE):
            self._watching = text("", "lw-watching")
            button("Share", self.open, "small")
        follow_presence(studio, user.id, project.id, self._show_watching)

    def _show_watching(self, count: int) -> None:
        others = count - 1  # this page is one of them
        self._watching.set_text(f"{others} watching" if others > 0 else "")
        set_visible(self._watching, others > 0)

    async def open(self) -> None:
        """Show the links to the project."""
        shares = await self._studio.shares.shares_of(self._user.id, self._project.id)
        with self._dialog.fill(f"Share {self._project.name}"):
            with box("lw-share-promise"):
                text("Anyone with the link can watch", tag="b")
                text(PROMISE, tag="p")
            for share in shares:
                self._draw_share(share)
            self._draw_form(is_first=not shares)

    def _draw_share(self, share: Share) -> None:
        with box("lw-share-link"):
            with box("lw-grow"):
                field = text_field(_describe_end(share), f"{self._origin}/s/{share.token}", readonly=True)
                set_aria_label(field, "Link")
            CopyButton("Copy link", f"{self._origin}/s/{share.token}")
            set_aria_label(button("End", lambda: self._end(share)), "End this link")

    def _draw_form(self, *, is_first: bool) -> None:
        with box("lw-share-link"):
            with box("lw-grow"):
                lifetime = select_field("Ends", LIFETIMES, "604800")
            button(
                "Make a link" if is_first else "Make another link",
                lambda: self._create(str(lifetime.value or "")),
                "primary" if is_first else "",
            )
        with box("lw-dialog-actions"):
            button("Close", self._dialog.close)

    async def _create(self, seconds: str) -> None:
        await self._studio.shares.create(self._user.id, self._project.id, int(seconds) if seconds else None)
        await self.open()

    async def _end(self, share: Share) -> None:
        await self._studio.shares.end(self._user.id, self._project.id, share.id)
        await self.open()


def _describe_end(share: Share) -> str:
    if share.expires_at is None:
        return "Has no end"
    hours = ceil((share.expires_at - datetime.now(UTC)) / timedelta(hours=1))
    return f"Ends in {hours} h" if hours < 48 else f"Ends in {ceil(hours / 24)} days"
