"""Who looks at a page: the sign-in kept behind the page's own cookie, which the API does not know."""

from functools import partial

from nicegui import app, ui

from core.accounts.accounts import Identity, SignIn
from core.errors import NotAuthenticated
from core.studio import Studio

_CHECK = "check"
_TOKEN = "token"  # noqa: S105 - the name of the place


async def current(studio: Studio) -> Identity | None:
    """Who is signed in here, checked anew; None where nobody is, or no longer."""
    token = app.storage.user.get(_TOKEN)
    if token is None:
        return None
    try:
        return await studio.accounts.identify(str(token))
    except NotAuthenticated:
        app.storage.user.pop(_TOKEN, None)
        return None


def keep(studio: Studio) -> None:
    """Have every action on this page ask first whether its visitor is still signed in."""
    app.storage.client[_CHECK] = partial(current, studio)


async def still_in() -> bool:
    """Whether the visitor of this page may go on; leads to the door where he signed out elsewhere."""
    check = app.storage.client.get(_CHECK)
    if check is None or await check():
        return True
    ui.navigate.to("/login")
    return False


def enter(sign_in: SignIn) -> None:
    """Keep a sign-in on the server's side, behind the cookie."""
    app.storage.user[_TOKEN] = sign_in.token


async def leave(studio: Studio) -> None:
    """Sign out and go to the door."""
    if identity := await current(studio):
        await studio.accounts.logout(identity)
        app.storage.user.pop(_TOKEN, None)
    ui.navigate.to("/login")


def theme() -> bool | None:
    """Dark, light, or None: as the system wishes."""
    dark = app.storage.user.get("dark")
    return dark if isinstance(dark, bool) else None


def set_theme(dark: bool | None) -> None:
    """Remember the theme for this browser."""
    app.storage.user["dark"] = dark
