"""Who looks at a page: the sign-in kept behind the page's own cookie, which the API does not know."""

from functools import partial

from nicegui import app, ui

from core.accounts.accounts import Identity, SignIn
from core.errors import NotAuthenticated
from core.studio import Studio

_CHECK_KEY = "check"
_TOKEN_KEY = "token"  # noqa: S105 - the name of the place


async def current_identity(studio: Studio) -> Identity | None:
    """Who is signed in here, checked anew; None where nobody is, or no longer."""
    token = app.storage.user.get(_TOKEN_KEY)
    if token is None:
        return None
    try:
        return await studio.accounts.identify(str(token))
    except NotAuthenticated:
        app.storage.user.pop(_TOKEN_KEY, None)
        return None


def guard_page(studio: Studio) -> None:
    """Have every action on this page ask first whether its visitor is still signed in."""
    app.storage.client[_CHECK_KEY] = partial(current_identity, studio)


async def ensure_signed_in() -> bool:
    """Whether the visitor of this page may go on; leads to the door where he signed out elsewhere."""
    check = app.storage.client.get(_CHECK_KEY)
    if check is None or await check():
        return True
    ui.navigate.to("/login")
    return False


def store_sign_in(sign_in: SignIn) -> None:
    """Keep a sign-in on the server's side, behind the cookie."""
    app.storage.user[_TOKEN_KEY] = sign_in.token


async def sign_out(studio: Studio) -> None:
    """Sign out and go to the door."""
    if identity := await current_identity(studio):
        await studio.accounts.logout(identity)
        app.storage.user.pop(_TOKEN_KEY, None)
    ui.navigate.to("/login")


def saved_theme() -> bool | None:
    """Dark, light, or None: as the system wishes."""
    dark = app.storage.user.get("dark")
    return dark if isinstance(dark, bool) else None


def set_theme(dark: bool | None) -> None:
    """Remember the theme for this browser."""
    app.storage.user["dark"] = dark
