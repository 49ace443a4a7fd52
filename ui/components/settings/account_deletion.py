"""The deletion of one's account, its data first."""

from nicegui import ui

from core.errors import LivewrightError
from core.studio import Studio
from core.text import pluralize
from ui.accounts import session
from ui.components.page_dialog import PageDialog
from ui.components.settings.rows import row, section
from ui.elements import box, button, text
from ui.fields import text_field


class AccountDeletion:
    """Asks for the password; ``draw`` counts what goes."""

    def __init__(self, studio: Studio, dialog: PageDialog) -> None:
        self._studio = studio
        self._dialog = dialog
        with section("Your data"):
            self._rows = box("lw-settings-rows")

    async def draw(self) -> None:
        """Draw what there is, and what goes with the account."""
        identity = await session.page_identity()
        count = await self._studio.projects.count(identity.user.id)
        projects = pluralize(count, "project")
        self._rows.clear()
        with self._rows:
            with row("Take it with you", f"A zip with your {projects} and every version."):
                button("Download", self._download, "small")
            with row("Delete account", f"Your {projects}, all versions, keys and links go. There is no way back."):
                button("Delete account…", self._ask, "small")

    async def _download(self) -> None:
        identity = await session.page_identity()
        archive = await self._studio.account_export.build(identity.user)
        ui.download.content(archive.content, archive.name)

    def _ask(self) -> None:
        async def delete() -> None:
            message.set_text("")
            try:
                await self._studio.accounts.delete_own(await session.page_identity(), password.value or "")
            except LivewrightError as error:
                message.set_text(str(error))

        with self._dialog.fill("Delete your account?"):
            text("Everything in it goes, and what is being written is stopped. This cannot be undone.", tag="p")
            with box(""):
                password = text_field("Your password", type="password", autocomplete="current-password")
            message = text("", "lw-form-error", "p").props("role=alert")
            with box("lw-dialog-actions"):
                button("Download my data", self._download)
                button("Keep it", self._dialog.close)
                button("Delete account", delete, "danger")
