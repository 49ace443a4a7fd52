"""The door: sign in, and register."""

import re
from collections.abc import Callable

from nicegui import ui

from core.errors import DatabaseUnavailable, LivewrightError
from core.settings import Registration
from core.studio import Studio
from ui import session
from ui.elements import box, button, field, text
from ui.layout import frame


def register(studio: Studio, redirect: Callable[[str], object]) -> None:
    """Make /login and /register known."""

    @ui.page("/login", title="Sign in · Livewright")
    async def login(then: str = "/") -> object:
        if await session.current(studio):
            return redirect(_inside(then))
        anybody = await studio.accounts.are_there()
        with frame(studio, None):
            _sign_in(studio, _inside(then), first=not anybody)
        return None

    @ui.page("/register", title="Register · Livewright")
    async def new_account() -> object:
        if await session.current(studio):
            return redirect("/")
        with frame(studio, None):
            _register(studio)
        return None


def _sign_in(studio: Studio, then: str, *, first: bool) -> None:
    async def submit() -> None:
        address = ui.context.client.ip or ""
        session.enter(await studio.accounts.login(name.value, password.value, address))
        ui.navigate.to(then)

    with box("lw-door", "section"):
        text("Sign in", tag="h1")
        name, password = _credentials("current-password")
        _send("Sign in", submit, [name, password])
        if studio.settings.registration is Registration.OPEN:
            with box("", "p"):
                text("Nobody has an account here yet. " if first else "New here? ")
                ui.link("Make the first one" if first else "Make an account", "/register")


def _register(studio: Studio) -> None:
    async def submit() -> None:
        session.enter(await studio.accounts.register(name.value, password.value))
        ui.navigate.to("/")

    with box("lw-door", "section"):
        text("Make an account", tag="h1")
        if studio.settings.registration is Registration.CLOSED:
            text("This installation takes no new accounts: ask its admin.", tag="p")
        else:
            text("It lives on this server only. A password has 8 to 256 characters.", tag="p")
            name, password = _credentials("new-password")
            _send("Make an account", submit, [name, password])
        with box("", "p"):
            text("Have one already? ")
            ui.link("Sign in", "/login")


def _credentials(kind: str) -> tuple[ui.input, ui.input]:
    with box(""):
        name = field("Name", autocomplete="username", autocapitalize="off", spellcheck="false", autofocus=True)
    with box(""):
        password = field("Password", autocomplete=kind, type="password")
    return name, password


def _send(label: str, submit: Callable[[], object], fields: list[ui.input]) -> None:
    """The button, the Enter key in the fields, and a line for what went wrong."""

    async def attempt() -> None:
        problem.say("")
        go.props("loading")
        try:
            await submit()  # type: ignore[misc]  # every submit is async
        except (LivewrightError, DatabaseUnavailable) as error:
            problem.say(str(error))
        finally:
            go.props(remove="loading")

    problem = text("", "lw-error", "p").props("role=alert")
    go = button(label, attempt, "primary")
    for line in fields:
        line.on("keydown.enter", attempt)


def _inside(address: str) -> str:
    """The address, if it is a page of this site: a link to the door must not lead elsewhere."""
    return address if re.fullmatch(r"/projects/[0-9]+", address) else "/"
