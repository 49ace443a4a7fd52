"""Who looks at a page: their token is kept on the server, behind a session cookie that the API does not read."""

from contextlib import suppress
from functools import partial

from nicegui import Event, app, ui

from core.accounts.accounts import Identity, SignIn
from core.errors import LivewrightError, NotAuthenticated
from core.studio import Studio

SESSION_CHECK_SECONDS = 60.0
"""Between two checks of an open page. An action checks at once, and a sign-out on a page is told to its others."""

_CHECK_KEY = "check"
_TOKEN_KEY = "token"  # noqa: S105 - the key, not a secret
_signed_out: Event[int] = Event()
"""Emitted with the user's id when somebody signs out on a page."""


async def current_identity(studio: Studio) -> Identity | None:
    """Who is signed in here, read from the database; None if nobody is, or no longer."""
    token = app.storage.user.get(_TOKEN_KEY)
    if token is None:
        return None
    try:
        return await studio.accounts.identify(str(token))
    except NotAuthenticated:
        app.storage.user.pop(_TOKEN_KEY, None)
        return None


def guard_page(studio: Studio) -> None:
    """Make ``ensure_signed_in`` check the visitor of this page."""
    app.storage.client[_CHECK_KEY] = partial(current_identity, studio)


def watch_sign_out(user_id: int) -> None:
    """Send the visitor of this page to /login when they have signed out elsewhere."""

    async def check() -> None:
        with suppress(LivewrightError):  # the next check or action finds out
            await ensure_signed_in()

    async def on_signed_out(signed_out_id: int) -> None:
        if signed_out_id == user_id:
            await check()

    _signed_out.subscribe(on_signed_out)
    ui.timer(SESSION_CHECK_SECONDS, check, immediate=False)


async def ensure_signed_in() -> bool:
    """Whether the visitor of this page is still signed in; sends them to /login if not."""
    check = app.storage.client.get(_CHECK_KEY)
    if check is None or await check():
        return True
    ui.navigate.to("/login")
    return False


def store_sign_in(sign_in: SignIn) -> None:
    """Keep a sign-in's token on the server."""
    app.storage.user[_TOKEN_KEY] = sign_in.token


async def sign_out(studio: Studio) -> None:
    """Sign out, and go to /login."""
    if identity := await current_identity(studio):
        await studio.accounts.logout(identity)
        app.storage.user.pop(_TOKEN_KEY, None)
        _signed_out.emit(identity.user.id)
    ui.navigate.to("/login")


def saved_theme() -> bool | None:
    """True for dark, False for light, None for the system's choice."""
    dark = app.storage.user.get("dark")
    return dark if isinstance(dark, bool) else None


def set_theme(dark: bool | None) -> None:
    """Remember the theme for this browser."""
    app.storage.user["dark"] = dark
