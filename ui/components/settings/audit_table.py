"""Who did what, when, from where; for admins."""

import csv
import io

from nicegui import ui

from core.accounts.audit import AuditAction, AuditEvent, AuditLog
from ui.accounts import session
from ui.components.settings.rows import section
from ui.elements import box, button, set_visible, text

PAGE_SIZE = 50
MAX_EXPORTED = 10_000
WORDS = {
    AuditAction.SIGN_IN: "signed in",
    AuditAction.SIGN_IN_FAILED: "wrong password or name",
    AuditAction.ACCOUNT_MADE: "made an account",
    AuditAction.ACCOUNT_CHANGED: "changed an account",
    AuditAction.ACCOUNT_DELETED: "deleted an account",
    AuditAction.PASSWORD_CHANGED: "changed their password",
    AuditAction.SESSION_ENDED: "signed out elsewhere",
    AuditAction.KEY_MADE: "made a key",
    AuditAction.KEY_REVOKED: "revoked a key",
    AuditAction.SETTINGS_CHANGED: "changed the settings",
    AuditAction.INVITATION_MADE: "made an invitation",
    AuditAction.INVITATIONS_ENDED: "ended all invitations",
    AuditAction.SHARE_MADE: "shared",
    AuditAction.SHARE_ENDED: "ended a link to",
    AuditAction.PROJECT_DELETED: "deleted a project",
    AuditAction.MODEL_PULLED: "pulled a model",
    AuditAction.MODEL_REMOVED: "removed a model",
}
"""Each action in words, to be followed by what it was done to."""


class AuditTable:
    """The newest entries, and more on demand; ``draw`` reads them."""

    def __init__(self, audit: AuditLog) -> None:
        self._audit = audit
        self._oldest_id: int | None = None
        with section("Events", "kept for 90 days") as actions:
            with actions:
                button("Download CSV", self._download, "small")
            with box("lw-settings-rows lw-audit"):
                with box("lw-settings-row heading"):
                    for title in ("When (UTC)", "Who", "What", "From"):
                        text(title)
                self._rows = box("")
            self._more = button("Show more", self._show_more, "small")

    async def draw(self) -> None:
        """Draw the newest entries."""
        self._rows.clear()
        self._oldest_id = None
        await self._show_more()

    async def _show_more(self) -> None:
        await session.page_admin()
        events = await self._audit.events(self._oldest_id, PAGE_SIZE)
        with self._rows:
            for event in events:
                with box("lw-settings-row"):
                    text(f"{event.at:%Y-%m-%d %H:%M:%S}")
                    text(event.username or "nobody")
                    text(describe(event))
                    text(event.address)
        self._oldest_id = events[-1].id if events else self._oldest_id
        set_visible(self._more, len(events) == PAGE_SIZE)

    async def _download(self) -> None:
        await session.page_admin()
        content = to_csv(await self._audit.events(limit=MAX_EXPORTED))
        ui.download.content(content.encode(), "livewright-audit.csv")


def describe(event: AuditEvent) -> str:
    """What was done, in words."""
    words = WORDS[AuditAction(event.action)] if event.action in set(AuditAction) else event.action
    return f"{words}: {event.target}" if event.target else words


def to_csv(events: list[AuditEvent]) -> str:
    """The entries as RFC 4180 has them. A name that a spreadsheet would take for a formula gets a quote before it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(("id", "at", "username", "action", "target", "address"))
    for event in events:
        texts = (event.username, event.action, event.target, event.address)
        writer.writerow((event.id, event.at.isoformat(), *map(_harmless, texts)))
    return buffer.getvalue()


def _harmless(content: str) -> str:
    return f"'{content}" if content.startswith(("=", "+", "-", "@", "\t", "\r")) else content
