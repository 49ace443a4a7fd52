"""API keys: made, shown once, revoked."""

from datetime import UTC, datetime, timedelta

from core.accounts.api_keys import ApiKey, ApiKeys
from ui.accounts import session
from ui.components.copy_button import CopyButton
from ui.components.page_dialog import PageDialog
from ui.components.settings.rows import row, section
from ui.display_text import format_age
from ui.elements import box, button, set_aria_label, text
from ui.fields import select_field, text_field

SCOPES = {"write": "Read, start and change", "read": "Read only"}
LIFETIMES = {"": "Never", "30": "In 30 days", "90": "In 90 days", "365": "In a year"}


class KeyList:
    """The keys of who looks at the page; ``draw`` reads them."""

    def __init__(self, api_keys: ApiKeys, dialog: PageDialog) -> None:
        self._api_keys = api_keys
        self._dialog = dialog
        with section("API keys") as actions:
            with actions:
                button("New key…", self._ask, "small")
            self._rows = box("lw-settings-rows")

    async def draw(self, new_key: tuple[ApiKey, str] | None = None) -> None:
        """Draw every key; ``new_key`` with its text, which is shown this once."""
        identity = await session.page_identity()
        found = await self._api_keys.keys_of(identity.user.id)
        self._rows.clear()
        with self._rows:
            for key in found:
                if new_key and key.id == new_key[0].id:
                    self._draw_new(*new_key)
                else:
                    self._draw_row(key)
            if not found:
                with row("No key yet", "A key lets a program use the API in your name."):
                    pass

    def _draw_new(self, key: ApiKey, content: str) -> None:
        with box("lw-settings-row new-key"):
            with box("lw-settings-text"):
                text(f"New: {key.name}", tag="b")
                text(content, "lw-settings-secret", "p")
                text("Shown this once: copy it now.", tag="p")
            CopyButton("Copy key", content)
            button("Done", self.draw, "small")

    def _draw_row(self, key: ApiKey) -> None:
        now = datetime.now(UTC)
        has_ended = key.expires_at is not None and key.expires_at <= now
        used = f"used {format_age(key.last_used_at, now)}" if key.last_used_at else "never used"
        end = f"{'ended' if has_ended else 'ends'} {_format_day(key.expires_at)}" if key.expires_at else ""
        with row(key.name, f"{key.hint} · {SCOPES['write' if key.can_write else 'read'].lower()}"):
            text(" · ".join(filter(None, (used, end))), "lw-settings-figure")
            set_aria_label(button("Revoke", lambda: self._revoke(key), "small"), f"Revoke {key.name}")

    def _ask(self) -> None:
        async def create() -> None:
            identity = await session.page_identity()
            days = str(lifetime.value or "")
            end = datetime.now(UTC) + timedelta(days=int(days)) if days else None
            made = await self._api_keys.create(
                identity.user.id, name.value or "", can_write=scope.value == "write", expires_at=end
            )
            self._dialog.close()
            await self.draw(made)

        with self._dialog.fill("New API key"):
            with box(""):
                name = text_field("Name", placeholder="such as ci-nightly", maxlength=80)
            with box("lw-two-columns"):
                with box(""):
                    scope = select_field("What it may do", SCOPES, "write")
                with box(""):
                    lifetime = select_field("Ends", LIFETIMES, "90")
            with box("lw-dialog-actions"):
                button("Cancel", self._dialog.close)
                button("Make key", create, "primary")

    async def _revoke(self, key: ApiKey) -> None:
        identity = await session.page_identity()
        await self._api_keys.revoke(identity.user.id, key.id)
        await self.draw()


def _format_day(day: datetime) -> str:
    return f"{day.day} {day:%b %Y}"
