"""The door: sign in, and register."""

import re
from collections.abc import Callable

from nicegui import ui

from core.errors import LivewrightError
from core.settings import RegistrationPolicy
from core.studio import Studio
from ui import session
from ui.elements import box, button, text, text_field
from ui.layout import page_layout


def register(studio: Studio, redirect: Callable[[str], object]) -> None:
    """Make /login and /register known."""

    @ui.page("/login", title="Sign in · Livewright")
    async def login_page(then: str = "/") -> object:
        if await session.current_identity(studio):
            return redirect(_safe_path(then))
        has_users = await studio.accounts.any_users()
        with page_layout(studio, None):
            _sign_in_form(studio, _safe_path(then), is_first_user=not has_users)
        return None

    @ui.page("/register", title="Register · Livewright")
    async def register_page() -> object:
        if await session.current_identity(studio):
            return redirect("/")
        with page_layout(studio, None):
            _registration_form(studio)
        return None


def _sign_in_form(studio: Studio, next_path: str, *, is_first_user: bool) -> None:
    async def submit() -> None:
        address = ui.context.client.ip or ""
        session.store_sign_in(await studio.accounts.login(name.value, password.value, address))
        ui.navigate.to(next_path)

    with box("lw-door", "section"):
        text("Sign in", tag="h1")
        name, password = _credential_fields("current-password")
        _submit_row("Sign in", submit, [name, password])
        if studio.settings.registration is RegistrationPolicy.OPEN:
            with box("", "p"):
                text("Nobody has an account here yet. " if is_first_user else "New here? ")
                ui.link("Make the first one" if is_first_user else "Make an account", "/register")


def _registration_form(studio: Studio) -> None:
    async def submit() -> None:
        session.store_sign_in(await studio.accounts.register(name.value, password.value))
        ui.navigate.to("/")

    with box("lw-door", "section"):
        text("Make an account", tag="h1")
        if studio.settings.registration is RegistrationPolicy.CLOSED:
            text("This installation takes no new accounts: ask its admin.", tag="p")
        else:
            text("It lives on this server only. A password has 8 to 256 characters.", tag="p")
            name, password = _credential_fields("new-password")
            _submit_row("Make an account", submit, [name, password])
        with box("", "p"):
            text("Have one already? ")
            ui.link("Sign in", "/login")


def _credential_fields(autocomplete: str) -> tuple[ui.input, ui.input]:
    with box(""):
        name = text_field("Name", autocomplete="username", autocapitalize="off", spellcheck="false", autofocus=True)
    with box(""):
        password = text_field("Password", autocomplete=autocomplete, type="password")
    return name, password


def _submit_row(label: str, submit: Callable[[], object], fields: list[ui.input]) -> None:
    """The button, the Enter key in the fields, and a line for what went wrong."""

    async def try_submit() -> None:
        error_text.set_text("")
        submit_button.props("loading")
        try:
            await submit()  # type: ignore[misc]  # every submit is async
        except LivewrightError as error:
            error_text.set_text(str(error))
        finally:
            submit_button.props(remove="loading")

    error_text = text("", "lw-error", "p").props("role=alert")
    submit_button = button(label, try_submit, "primary")
    for input_field in fields:
        input_field.on("keydown.enter", try_submit)


def _safe_path(path: str) -> str:
    """The address, if it is a page of this site: a link to the door must not lead elsewhere."""
    return path if re.fullmatch(r"/projects/[0-9]+", path) else "/"
