"""Where one is signed in, to be signed out there."""

from datetime import UTC, datetime

from core.accounts.sessions import SessionInfo, Sessions
from ui.accounts import session
from ui.components.settings.rows import row, section
from ui.display_text import format_age
from ui.elements import box, button, set_aria_label, text


class SessionList:
    """The sign-ins of who looks at the page; ``draw`` reads them."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        with section("Where you are signed in") as actions:
            with actions:
                button("Sign out everywhere else", self._end_others, "small")
            self._rows = box("lw-settings-rows")

    async def draw(self) -> None:
        """Draw every sign-in, the one of this page first."""
        identity = await session.page_identity()
        found = await self._sessions.sessions_of(identity.user.id)
        own_id = identity.token.session_id
        self._rows.clear()
        with self._rows:
            for each in sorted(found, key=lambda it: it.id != own_id):
                self._draw_row(each, is_own=each.id == own_id)

    def _draw_row(self, each: SessionInfo, *, is_own: bool) -> None:
        now = datetime.now(UTC)
        since = f"since {each.created_at.day} {each.created_at:%b}"
        detail = " · ".join(filter(None, (each.address, since)))
        with row(each.client, detail, "this one" if is_own else "", "ok"):
            text("now" if is_own else format_age(each.last_seen_at, now), "lw-settings-figure")
            if not is_own:
                ending = button("Sign out", lambda: self._end(each.id), "small")
                set_aria_label(ending, f"Sign out {each.client}")

    async def _end(self, session_id: str) -> None:
        identity = await session.page_identity()
        await self._sessions.end_listed(identity.user.id, session_id)
        await self.draw()

    async def _end_others(self) -> None:
        await self._sessions.end_others(await session.page_identity())
        await self.draw()
