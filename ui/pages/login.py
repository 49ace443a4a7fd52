"""The pages to sign in and to register."""

import re
from collections.abc import Awaitable, Callable

from nicegui import app, ui
from starlette.requests import Request
from starlette.responses import RedirectResponse

from core.accounts.accounts import REGISTRATION_CLOSED
from core.accounts.security import PASSWORD_RULE
from core.errors import LivewrightError
from core.settings import RegistrationPolicy
from core.studio import Studio
from ui.accounts import session
from ui.elements import box, button, text
from ui.fields import text_field
from ui.layout import centered_card, page_layout


def register(studio: Studio) -> None:
    """Add /login and /register."""

    @ui.page("/login", title="Sign in · Livewright")
    async def login_page(then: str = "/") -> RedirectResponse | None:
        if await session.current_identity(studio):
            return RedirectResponse(_safe_path(then))
        has_users = await studio.accounts.any_users()
        is_open = await studio.accounts.settings.registration() is RegistrationPolicy.OPEN
        with page_layout(studio, None):
            _sign_in_form(studio, _safe_path(then), is_first_user=not has_users, is_open=is_open)
        return None

    @ui.page("/register", title="Register · Livewright")
    async def register_page(invite: str = "") -> RedirectResponse | None:
        if await session.current_identity(studio):
            return RedirectResponse("/")
        is_open = await studio.accounts.may_register(invite)
        with page_layout(studio, None):
            _registration_form(studio, is_open=is_open, invitation=invite or None)
        return None

    @app.get(session.FINISH_PATH, include_in_schema=False, response_model=None)
    async def finish_sign_in(request: Request, ticket: str = "", then: str = "/") -> RedirectResponse:
        is_finished = session.finish_sign_in(request.session, ticket)
        return RedirectResponse(_safe_path(then) if is_finished else "/login")


def _sign_in_form(studio: Studio, next_path: str, *, is_first_user: bool, is_open: bool) -> None:
    async def submit() -> None:
        address = ui.context.client.ip
        sign_in = await studio.accounts.login(name.value, password.value, address)
        # A page's socket cannot set a cookie: the browser fetches it from another address.
        ui.navigate.to(session.finish_address(sign_in, next_path))

    with centered_card("Sign in"):
        name, password = _credential_fields("current-password")
        _submit_row("Sign in", submit, [name, password])
        if is_open:
            with box("", "p"):
                text("Nobody has an account here yet. " if is_first_user else "New here? ")
                ui.link("Make the first one" if is_first_user else "Make an account", "/register")


def _registration_form(studio: Studio, *, is_open: bool, invitation: str | None) -> None:
    async def submit() -> None:
        address = ui.context.client.ip
        sign_in = await studio.accounts.register(name.value, password.value, address=address, invitation=invitation)
        ui.navigate.to(session.finish_address(sign_in, "/"))

    with centered_card("Make an account"):
        if not is_open:
            text(REGISTRATION_CLOSED, tag="p")
        else:
            text(f"It lives on this server only. {PASSWORD_RULE}", tag="p")
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


def _submit_row(label: str, submit: Callable[[], Awaitable[None]], fields: list[ui.input]) -> None:
    """Submit by the button or the Enter key in a field; an error shows above the button."""

    async def try_submit() -> None:
        error_text.set_text("")
        submit_button.props("loading")
        try:
            await submit()
        except LivewrightError as error:
            error_text.set_text(str(error))
        finally:
            submit_button.props(remove="loading")

    error_text = text("", "lw-form-error", "p").props("role=alert")
    submit_button = button(label, try_submit, "primary")
    for input_field in fields:
        input_field.on("keydown.enter", try_submit)


def _safe_path(path: str) -> str:
    """``path`` if it is a view of a project or of the settings, else /: /login must not lead to another site."""
    return path if re.fullmatch(r"/projects/[0-9]+(\?[\w=&%./-]*)?|/settings(/[a-z]+)?", path) else "/"
