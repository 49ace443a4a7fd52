"""Who looks at a page: the sign-in in the page's own cookie, which the API does not know.

Nothing of a sign-in is stored on the server's side but what signs it out.
"""

import asyncio
import secrets
import time
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from nicegui import Client, app, background_tasks, ui
from nicegui.storage import RequestTrackingMiddleware, request_contextvar

from core.accounts.identity import Identity, SignIn
from core.accounts.security import SIGNED_OUT
from core.errors import DatabaseUnavailable, NotAuthenticated
from core.settings import Settings
from core.studio import Studio
from ui.accounts.session_cookie import SessionCookie

IdentityCheck = Callable[[], Awaitable[Identity | None]]
FINISH_PATH = "/login/finish"
SIGN_IN_TICKET_SECONDS = 30.0
"""How long a page has to fetch the cookie of a new sign-in."""
SIGNED_OUT_GRACE_SECONDS = 0.3
"""How long a page has to leave by itself after its sign-in has ended; then it is cut off."""
SESSION_CHECK_SECONDS = 60.0
"""Seconds between checks of an open page: expiry sends no event."""
DATABASE_RETRY_SECONDS = 1.0
_CHECK_KEY, _ID_KEY, _THEME_KEY, _VIEW_KEY = "check", "id", "dark", "view"
_TOKEN_KEY = "token"  # noqa: S105 - the name of the place


def install(settings: Settings) -> None:
    """Give NiceGUI's application sessions, in place of those that it would make of a ``storage_secret``."""
    app.add_middleware(RequestTrackingMiddleware)
    app.add_middleware(SessionCookie, secret=settings.secret or "")
    _delete_stored_tokens(settings.home / "sessions")


async def current_identity(studio: Studio) -> Identity | None:
    """Who makes this request, checked anew; None where nobody is signed in, or no longer.

    What happens on a page later has no request of its own: it is ``guard_page`` that knows who they are then.
    """
    identity = await _identify(studio, app.storage.browser.get(_TOKEN_KEY))
    if identity is None:
        app.storage.browser.pop(_TOKEN_KEY, None)
    return identity


def leave_no_cookie() -> None:
    """Keep a request without a cookie from getting a new one, which would sign its user out.

    A sandboxed frame that loads an address of ours sends no cookie.
    """
    request = request_contextvar.get()
    if request and not request.cookies:
        request.session.clear()


async def _identify(studio: Studio, token: object) -> Identity | None:
    if token is None:
        return None
    try:
        return await studio.accounts.sessions.identify(str(token))
    except NotAuthenticated:
        return None


def visitor_check(studio: Studio) -> IdentityCheck:
    """Tells, each time anew, who the visitor of the page is that is being opened; None where nobody is signed in."""
    return partial(_identify, studio, app.storage.browser.get(_TOKEN_KEY))


def guard_page(studio: Studio) -> None:
    """Have every action on this page ask first whether its visitor is still signed in; close it when they are not."""
    check = visitor_check(studio)
    app.storage.client[_CHECK_KEY] = check
    client = ui.context.client
    task = background_tasks.create(_close_at_session_end(studio, client, check), name=f"session of page {client.id}")

    def stop_waiting() -> None:
        task.cancel()

    client.on_delete(stop_waiting)


async def ensure_signed_in() -> bool:
    """Whether the visitor of this page may go on; leads to the sign-in page where they signed out elsewhere."""
    check = app.storage.client.get(_CHECK_KEY)
    if check is None or await check():
        return True
    ui.navigate.to(sign_in_path(app.storage.client.get(_VIEW_KEY)))
    return False


async def page_identity() -> Identity:
    """Who looks at this page, checked anew. Raises NotAuthenticated."""
    check: IdentityCheck | None = app.storage.client.get(_CHECK_KEY)
    identity = await check() if check else None
    if identity is None:
        raise NotAuthenticated(SIGNED_OUT)
    return identity


async def page_admin() -> Identity:
    """The same for what only admins may do. Raises NotAuthenticated, Forbidden."""
    identity = await page_identity()
    identity.check_is_admin()
    return identity


def remember_view(client: Client, path: str) -> None:
    """Note what this page shows: a sign-in leads back to it where the one before ended without the visitor's doing."""
    client.storage[_VIEW_KEY] = path


def sign_in_path(view: str | None) -> str:
    """The sign-in page, which then leads to this view."""
    return f"/login?{urlencode({'then': view})}" if view else "/login"


async def _close_at_session_end(studio: Studio, client: Client, check: IdentityCheck) -> None:
    """Lead a page to the sign-in page when its sign-in ends, and send it nothing more."""
    await _wait_for_session_end(studio, check)
    with client:
        ui.navigate.to(sign_in_path(client.storage.get(_VIEW_KEY)))
    await asyncio.sleep(SIGNED_OUT_GRACE_SECONDS)
    if not client.is_deleted:
        client.delete()


async def _wait_for_session_end(studio: Studio, check: IdentityCheck) -> None:
    while True:
        try:
            async with asyncio.timeout(SESSION_CHECK_SECONDS):
                if identity := await check():
                    await studio.accounts.sessions.wait_for_end(identity)
                return
        except TimeoutError:
            continue
        except DatabaseUnavailable:
            await asyncio.sleep(DATABASE_RETRY_SECONDS)


@dataclass(frozen=True, slots=True)
class _PendingSignIn:
    """A sign-in that was made over a page's socket, which cannot set its cookie."""

    token: str
    browser_id: str
    expires_at: float


_pending_sign_ins: dict[str, _PendingSignIn] = {}
"""By the ticket in the address that sets the cookie."""


def finish_address(sign_in: SignIn, next_path: str) -> str:
    """Where this browser, and no other, gets the cookie of a new sign-in, once."""
    now = time.monotonic()
    for ticket in [ticket for ticket, pending in _pending_sign_ins.items() if pending.expires_at < now]:
        del _pending_sign_ins[ticket]
    # In place of the token itself: addresses end up in histories and logs.
    ticket = secrets.token_urlsafe()
    browser_id = ui.context.client.request.session[_ID_KEY]
    _pending_sign_ins[ticket] = _PendingSignIn(sign_in.token, browser_id, now + SIGN_IN_TICKET_SECONDS)
    return f"{FINISH_PATH}?{urlencode({'ticket': ticket, 'then': next_path})}"


def finish_sign_in(browser_session: dict[str, Any], ticket: str) -> bool:
    """Put the sign-in of a ticket into the cookie, under a new session id; False for a ticket that is not good here."""
    # Taken out whatever follows: a ticket is good for one try.
    pending = _pending_sign_ins.pop(ticket, None)
    is_good = pending and pending.expires_at >= time.monotonic()
    if pending is None or not is_good or pending.browser_id != browser_session.get(_ID_KEY):
        return False
    theme = saved_theme()
    app.storage.user.clear()  # it belongs to the old id
    browser_session.clear()
    # A new id: one that was planted in this browser before is worth nothing from now on.
    browser_session.update({_ID_KEY: str(uuid.uuid4()), _TOKEN_KEY: pending.token, _THEME_KEY: theme})
    return True


async def sign_out(studio: Studio) -> None:
    """Sign out, which leads this page and all others of the session to the sign-in page."""
    app.storage.client.pop(_VIEW_KEY, None)  # they leave: whoever signs in next begins at the beginning
    if identity := await app.storage.client[_CHECK_KEY]():
        await studio.accounts.sessions.end(identity)


def saved_theme() -> bool | None:
    """Dark, light, or None: as the system wishes."""
    dark = app.storage.user.get(_THEME_KEY, app.storage.browser.get(_THEME_KEY))
    return dark if isinstance(dark, bool) else None


def set_theme(dark: bool | None) -> None:
    """Remember the theme for this browser."""
    app.storage.user[_THEME_KEY] = dark


def _delete_stored_tokens(folder: Path) -> None:
    """Earlier versions kept tokens in NiceGUI's files."""
    for path in folder.glob("storage-user-*.json"):
        with suppress(OSError):
            if f'"{_TOKEN_KEY}"' in path.read_text("utf-8"):
                path.unlink()
