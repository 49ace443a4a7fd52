"""The accounts of an installation, for admins."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from nicegui import ui

from core.accounts.accounts import Accounts
from core.accounts.administration.user_changes import UserChanges
from core.accounts.administration.users import COUNTED_DAYS, UserOverview
from core.accounts.identity import ADMIN_ROLE, USER_ROLE
from core.text import pluralize
from ui.accounts import session
from ui.base_path import site_address
from ui.components.copy_button import CopyButton
from ui.components.page_dialog import PageDialog
from ui.components.settings.rows import row, section
from ui.display_text import format_age
from ui.elements import box, button, icon_button, menu_item, set_aria_label, text
from ui.fields import text_field

INVITATION_PROMISE = (
    "For seven days, whoever has this link may make an account, also while registration is closed. "
    "The link is shown this once."
)


class People:
    """Every account with a menu of what can be done with it; ``draw`` reads them."""

    def __init__(self, accounts: Accounts, dialog: PageDialog) -> None:
        self._accounts = accounts
        self._dialog = dialog
        self._origin = site_address()
        with section("People") as actions:
            with actions:
                button("Invite…", self._invite, "small quiet")
                button("Add a person…", self._ask_for_account, "small")
            self._rows = box("lw-settings-rows")

    async def draw(self) -> None:
        """Draw every account."""
        admin = await session.page_admin()
        found = await self._accounts.overviews()
        self._rows.clear()
        with self._rows:
            for each in found:
                self._draw_row(each, is_own=each.user.id == admin.user.id)

    def _draw_row(self, each: UserOverview, *, is_own: bool) -> None:
        user = each.user
        seen = format_age(each.last_seen_at, datetime.now(UTC)) if each.last_seen_at else "not seen lately"
        used = f"{pluralize(each.projects, 'project')} · {pluralize(each.runs, 'run')} in {COUNTED_DAYS} days"
        tag, kind = ("blocked", "warn") if each.disabled else ("admin", "accent") if user.is_admin else ("", "")
        with row(user.username, f"{used}{' · you' if is_own else ''}", tag, kind):
            text(seen, "lw-settings-figure")
            if not is_own:
                self._draw_menu(each)

    def _draw_menu(self, each: UserOverview) -> None:
        user = each.user
        other_role = USER_ROLE if user.is_admin else ADMIN_ROLE
        role_label = "Make no admin" if user.is_admin else "Make admin"
        changes = UserChanges(disabled=not each.disabled)
        with icon_button("⋮", f"Actions for {user.username}"), ui.menu():
            menu_item(role_label, lambda: self._change(each, UserChanges(role=other_role)))
            menu_item("Unblock" if each.disabled else "Block", lambda: self._change(each, changes))
            menu_item("Set a new password…", lambda: self._ask_for_password(each))
            menu_item("Delete…", lambda: self._confirm_delete(each))

    async def _change(self, each: UserOverview, changes: UserChanges) -> None:
        admin = await session.page_admin()
        await self._accounts.change(each.user.id, changes, admin.user.id)
        await self.draw()

    async def _invite(self) -> None:
        admin = await session.page_admin()
        invitation = await self._accounts.invitations.create(admin.user.id)
        address = f"{self._origin}/register?invite={invitation.token}"
        with self._dialog.fill("Invite by a link"):
            text(INVITATION_PROMISE, tag="p")
            with box("lw-share-link"):
                with box("lw-grow"):
                    set_aria_label(text_field("The link", address, readonly=True), "Link")
                CopyButton("Copy link", address)
            with box("lw-dialog-actions"):
                button("End all links", self._end_invitations)
                button("Close", self._dialog.close, "primary")

    async def _end_invitations(self) -> None:
        admin = await session.page_admin()
        await self._accounts.invitations.end_all(admin.user.id)
        self._dialog.close()

    def _ask_for_account(self) -> None:
        async def create(name: str, password: str) -> None:
            admin = await session.page_admin()
            await self._accounts.create(name, password, admin.user.id)

        self._open_form("Add a person", "Add", create, has_name=True)

    def _ask_for_password(self, each: UserOverview) -> None:
        async def set_password(_name: str, password: str) -> None:
            admin = await session.page_admin()
            await self._accounts.change(each.user.id, UserChanges(password=password), admin.user.id)

        self._open_form(f"A new password for {each.user.username}", "Set password", set_password)

    def _open_form(
        self, title: str, label: str, submit: Callable[[str, str], Awaitable[None]], *, has_name: bool = False
    ) -> None:
        async def send() -> None:
            await submit((name.value or "") if name else "", password.value or "")
            await self.draw()
            self._dialog.close()

        with self._dialog.fill(title):
            name = None
            if has_name:
                with box(""):
                    name = text_field("Name", autocomplete="off", autocapitalize="off", spellcheck="false")
            with box(""):
                password = text_field("Password", autocomplete="new-password")
            text("Tell it to them yourself. They can change it in their settings.", tag="p")
            with box("lw-dialog-actions"):
                button("Cancel", self._dialog.close)
                button(label, send, "primary")

    def _confirm_delete(self, each: UserOverview) -> None:
        async def delete() -> None:
            admin = await session.page_admin()
            await self._accounts.delete(each.user.id, admin.user.id)
            await self.draw()

        message = f"{pluralize(each.projects, 'project')} and every version go with the account. This cannot be undone."
        self._dialog.confirm_delete(f"Delete {each.user.username}?", message, delete)
